#include "linux/probe.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string_view>

#include "linux/cgroup_parent.h"
#include "linux/child_clone.h"
#include "linux/launch.h"
#include "linux/prepared_policy.h"
#include "linux/raw_syscall.h"
#include "linux/run_cgroup.h"
#include "linux/syscall_numbers.h"

namespace moated {
namespace {

constexpr std::string_view kEveryLayer[] = {
    "namespaces", "user,mount,pid,ipc,uts,net",
    "init",       "pid1",
    "read",       "/",
    "device",     "/dev/null",
    "scratch",    "/tmp",
    "dev",        "minimal",
    "landlock",   "off",
    "filter",     "base",
    "privileges", "drop",
};

// A handler of the host must not run in a child that shares its memory.
class HostSignalsBlocked {
 public:
  HostSignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  HostSignalsBlocked(const HostSignalsBlocked&) = delete;
  HostSignalsBlocked& operator=(const HostSignalsBlocked&) = delete;
  ~HostSignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

bool HasSeccompErrno() {
  unsigned action = SECCOMP_RET_ERRNO;
  return RawSyscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

// A complete run whose init has nothing to start: it sees that its command line is too short and exits with
// 125.
Failure TryNamespaces(int init_image) {
  LaunchPlan plan;
  if (Failure failure = DecodePlan(kEveryLayer, plan)) return failure;
  PreparedPolicy policy(std::move(plan), landlock::RowFor(0));
  if (Failure failure = policy.Prepare()) return failure;
  ChildStacks stacks;
  if (!stacks.valid()) return {"probe", "mmap", errno, ""};
  NamespaceSlot slot;
  if (Failure failure = policy.AcquireSlot(stacks, slot)) return failure;
  UniqueFd null(open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) return {"probe", "open", errno, "/dev/null"};
  const char* const argv[] = {"moated-init", "p", nullptr};
  const char* const envp[] = {nullptr};
  LaunchRequest request;
  request.argv = &argv[0];
  request.envp = &envp[0];
  request.init_image = init_image;
  for (int& source : request.descriptors.sources)
    source = null.get();
  Launched launched;
  if (Failure failure = Launch(policy, slot, request, stacks, launched)) return failure;
  int status = 0;
  while (waitpid(launched.pid, &status, __WALL) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 125) return {"probe", "execveat", EACCES, "moated-init"};
  return {};
}

int EndingChild(void* /*argument*/) {
  return 0;
}

}  // namespace

bool ProbeCgroup() {
  CgroupParent parent;
  if (parent.Open()) return false;
  bool works = false;
  {
    Limits limits;
    limits.memory = uint64_t{16} << 20;
    limits.processes = 1;
    RunCgroup group;
    ChildStacks stacks;
    if (stacks.valid() && !group.Create(parent, limits)) {
      HostSignalsBlocked blocked;
      long pid = CloneVforkInto(group.fd(), EndingChild, stacks.outer_top(), 0, nullptr, nullptr);
      works = pid > 0;
      if (works) ReapChild(static_cast<pid_t>(pid));
    }
  }
  parent.Remove();
  return works;
}

MachineProbe ProbeMachine(int init_image) {
  MachineProbe probe;
  utsname name{};
  if (uname(&name) == 0) probe.kernel = name.release;
  probe.landlock = ProbeLandlock();
  probe.seccomp = HasSeccompErrno();
  {
    HostSignalsBlocked blocked;
    probe.namespaces_failure = TryNamespaces(init_image);
  }
  UniqueFd self(static_cast<int>(RawSyscall(SYS_pidfd_open, getpid(), 0)));
  probe.pidfd = static_cast<bool>(self);
  probe.uid = geteuid();
  return probe;
}

}  // namespace moated
