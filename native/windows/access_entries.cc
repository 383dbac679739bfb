#include "windows/access_entries.h"

#include <utility>
#include <vector>

#include "windows/stale.h"
#include "windows/text.h"
#include "windows/tree_walk.h"

namespace moated {
namespace {

constexpr ACCESS_MASK kRead = FILE_GENERIC_READ | FILE_GENERIC_EXECUTE;
constexpr ACCESS_MASK kChange = FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_WRITE_EA | FILE_WRITE_ATTRIBUTES |
                                FILE_DELETE_CHILD | DELETE | WRITE_DAC | WRITE_OWNER;
constexpr BYTE kInherit = OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE;
constexpr SECURITY_DESCRIPTOR_CONTROL kKept = SE_DACL_PROTECTED | SE_DACL_AUTO_INHERITED;

// The access list of one object, as it was read.
class AccessList {
 public:
  Failure Read(HANDLE object) {
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
  // Without one everybody may do everything, as on file systems that have none.
  [[nodiscard]] bool exists() const { return list_ != nullptr; }
  [[nodiscard]] bool cut_off() const { return (control_ & SE_DACL_PROTECTED) != 0; }
  [[nodiscard]] WORD count() const { return list_->AceCount; }
  [[nodiscard]] WORD size() const { return list_->AclSize; }
  [[nodiscard]] ACE_HEADER* at(WORD index) const {
    void* entry = nullptr;
    return GetAce(list_, index, &entry) != 0 ? static_cast<ACE_HEADER*>(entry) : nullptr;
  }
  Failure Write(HANDLE object, ACL* list) const {
    SECURITY_DESCRIPTOR descriptor{};
    if (InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION) == 0 ||
        SetSecurityDescriptorDacl(&descriptor, TRUE, list, FALSE) == 0 ||
        SetSecurityDescriptorControl(&descriptor, kKept, control_ & kKept) == 0 ||
        SetKernelObjectSecurity(object, DACL_SECURITY_INFORMATION, &descriptor) == 0) {
      return LastFailure("grants", "SetKernelObjectSecurity");
    }
    return {};
  }

 private:
  std::vector<char> bytes_;
  ACL* list_ = nullptr;
  SECURITY_DESCRIPTOR_CONTROL control_ = 0;
};

class NewList {
 public:
  explicit NewList(size_t size) : bytes_(size) {
    valid_ = size <= MAXWORD && InitializeAcl(get(), static_cast<DWORD>(size), ACL_REVISION_DS) != 0;
  }
  ACL* get() { return reinterpret_cast<ACL*>(bytes_.data()); }
  void Append(ACE_HEADER* entry) {
    valid_ = valid_ && AddAce(get(), ACL_REVISION_DS, MAXDWORD, entry, entry->AceSize) != 0;
  }
  void Append(bool deny, BYTE flags, ACCESS_MASK mask, PSID sid) {
    if (mask == 0) return;
    valid_ = valid_ && (deny ? AddAccessDeniedAceEx(get(), ACL_REVISION_DS, flags, mask, sid)
                             : AddAccessAllowedAceEx(get(), ACL_REVISION_DS, flags, mask, sid)) != 0;
  }
  [[nodiscard]] bool valid() const { return valid_; }

 private:
  std::vector<char> bytes_;
  bool valid_ = false;
};

bool Names(ACE_HEADER* entry, PSID sid) {
  if (entry->AceType != ACCESS_ALLOWED_ACE_TYPE && entry->AceType != ACCESS_DENIED_ACE_TYPE) return false;
  // Both have their identity at the same place.
  return EqualSid(&reinterpret_cast<ACCESS_ALLOWED_ACE*>(entry)->SidStart, sid) != 0;
}

class Adding : public TreeVisitor {
 public:
  Adding(PSID sid, const AccessRule& rule) : sid_(sid), rule_(rule) {}
  Failure Visit(const TreeObject& object) override {
    AccessList old;
    entered_ = false;
    if (Failure failure = old.Read(object.handle)) return object.root ? failure : PassedBy(failure);
    entered_ = rule_.deny || object.root || !old.cut_off();
    if (!entered_) return {};
    if (!old.exists()) {
      // A refusal needs a list to be written in; a permission is not needed.
      return rule_.deny ? Failure{"grants", "GetSecurityDescriptorDacl", ERROR_NO_SECURITY_ON_OBJECT, ""}
                        : Failure{};
    }
    constexpr size_t kEntry = sizeof(ACCESS_ALLOWED_ACE);
    NewList list(old.size() + 2 * (kEntry + GetLengthSid(sid_)));
    bool pending = true;
    if (rule_.deny) {
      AppendRule(list, object);
      pending = false;
    }
    for (WORD i = 0; i < old.count(); ++i) {
      ACE_HEADER* entry = old.at(i);
      if (entry == nullptr) return LastFailure("grants", "GetAce");
      if (pending && (entry->AceFlags & INHERITED_ACE) != 0) {
        AppendRule(list, object);
        pending = false;
      }
      list.Append(entry);
    }
    if (pending) AppendRule(list, object);
    if (!list.valid()) return LastFailure("grants", "AddAce");
    return old.Write(object.handle, list.get());
  }
  bool Enter(const TreeObject& /*object*/) override { return entered_ && rule_.reach == Reach::kTree; }
  // A permission that is missing opens nothing. A refusal that is missing does, when the permission that
  // comes after it finds the same object free. Where this user may write no list, there will be no permission
  // either.
  Failure PassedBy(const Failure& why) override {
    return rule_.deny && why.os_error != ERROR_ACCESS_DENIED ? why : Failure{};
  }

