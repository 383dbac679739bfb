// The access list of one object: read, and written again with or without the entries of one identity.
#pragma once

#include <span>
#include <vector>

#include "failure.h"
#include "windows/win.h"

namespace moated {

struct AccessEntry {
  bool deny;
  BYTE flags;  // *_INHERIT_ACE
  ACCESS_MASK mask;
};

class AccessList {
 public:
  Failure Read(HANDLE object);
  // Without one everybody may do everything, as on file systems that have none. Nothing can be written then.
  [[nodiscard]] bool exists() const { return list_ != nullptr; }
  // From the list of the directory that the object is in.
  [[nodiscard]] bool cut_off() const { return (control_ & SE_DACL_PROTECTED) != 0; }

  // All refusals or all permissions. Refusals come before everything else, permissions after the explicit
  // entries that are there and before the inherited ones: the order that the system keeps.
  Failure WriteWith(HANDLE object, PSID sid, std::span<const AccessEntry> entries) const;
  // Writes nothing where no entry names the identity.
  Failure WriteWithout(HANDLE object, PSID sid) const;

 private:
  [[nodiscard]] ACE_HEADER* At(WORD index) const;
  Failure Write(HANDLE object, ACL* list) const;

  std::vector<char> bytes_;
  ACL* list_ = nullptr;
  SECURITY_DESCRIPTOR_CONTROL control_ = 0;
};

}  // namespace moated
