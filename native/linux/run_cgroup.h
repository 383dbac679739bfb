// The control group of one run: memory and processes of the whole tree, counted and limited by the kernel.
#pragma once

#include <cstdint>
#include <string>

#include "failure.h"
#include "linux/launch_plan.h"
#include "unique_fd.h"

namespace moated {

class CgroupParent;

class RunCgroup {
 public:
  RunCgroup() = default;
  RunCgroup(const RunCgroup&) = delete;
  RunCgroup& operator=(const RunCgroup&) = delete;
  ~RunCgroup() { Remove(); }

  Failure Create(const CgroupParent& parent, const Limits& limits);
  // For CLONE_INTO_CGROUP; -1 without a group.
  [[nodiscard]] int fd() const { return directory_.get(); }
  // The kernel ended the run at its memory limit.
  [[nodiscard]] bool OutOfMemory() const;
  // 0 where the kernel does not tell (before 5.19).
  [[nodiscard]] uint64_t PeakMemory() const;
  // Init has ended. Where the kernel killed it together with the others, at the memory limit, and it is not
  // their pid 1, they may still be on their way out: ends what is left, and waits for it.
  void End() const;
  // Whatever cannot be removed is left to the end of the host.
  void Remove();

 private:
  int parent_ = -1;
  UniqueFd directory_;
  std::string name_;
};

}  // namespace moated
