#include "linux/run_process.h"

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <span>

#include "linux/init/init_protocol.h"
#include "linux/process_tree.h"
#include "linux/syscall_numbers.h"
#include "posix/c_strings.h"
#include "posix/pipes.h"
#include "posix/program_search.h"

namespace moated {
namespace {

constexpr uint64_t kGraceUs = 250'000;

}  // namespace

Failure RunProcess::PrepareScratch(Machine& machine) {
  constexpr const char* kPlaceholder = "TMPDIR=@scratch";
  auto entry = std::find(request_.env.begin(), request_.env.end(), kPlaceholder);
  if (policy_.view() != nullptr) {
    if (entry != request_.env.end()) *entry = "TMPDIR=/tmp";
    return {};
  }
  if (entry == request_.env.end()) return {};
  Failure failure;
  const ScratchParent* parent = machine.OpenScratchParent(failure);
  if (parent == nullptr) return failure;
  failure = scratch_.Create(*parent);
  if (failure) return failure;
  *entry = "TMPDIR=" + scratch_.path();
  return {};
}

Failure RunProcess::PrepareCgroup(Machine& machine) {
  const LaunchPlan& plan = policy_.plan();
  if (!plan.cgroup) return {};
  Failure failure;
  const CgroupParent* parent = machine.OpenCgroupParent(failure);
  if (parent == nullptr) return failure;
  return cgroup_.Create(*parent, plan.limits);
}

Failure RunProcess::Start(Machine& machine, ChildStacks& stacks, RunStreams& streams) {
  if (machine.failure()) return machine.failure();
  std::string file;
  if (Failure failure = FindProgram(request_.argv[0], request_.search_path, file)) return failure;
  if (Failure failure = policy_.Prepare()) return failure;
  if (!policy_.IsCurrent()) return {"prepare", "stat", ESTALE, ""};
  if (Failure failure = policy_.AcquireSlot(stacks, slot_)) return failure;
  if (Failure failure = PrepareScratch(machine)) return failure;
  if (Failure failure = PrepareCgroup(machine)) return failure;
  return LaunchInit(machine, stacks, file, streams);
}

Failure RunProcess::LaunchInit(Machine& machine, ChildStacks& stacks, const std::string& file,
                               RunStreams& streams) {
  LaunchRequest launch;
  if (Failure failure = streams.Open(std::span(launch.descriptors.sources).first<3>())) return failure;
  UniqueFd control_read;
  UniqueFd status_write;
  if (Failure failure = OpenPipe(control_read, control_)) return failure;
  if (Failure failure = OpenPipe(status_, status_write)) return failure;
  SetNonBlocking(status_.get());
  SetNonBlocking(control_.get());
  launch.descriptors.sources[3] = control_read.get();
  launch.descriptors.sources[4] = status_write.get();

  char flags[8];
  InitFlags(policy_.plan(), request_.announce, flags);
  std::vector<const char*> argv = CStrings(request_.argv, {"moated-init", flags, file.c_str()});
  std::vector<const char*> env = CStrings(request_.env);
  launch.argv = argv.data();
  launch.envp = env.data();
  launch.cwd = request_.cwd.c_str();
  launch.scratch_fd = scratch_.fd();
  launch.init_image = machine.init_image();
  launch.cgroup = cgroup_.fd();
  Failure failure = Launch(policy_, slot_, launch, stacks, launched_);
  streams.CloseChildEnds();
  return failure;
}

uint64_t RunProcess::End() {
  ending_ = true;
  if (!launched_.pidfd) return 0;
  // Init ends the others and says what they used when its pipe closes. Whoever stopped it must not be able to
  // prevent that.
  SendToInit(SIGCONT);
  control_.Reset();
  // As pid 1 it takes the others along when it is killed, so it need not be trusted to be quick. A subreaper
  // must not be killed: they would stay.
  return policy_.plan().init_is_pid1 ? kGraceUs : 0;
}

void RunProcess::Kill() const {
  SendToInit(SIGKILL);
}

void RunProcess::SendToInit(int number) const {
  if (launched_.pidfd) syscall(SYS_pidfd_send_signal, launched_.pidfd.get(), number, nullptr, 0);
}

// Through the pipe, where signals keep their order and SIGSTOP does not hit init itself.
void RunProcess::Signal(int number) const {
  if (!control_ || number <= 0 || number > SIGRTMAX) return;
  auto byte = static_cast<unsigned char>(number);
  // Full only after thousands of signals that init did not get to yet: more would say nothing new.
  [[maybe_unused]] ssize_t written = write(control_.get(), &byte, 1);
}

TreeUsage RunProcess::Measure() const {
  return MeasureTree(launched_.pid);
}

// The announcement comes once; the rest is read at the end.
Report RunProcess::ReadReport(Outcome& outcome) {
  Report report = Report::kOver;
  StatusRecord record{};
  while (read(status_.get(), &record, sizeof record) == static_cast<ssize_t>(sizeof record)) {
    if (record.kind == kStatusStarted) {
      report = Report::kStarted;
    } else if (record.kind == kStatusExited) {
      exit_known_ = true;
      if (WIFSIGNALED(record.value)) {
        outcome.signal = WTERMSIG(record.value);
      } else {
        outcome.exit_code = WEXITSTATUS(record.value);
      }
    } else if (record.kind == kStatusMaxRss) {
      outcome.max_rss_bytes = static_cast<uint64_t>(record.value) * 1024;
    } else if (record.kind == kStatusExecFailed) {
      outcome.failure = {"exec", "execve", record.value, request_.argv[0]};
    } else if (record.kind == kStatusDomainFailed) {
      outcome.failure = {"landlock", "landlock_restrict_self", record.value, ""};
    } else {
      outcome.failure = {"init", "clone", record.value, ""};
    }
  }
  return report;
}

// With init everybody else is gone: what is in the pipes is all there will ever be.
int RunProcess::Wait(rusage& usage) {
  int status = 0;
  while (wait4(launched_.pid, &status, __WALL, &usage) < 0 && errno == EINTR) {
  }
  cgroup_.End();
  return status;
}

void RunProcess::Conclude(int status, const rusage& /*usage*/, Outcome& outcome) const {
  if (!exit_known_) {
    // The command was killed together with init, by us or by the kernel.
    if (!ending_ && !outcome.failure && !WIFSIGNALED(status)) {
      outcome.failure = {"init", "exit", EPROTO, ""};
    }
    outcome.signal = SIGKILL;
  } else if (ending_ && outcome.exit_code >= 0) {
    // It ended by itself before our signal came.
    outcome.reason = EndReason::kExit;
  }
  if (!ending_ && cgroup_.OutOfMemory()) outcome.reason = EndReason::kMemory;
  // Init was killed with the command and could not say.
  if (outcome.max_rss_bytes == 0) outcome.max_rss_bytes = cgroup_.PeakMemory();
}

void RunProcess::Release() {
  control_.Reset();
  status_.Reset();
  launched_.pidfd.Reset();
  scratch_.Remove();
  cgroup_.Remove();
  policy_.ReleaseSlot(std::move(slot_));
}

}  // namespace moated
