#include "windows/access_list.h"

#include <utility>

#include "windows/text.h"

namespace moated {
namespace {

constexpr SECURITY_DESCRIPTOR_CONTROL kKept = SE_DACL_PROTECTED | SE_DACL_AUTO_INHERITED;

class NewList {
 public:
  explicit NewList(size_t size)
      : bytes_(size),
        valid_(size <= MAXWORD && InitializeAcl(get(), static_cast<DWORD>(size), ACL_REVISION_DS) != 0) {}
  ACL* get() { return reinterpret_cast<ACL*>(bytes_.data()); }
  void Append(ACE_HEADER* entry) {
    valid_ = valid_ && AddAce(get(), ACL_REVISION_DS, MAXDWORD, entry, entry->AceSize) != 0;
  }
  void Append(std::span<const AccessEntry> entries, PSID sid) {
    for (const AccessEntry& entry : entries) {
      auto* add = entry.deny ? AddAccessDeniedAceEx : AddAccessAllowedAceEx;
      valid_ = valid_ && add(get(), ACL_REVISION_DS, entry.flags, entry.mask, sid) != 0;
    }
  }
  [[nodiscard]] bool valid() const { return valid_; }

 private:
  std::vector<char> bytes_;
  bool valid_;
};

bool Names(ACE_HEADER* entry, PSID sid) {
  if (entry->AceType != ACCESS_ALLOWED_ACE_TYPE && entry->AceType != ACCESS_DENIED_ACE_TYPE) return false;
  // Both have their identity at the same place.
  return EqualSid(&reinterpret_cast<ACCESS_ALLOWED_ACE*>(entry)->SidStart, sid) != 0;
}

}  // namespace

Failure AccessList::Read(HANDLE object) {
  DWORD size = 0;
  GetKernelObjectSecurity(object, DACL_SECURITY_INFORMATION, nullptr, 0, &size);
  bytes_.resize(size);
  if (size == 0 ||
      GetKernelObjectSecurity(object, DACL_SECURITY_INFORMATION, bytes_.data(), size, &size) == 0) {
    return LastFailure("grants", "GetKernelObjectSecurity");
  }
  BOOL present = FALSE;
  BOOL defaulted = FALSE;
  DWORD revision = 0;
  if (GetSecurityDescriptorDacl(bytes_.data(), &present, &list_, &defaulted) == 0 ||
      GetSecurityDescriptorControl(bytes_.data(), &control_, &revision) == 0) {
    return LastFailure("grants", "GetSecurityDescriptorDacl");
  }
  if (present == 0) list_ = nullptr;
  return {};
}

Failure AccessList::WriteWith(HANDLE object, PSID sid, std::span<const AccessEntry> entries) const {
  constexpr size_t kEntry = sizeof(ACCESS_ALLOWED_ACE);
  NewList list(list_->AclSize + entries.size() * (kEntry + GetLengthSid(sid)));
  bool refusals = !entries.empty() && entries.front().deny;
  if (refusals) list.Append(entries, sid);
  bool pending = !refusals;
  for (WORD i = 0; i < list_->AceCount; ++i) {
    ACE_HEADER* entry = At(i);
    if (entry == nullptr) return LastFailure("grants", "GetAce");
    if (pending && (entry->AceFlags & INHERITED_ACE) != 0) {
      list.Append(entries, sid);
      pending = false;
    }
    list.Append(entry);
  }
  if (pending) list.Append(entries, sid);
  return list.valid() ? Write(object, list.get()) : LastFailure("grants", "AddAce");
}

Failure AccessList::WriteWithout(HANDLE object, PSID sid) const {
  NewList list(list_->AclSize);
  bool found = false;
  for (WORD i = 0; i < list_->AceCount; ++i) {
    ACE_HEADER* entry = At(i);
    if (entry == nullptr) return LastFailure("grants", "GetAce");
    if (Names(entry, sid))
      found = true;
    else
      list.Append(entry);
  }
  if (!found) return {};
  return list.valid() ? Write(object, list.get()) : LastFailure("grants", "AddAce");
}

ACE_HEADER* AccessList::At(WORD index) const {
  void* entry = nullptr;
  return GetAce(list_, index, &entry) != 0 ? static_cast<ACE_HEADER*>(entry) : nullptr;
}

Failure AccessList::Write(HANDLE object, ACL* list) const {
  SECURITY_DESCRIPTOR descriptor{};
  if (InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION) == 0 ||
      SetSecurityDescriptorDacl(&descriptor, TRUE, list, FALSE) == 0 ||
      SetSecurityDescriptorControl(&descriptor, kKept, control_ & kKept) == 0 ||
      SetKernelObjectSecurity(object, DACL_SECURITY_INFORMATION, &descriptor) == 0) {
    return LastFailure("grants", "SetKernelObjectSecurity");
  }
  return {};
}

}  // namespace moated