 private:
  void AppendRule(NewList& list, const TreeObject& object) {
    bool tree = rule_.reach == Reach::kTree && object.directory;
    ACCESS_MASK mask = object.root ? rule_.root : rule_.below;
    if (!tree || rule_.root == rule_.below || !object.root) {
      list.Append(rule_.deny, tree ? kInherit : 0, mask, sid_);
      return;
    }
    list.Append(rule_.deny, 0, rule_.root, sid_);
    list.Append(rule_.deny, kInherit | INHERIT_ONLY_ACE, rule_.below, sid_);
  }
  PSID sid_;
  const AccessRule& rule_;
  bool entered_ = false;
};

class Removing : public TreeVisitor {
 public:
  explicit Removing(PSID sid) : sid_(sid) {}
  // Goes on after a failure: the rest is cleaned all the same, and the journal stays.
  Failure Visit(const TreeObject& object) override {
    Failure failure = Clean(object.handle);
    if (failure && !failure_) failure_ = std::move(failure);
    return {};
  }
  // Where this user may write no list, nothing was written.
  Failure PassedBy(const Failure& why) override {
    if (why.os_error != ERROR_ACCESS_DENIED && !failure_) failure_ = why;
    return {};
  }
  [[nodiscard]] const Failure& failure() const { return failure_; }

 private:
  [[nodiscard]] Failure Clean(HANDLE object) const {
    AccessList old;
    if (Failure failure = old.Read(object)) return failure;
    if (!old.exists()) return {};
    NewList list(old.size());
    bool found = false;
    for (WORD i = 0; i < old.count(); ++i) {
      ACE_HEADER* entry = old.at(i);
      if (entry == nullptr) return LastFailure("grants", "GetAce");
      if (Names(entry, sid_))
        found = true;
      else
        list.Append(entry);
    }
    if (!found) return {};
    if (!list.valid()) return LastFailure("grants", "AddAce");
    return old.Write(object, list.get());
  }

  PSID sid_;
  Failure failure_;
};

}  // namespace

const AccessRule kMayRead = {false, kRead, kRead, Reach::kTree};
// The root of a tree can be filled and emptied, but not moved away. DELETE_CHILD is not there: it would let a
// protected file be deleted whatever its own list says.
const AccessRule kMayWrite = {false, kRead | FILE_GENERIC_WRITE, kRead | FILE_GENERIC_WRITE | DELETE,
                              Reach::kTree};
const AccessRule kMayNotChange = {true, kChange, kChange, Reach::kTree};
const AccessRule kMayNotRead = {true, FILE_ALL_ACCESS, FILE_ALL_ACCESS, Reach::kTree};
const AccessRule kMayNotMove = {true, DELETE | WRITE_DAC | WRITE_OWNER, 0, Reach::kObject};

Failure AddEntries(const std::string& path, PSID sid, const AccessRule& rule) {
  Adding adding(sid, rule);
  return WalkTree(path, READ_CONTROL | WRITE_DAC, adding);
}

Failure RemoveEntries(const std::string& path, PSID sid) {
  Removing removing(sid);
  Failure failure = WalkTree(path, READ_CONTROL | WRITE_DAC, removing);
  // What was there is somewhere else now, with entries that name nobody any more.
  bool gone = failure.os_error == ERROR_FILE_NOT_FOUND || failure.os_error == ERROR_PATH_NOT_FOUND ||
              failure.os_error == kStaleError;
  return failure && !gone ? failure : removing.failure();
}

Failure AccessListLock::Take() {
  mutex_.Reset(CreateMutexW(nullptr, FALSE, L"Local\\moated-access-lists"));
  if (!mutex_) return LastFailure("grants", "CreateMutexW");
  DWORD waited = WaitForSingleObject(mutex_.get(), INFINITE);
  // One that was abandoned by a process that died is ours as well.
  taken_ = waited == WAIT_OBJECT_0 || waited == WAIT_ABANDONED;
  return taken_ ? Failure{} : LastFailure("grants", "WaitForSingleObject");
}

AccessListLock::~AccessListLock() {
  if (taken_) ReleaseMutex(mutex_.get());
}

}  // namespace moated
