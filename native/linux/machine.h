// What every run needs and no run owns: init's image, the kernel's Landlock, the scratch parent. Made once
// per process.
#pragma once

#include <pthread.h>

#include "failure.h"
#include "linux/cgroup_parent.h"
#include "linux/landlock_rights.h"
#include "linux/scratch_directory.h"
#include "unique_fd.h"

namespace moated {

class Machine {
 public:
  Machine();
  [[nodiscard]] const Failure& failure() const { return failure_; }
  [[nodiscard]] int init_image() const { return init_image_.get(); }
  [[nodiscard]] const landlock::AbiRow& landlock() const { return landlock_; }
  // Opened when a run first needs it.
  Failure OpenScratchParent(const ScratchParent** parent);
  // Made when a run first needs it.
  Failure OpenCgroupParent(const CgroupParent** parent);
  // Removes what this process has made for its runs.
  void RemoveParents();

 private:
  Failure failure_;
  UniqueFd init_image_;
  landlock::AbiRow landlock_;
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  ScratchParent* scratch_ = nullptr;
  CgroupParent* cgroup_ = nullptr;
};

}  // namespace moated
