// A slot whose making was interrupted is never used: half of the mounts is a file system without protection.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string_view>

#include "linux/child_clone.h"
#include "linux/prepared_policy.h"
#include "linux/raw_syscall.h"
#include "linux/syscall_numbers.h"
#include "test/check.h"

namespace moated {
namespace {

constexpr std::string_view kPlan[] = {
    "namespaces", "user,mount,pid,ipc,uts",
    "init",       "pid1",
    "read",       "/",
    "device",     "/dev/null",
    "scratch",    "/tmp",
    "landlock",   "off",
    "filter",     "base",
    "privileges", "drop",
};

// As a filter of the host's may do: the system call kills whoever makes it.
bool KillAt(int number) {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(number), 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  sock_fprog program{sizeof filter / sizeof filter[0], &filter[0]};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

// The errno of acquiring a slot in a process where this system call kills; 0 kills nothing.
int AcquireWhere(int killing) {
  pid_t child = fork();
  if (child == 0) {
    LaunchPlan plan;
    if (DecodePlan(kPlan, plan)) _exit(EINVAL);
    PreparedPolicy policy(std::move(plan), landlock::RowFor(0));
    ChildStacks stacks;
    if (policy.Prepare() || !stacks.valid()) _exit(EINVAL);
    if (killing != 0 && !KillAt(killing)) _exit(ENOSYS);
    NamespaceSlot slot;
    _exit(policy.AcquireSlot(stacks, slot).os_error);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string IsRefused(int killing) {
  int error = AcquireWhere(killing);
  return error == ECHILD ? "" : "errno " + std::to_string(error);
}

}  // namespace
}  // namespace moated

int main() {
  using namespace moated;
  int control = AcquireWhere(0);
  if (control == EPERM || control == EACCES || control == ENOSPC) {
    Case("skipped: this machine makes no user namespaces", "");
    return 0;
  }
  Case("a slot is made", control == 0 ? "" : "errno " + std::to_string(control));
  Case("a slot whose base was not finished is refused", IsRefused(kSysMountSetattr));
  Case("a slot without the mounts of a run is refused", IsRefused(__NR_mount));
  Case("a slot that was not copied is refused", IsRefused(__NR_unshare));
  return failed_cases > 0 ? 1 : 0;
}
