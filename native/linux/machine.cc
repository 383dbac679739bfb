#include "linux/machine.h"

#include "linux/init_image.h"
#include "linux/landlock_probe.h"
#include "mutex_lock.h"

namespace moated {

Machine::Machine() : landlock_(ProbeLandlock().row) {
  failure_ = OpenInitImage(init_image_);
}

Failure Machine::OpenScratchParent(const ScratchParent** parent) {
  MutexLock lock(mutex_);
  if (scratch_ == nullptr) {
    auto* opened = new ScratchParent;
    if (Failure failure = opened->Open()) {
      delete opened;
      return failure;
    }
    scratch_ = opened;
  }
  *parent = scratch_;
  return {};
}

Failure Machine::OpenCgroupParent(const CgroupParent** parent) {
  MutexLock lock(mutex_);
  if (cgroup_ == nullptr) {
    auto* opened = new CgroupParent;
    if (Failure failure = opened->Open()) {
      delete opened;
      return failure;
    }
    cgroup_ = opened;
  }
  *parent = cgroup_;
  return {};
}

// They are not deleted: runs that are just ending still refer to them.
void Machine::RemoveParents() {
  MutexLock lock(mutex_);
  if (scratch_ != nullptr) scratch_->Remove();
  scratch_ = nullptr;
  if (cgroup_ != nullptr) cgroup_->Remove();
  cgroup_ = nullptr;
}

}  // namespace moated
