// Entries in the access lists of files that name one identity, and their removal.
#pragma once

#include <string>

#include "failure.h"
#include "windows/unique_handle.h"

namespace moated {

enum class Reach : uint8_t { kObject, kTree };

struct AccessRule {
  bool deny;
  ACCESS_MASK root;  // rights on the object itself
  ACCESS_MASK below;  // and on what is in it, now or later; not for Reach::kObject
  Reach reach;
};

extern const AccessRule kMayRead;
extern const AccessRule kMayWrite;
extern const AccessRule kMayNotChange;
extern const AccessRule kMayNotRead;
extern const AccessRule kMayNotMove;

// A list that is cut off from its parent's on purpose is not opened, and what is
// in it stays closed.
Failure AddEntries(const std::string& path, PSID sid, const AccessRule& rule);

// From a whole tree. A path that is gone has none.
Failure RemoveEntries(const std::string& path, PSID sid);

// Holds off other processes of moated that change access lists: reading and writing one are two steps.
class AccessListLock {
 public:
  AccessListLock() = default;
  AccessListLock(const AccessListLock&) = delete;
  AccessListLock& operator=(const AccessListLock&) = delete;
  ~AccessListLock();

  // Without it nothing is changed: of two that write the same list, one would undo the other's refusals.
  Failure Take();

 private:
  UniqueHandle mutex_;
  bool taken_ = false;
};

}  // namespace moated
