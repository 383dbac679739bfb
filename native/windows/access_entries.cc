#include "windows/access_entries.h"

#include <utility>
#include <vector>

#include "windows/access_list.h"
#include "windows/stale.h"
#include "windows/text.h"
#include "windows/tree_walk.h"

namespace moated {
namespace {

// The two have bits in common.
// NOLINTNEXTLINE(misc-redundant-expression)
constexpr ACCESS_MASK kRead = FILE_GENERIC_READ | FILE_GENERIC_EXECUTE;
constexpr ACCESS_MASK kChange = FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_WRITE_EA | FILE_WRITE_ATTRIBUTES |
                                FILE_DELETE_CHILD | DELETE | WRITE_DAC | WRITE_OWNER;
constexpr BYTE kInherit = OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE;

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
    return old.WriteWith(object.handle, sid_, EntriesOf(object));
  }
  bool Enter(const TreeObject& /*object*/) override { return entered_ && rule_.reach == Reach::kTree; }
  // A permission that is missing opens nothing. A refusal that is missing does, when the permission that
  // comes after it finds the same object free. Where this user may write no list, there will be no permission
  // either.
  Failure PassedBy(const Failure& why) override {
    return rule_.deny && why.os_error != ERROR_ACCESS_DENIED ? why : Failure{};
  }

 private:
  [[nodiscard]] std::vector<AccessEntry> EntriesOf(const TreeObject& object) const {
    bool tree = rule_.reach == Reach::kTree && object.directory;
    bool split = tree && object.root && rule_.root != rule_.below;
    ACCESS_MASK mask = object.root ? rule_.root : rule_.below;
    if (!split) return {{rule_.deny, tree ? kInherit : BYTE{0}, mask}};
    return {{rule_.deny, 0, rule_.root}, {rule_.deny, kInherit | INHERIT_ONLY_ACE, rule_.below}};
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
    return old.exists() ? old.WriteWithout(object, sid_) : Failure{};
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
