// What every run needs and no run owns: init's image, the kernel's Landlock, the scratch parent. Made once
// per process.
#pragma once

#include "failure.h"
#include "linux/cgroup_parent.h"
#include "linux/landlock_rights.h"
#include "linux/scratch_directory.h"
#include "posix/opened_once.h"
#include "unique_fd.h"

namespace moated {

class Machine {
 public:
  Machine();
  [[nodiscard]] const Failure& failure() const { return failure_; }
  [[nodiscard]] int init_image() const { return init_image_.get(); }
  [[nodiscard]] const landlock::AbiRow& landlock() const { return landlock_; }
  // Null when it could not be opened: the failure says why.
  const ScratchParent* OpenScratchParent(Failure& failure) { return scratch_.Get(failure); }
  const CgroupParent* OpenCgroupParent(Failure& failure) { return cgroup_.Get(failure); }
  // Removes what this process has made for its runs.
  void RemoveParents();

 private:
  Failure failure_;
  UniqueFd init_image_;
  landlock::AbiRow landlock_;
  OpenedOnce<ScratchParent> scratch_;
  OpenedOnce<CgroupParent> cgroup_;
};

}  // namespace moated
