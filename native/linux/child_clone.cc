#include "linux/child_clone.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace moated {
namespace {

constexpr size_t kStackSize = size_t{128} << 10;  // a page of it is the guard, which may have 64 KB
constexpr size_t kUsableStack = size_t{64} << 10;

}  // namespace

// The C library has no clone3 with a stack: the child comes back from the system call on the new one, where
// there is nothing to return to.
extern "C" [[gnu::visibility("hidden")]] long moated_clone3(void* arguments, size_t size,
                                                            int (*function)(void*), void* argument);
#if defined(__x86_64__)
__asm__(
    ".pushsection .text\n"
    ".globl moated_clone3\n"
    ".hidden moated_clone3\n"
    ".type moated_clone3, @function\n"
    "moated_clone3:\n"
    "  mov %rcx, %r8\n"  // the kernel overwrites rcx
    "  mov $435, %eax\n"
    "  syscall\n"
    "  test %rax, %rax\n"
    "  jnz 1f\n"
    "  xor %ebp, %ebp\n"
    "  mov %r8, %rdi\n"
    "  call *%rdx\n"
    "  mov %eax, %edi\n"
    "  mov $60, %eax\n"  // exit
    "  syscall\n"
    "1: ret\n"
    ".size moated_clone3, .-moated_clone3\n"
    ".popsection\n");
#elif defined(__aarch64__)
__asm__(
    ".pushsection .text\n"
    ".globl moated_clone3\n"
    ".hidden moated_clone3\n"
    ".type moated_clone3, %function\n"
    "moated_clone3:\n"
    "  mov x8, #435\n"
    "  svc #0\n"
    "  cbnz x0, 1f\n"
    "  mov x29, #0\n"
    "  mov x0, x3\n"
    "  blr x2\n"
    "  mov x8, #93\n"  // exit
    "  svc #0\n"
    "1: ret\n"
    ".size moated_clone3, .-moated_clone3\n"
    ".popsection\n");
#endif

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

long CloneVforkInto(int cgroup, int (*function)(void*), void* stack_top, unsigned long flags, void* argument,
                    int* pidfd) {
  // The kernel's struct clone_args, as of Linux 5.7.
  struct {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size,
        cgroup;
  } arguments{};
  constexpr uint64_t kCloneIntoCgroup = 0x200000000;
  arguments.flags = flags | CLONE_VM | CLONE_VFORK | kCloneIntoCgroup | (pidfd != nullptr ? CLONE_PIDFD : 0);
  int* const written_by_kernel = pidfd;
  arguments.pidfd = reinterpret_cast<uint64_t>(written_by_kernel);
  arguments.stack = reinterpret_cast<uint64_t>(stack_top) - kUsableStack;
  arguments.stack_size = kUsableStack;
  arguments.cgroup = static_cast<uint64_t>(cgroup);
  return moated_clone3(&arguments, sizeof arguments, function, argument);
}

void ReapChild(pid_t pid) {
  while (waitpid(pid, nullptr, __WALL) < 0 && errno == EINTR) {
  }
}

}  // namespace moated
