#include "engine/machine.h"

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

void Machine::RemoveScratchParent() {
  MutexLock lock(mutex_);
  if (scratch_ != nullptr) scratch_->Remove();
  scratch_ = nullptr;  // not deleted: runs that are just ending still refer to it
}

}  // namespace moated
