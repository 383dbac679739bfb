#include "linux/child_clone.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

namespace moated {
namespace {

constexpr size_t kStackSize = size_t{128} << 10;  // a page of it is the guard, which may have 64 KB

}  // namespace

ChildStacks::ChildStacks() {
  // Two stacks, each above a page that faults.
  void* memory =
      mmap(nullptr, 2 * kStackSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) return;
  memory_ = static_cast<char*>(memory);
  auto guard_size = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  mprotect(memory_, guard_size, PROT_NONE);
  mprotect(memory_ + kStackSize, guard_size, PROT_NONE);
}

ChildStacks::~ChildStacks() {
  if (memory_ != nullptr) munmap(memory_, 2 * kStackSize);
}

void* ChildStacks::outer_top() const {
  return memory_ + kStackSize;
}
void* ChildStacks::inner_top() const {
  return memory_ + 2 * kStackSize;
}

long CloneVfork(int (*function)(void*), void* stack_top, unsigned long flags, void* argument, int* pidfd) {
  unsigned long all = flags | CLONE_VM | CLONE_VFORK | (pidfd != nullptr ? CLONE_PIDFD : 0);
  int pid = clone(function, stack_top, static_cast<int>(all), argument, pidfd);
  return pid < 0 ? -errno : pid;
}

void ReapChild(pid_t pid) {
  while (waitpid(pid, nullptr, __WALL) < 0 && errno == EINTR) {
  }
}

}  // namespace moated
