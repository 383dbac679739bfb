// The launcher of `sandbox.wrap`: runs one command under a plan given as arguments, for programs that spawn
// by themselves.
//
//   moated-launcher DIRECTIVE… [cwd PATH] [timeout MS] -- COMMAND [ARGUMENT…]
//
// It stays until the run has ended, forwards signals to the command, and ends as the command ended. When its
// parent is gone it ends the run.
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "linux/child_clone.h"
#include "linux/machine.h"
#include "linux/raw_syscall.h"
#include "linux/syscall_numbers.h"
#include "posix/run.h"

namespace moated {
namespace {

constexpr int kOurFailure = 125;
constexpr int kNotExecutable = 126;
constexpr int kNotFound = 127;

int Complain(const Failure& failure) {
  fprintf(stderr, "moated: %s: %s: %s: %s\n", failure.stage.c_str(), failure.syscall.c_str(),
          failure.path.c_str(), strerror(failure.os_error));
  bool command = failure.stage == "exec" || failure.stage == "resolve";
  if (command && failure.os_error == ENOENT) return kNotFound;
  return command ? kNotExecutable : kOurFailure;
}

// Splits the command line into the plan's directives, those of this run, and the command.
Failure ParseCommandLine(int argc, char** argv, LaunchPlan& plan, RunRequest& request) {
  std::vector<std::string_view> directives;
  int at = 1;
  for (; at < argc && strcmp(argv[at], "--") != 0; ++at) {
    bool own = at + 1 < argc && (strcmp(argv[at], "cwd") == 0 || strcmp(argv[at], "timeout") == 0);
    if (!own) {
      directives.emplace_back(argv[at]);
      continue;
    }
    if (strcmp(argv[at], "cwd") == 0) {
      request.cwd = argv[++at];
    } else {
      char* end = nullptr;
      request.timeout_ms = strtoull(argv[++at], &end, 10);
      if (end == argv[at] || *end != '\0') return {"plan", "timeout", EINVAL, argv[at]};
    }
  }
  for (int i = at + 1; i < argc; ++i)
    request.argv.emplace_back(argv[i]);
  if (request.argv.empty()) return {"plan", "command", EINVAL, "missing after --"};
  if (request.cwd.empty() || request.cwd[0] != '/') return {"plan", "cwd", EINVAL, request.cwd};
  return DecodePlan(directives, plan);
}

void FillRequest(const LaunchPlan& plan, RunRequest& request) {
  for (char** entry = environ; *entry != nullptr; ++entry)
    request.env.emplace_back(*entry);
  const char* path = getenv("PATH");
  if (path != nullptr) request.search_path = path;
  for (int stream = 0; stream < 3; ++stream)
    request.stdio[stream] = {StdioChoice::kInherit, stream};
  request.max_memory = plan.cgroup ? 0 : plan.limits.memory;
  request.max_processes = plan.cgroup ? 0 : plan.limits.processes;
  request.max_cpu_ms = plan.limits.cpu_seconds * 1000;
}

class Observer : public RunObserver {
 public:
  void OnStarted(Run& run) override {}
  void OnEnded(Run& run) override {}
};

// What we open must not land on the places of the command's streams.
Failure ReserveLowDescriptors() {
  for (;;) {
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (fd < 0) return {"descriptors", "open", errno, "/dev/null"};
    if (fd < kFirstFreeFd) continue;
    close(fd);
    return {};
  }
}

void ForwardSignals(int signal_fd, Run& run) {
  signalfd_siginfo info{};
  while (read(signal_fd, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    // SIGPIPE is of our own making: init closed the pipe to which signals are written.
    if (info.ssi_signo != SIGCHLD && info.ssi_signo != SIGPIPE) run.Signal(static_cast<int>(info.ssi_signo));
  }
}

void WatchRun(Run& run, int signal_fd, int parent) {
  pollfd events[3] = {{run.WatchedFd(Watch::kExit), POLLIN, 0}, {signal_fd, POLLIN, 0}, {parent, POLLIN, 0}};
  while (!run.ended()) {
    uint64_t now = MonotonicMicroseconds();
    uint64_t next = run.next_check_us();
    int timeout = -1;
    if (next != 0)
      timeout = next <= now ? 0 : static_cast<int>(std::min<uint64_t>((next - now + 999) / 1000, 60'000));
    poll(&events[0], 3, timeout);
    if ((events[1].revents & POLLIN) != 0) ForwardSignals(signal_fd, run);
    if (events[2].revents != 0) {
      run.End(EndReason::kCanceled);
      events[2].fd = -1;
    }
    if (events[0].revents != 0) run.OnExit();
    run.CheckLimits(MonotonicMicroseconds());
  }
}

// Whoever waits for us sees what it would have seen of the command.
[[noreturn]] void EndLike(const Outcome& outcome) {
  if (outcome.reason == EndReason::kTimeout) _exit(124);
  if (outcome.exit_code >= 0) _exit(outcome.exit_code);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);  // the death is the command's, a core would be ours
  signal(outcome.signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  raise(outcome.signal);
  _exit(128 + outcome.signal);
}

int Main(int argc, char** argv) {
  if (Failure failure = ReserveLowDescriptors()) return Complain(failure);
  LaunchPlan plan;
  RunRequest request;
  if (Failure failure = ParseCommandLine(argc, argv, plan, request)) return Complain(failure);
  FillRequest(plan, request);

  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);
  UniqueFd signal_fd(signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK));
  UniqueFd parent(static_cast<int>(RawSyscall(SYS_pidfd_open, getppid(), 0)));

  Machine machine;
  ChildStacks stacks;
  if (!stacks.valid()) return Complain({"engine", "mmap", errno, ""});
  Observer observer;
  Ref<Run> run(new Run(Ref<SharedPolicy>(new SharedPolicy(std::move(plan), machine.landlock())),
                       std::move(request), observer));
  if (run->Start(machine, stacks)) WatchRun(*run, signal_fd.get(), parent.get());
  machine.RemoveParents();
  if (run->outcome().failure) return Complain(run->outcome().failure);
  EndLike(run->outcome());
}

}  // namespace
}  // namespace moated

int main(int argc, char** argv) {
  return moated::Main(argc, argv);
}
