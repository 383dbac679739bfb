// Cloning in the manner of vfork: the child shares our memory, and we wait until it executes or ends. Unlike
// fork it copies no page tables, so it costs the same however large the host's heap is.
#pragma once

#include <sys/types.h>

namespace moated {

// Stacks for a child and for a child of that child. One object per thread that clones.
class ChildStacks {
 public:
  ChildStacks();
  ChildStacks(const ChildStacks&) = delete;
  ChildStacks& operator=(const ChildStacks&) = delete;
  ~ChildStacks();
  [[nodiscard]] bool valid() const { return memory_ != nullptr; }
  // The first address above a stack.
  [[nodiscard]] void* outer_top() const;
  [[nodiscard]] void* inner_top() const;

 private:
  char* memory_ = nullptr;
};

// Runs `function(argument)` in a child with CLONE_VM|CLONE_VFORK and `flags`. Returns the pid or a negative
// errno. `pidfd` may be null.
long CloneVfork(int (*function)(void*), void* stack_top, unsigned long flags, void* argument, int* pidfd);

// The same into a control group: a descriptor of its directory. Needs clone3 (Linux 5.7).
long CloneVforkInto(int cgroup, int (*function)(void*), void* stack_top, unsigned long flags, void* argument,
                    int* pidfd);

// Collects a child that ended, or is about to.
void ReapChild(pid_t pid);

}  // namespace moated
