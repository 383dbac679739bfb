#include "linux/run.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>

#include "linux/init/init_protocol.h"
#include "linux/process_tree.h"
#include "linux/syscall_numbers.h"
#include "posix/program_search.h"

namespace moated {
namespace {

constexpr uint64_t kWatchdogUs = 50'000;
constexpr uint64_t kGraceUs = 250'000;
// What is left in a pipe whose writers are dead is read in a few turns. A writer that lives on, which only
// `trusted` can have, must not keep us.
constexpr int kLastTurns = 64;

Failure OpenPipe(UniqueFd& read_end, UniqueFd& write_end) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return {"pipes", "pipe2", errno, ""};
  read_end.Reset(ends[0]);
  write_end.Reset(ends[1]);
  return {};
}

void SetNonBlocking(int fd) {
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

// A directory of the host's view, opened before anything was hidden, is a way around every mount. So is a
// bare path.
bool IsStream(int fd) {
  struct stat status {};
  if (fstat(fd, &status) != 0 || S_ISDIR(status.st_mode)) return false;
  return (fcntl(fd, F_GETFL) & O_PATH) == 0;
}

uint64_t Microseconds(const timeval& time) {
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000 + static_cast<uint64_t>(time.tv_usec);
}

std::vector<const char*> Pointers(const std::vector<std::string>& strings, std::vector<const char*> start) {
  start.reserve(start.size() + strings.size() + 1);
  for (const std::string& text : strings)
    start.push_back(text.c_str());
  start.push_back(nullptr);
  return start;
}

}  // namespace

uint64_t MonotonicMicroseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000 + static_cast<uint64_t>(now.tv_nsec) / 1000;
}

Run::Run(Ref<SharedPolicy> policy, RunRequest request, RunObserver& observer)
    : policy_(std::move(policy)), request_(std::move(request)), observer_(observer) {}

Failure Run::OpenHostPipes() {
  for (int stream = 0; stream < 3; ++stream) {
    if (request_.stdio[stream].kind != StdioChoice::kPipe) continue;
    UniqueFd& read_end = stream == 0 ? child_ends_[stream] : host_ends_[stream];
    UniqueFd& write_end = stream == 0 ? host_ends_[stream] : child_ends_[stream];
    if (Failure failure = OpenPipe(read_end, write_end)) return failure;
  }
  return {};
}

bool Run::Start(Machine& machine, ChildStacks& stacks) {
  started_us_ = MonotonicMicroseconds();
  if (ending_) {  // canceled while it was queued: the command never starts
    outcome_.signal = SIGKILL;
    Release();
    return false;
  }
  if (Failure failure = Spawn(machine, stacks)) return Fail(std::move(failure));
  if (request_.timeout_ms != 0) deadline_us_ = started_us_ + request_.timeout_ms * 1000;
  next_check_us_ = deadline_us_;
  if (request_.max_memory != 0 || request_.max_processes != 0 || request_.max_cpu_ms != 0) {
    next_check_us_ = started_us_ + kWatchdogUs;
  }
  return true;
}

bool Run::Fail(Failure failure) {
  // Something is not what it was when the policy was resolved: not an error of the caller's, the policy is
  // resolved again.
  outcome_.stale = failure.os_error == ESTALE;
  outcome_.failure = std::move(failure);
  Release();
  return false;
}

// The host may hold this object until its garbage collector comes by; descriptors and namespaces do not wait
// for that.
void Run::Release() {
  for (UniqueFd& end : child_ends_)
    end.Reset();
  for (UniqueFd& end : capture_)
    end.Reset();
  input_.Reset();
  control_.Reset();
  status_.Reset();
  launched_.pidfd.Reset();
  scratch_.Remove();
  cgroup_.Remove();
  policy_->ReleaseSlot(std::move(slot_));
  ended_ = true;
}

Failure Run::PrepareScratch(Machine& machine) {
  constexpr const char* kPlaceholder = "TMPDIR=@scratch";
  auto entry = std::find(request_.env.begin(), request_.env.end(), kPlaceholder);
  if (policy_->view() != nullptr) {
    if (entry != request_.env.end()) *entry = "TMPDIR=/tmp";
    return {};
  }
  if (entry == request_.env.end()) return {};
  const ScratchParent* parent = nullptr;
  if (Failure failure = machine.OpenScratchParent(&parent)) return failure;
  if (Failure failure = scratch_.Create(*parent)) return failure;
  *entry = "TMPDIR=" + scratch_.path();
  return {};
}

Failure Run::PrepareCgroup(Machine& machine) {
  const LaunchPlan& plan = policy_->plan();
  if (!plan.cgroup) return {};
  const CgroupParent* parent = nullptr;
  if (Failure failure = machine.OpenCgroupParent(&parent)) return failure;
  return cgroup_.Create(*parent, plan.limits);
}

Failure Run::OpenPipes(int (&child_ends)[5]) {
  for (int stream = 0; stream < 3; ++stream) {
    const StdioChoice& choice = request_.stdio[stream];
    if (choice.kind == StdioChoice::kCapture) {
      UniqueFd& ours = stream == 0 ? input_ : capture_[stream - 1];
      Failure failure = stream == 0 ? OpenPipe(child_ends_[0], ours) : OpenPipe(ours, child_ends_[stream]);
      if (failure) return failure;
      SetNonBlocking(ours.get());
    } else if (choice.kind == StdioChoice::kIgnore) {
      child_ends_[stream].Reset(open("/dev/null", O_RDWR | O_CLOEXEC));
      if (!child_ends_[stream]) return {"pipes", "open", errno, "/dev/null"};
    }
    if (choice.kind == StdioChoice::kInherit && !IsStream(choice.inherited)) {
      return {"stdio", "fstat", EISDIR, "descriptor " + std::to_string(choice.inherited)};
    }
    child_ends[stream] = choice.kind == StdioChoice::kInherit ? choice.inherited : child_ends_[stream].get();
  }
  return {};
}

Failure Run::Spawn(Machine& machine, ChildStacks& stacks) {
  if (machine.failure()) return machine.failure();
  std::string file;
  if (Failure failure = FindProgram(request_.argv[0], request_.search_path, file)) return failure;
  if (Failure failure = policy_->Prepare()) return failure;
  if (!policy_->IsCurrent()) return {"prepare", "stat", ESTALE, ""};
  if (Failure failure = policy_->AcquireSlot(stacks, slot_)) return failure;
  if (Failure failure = PrepareScratch(machine)) return failure;
  if (Failure failure = PrepareCgroup(machine)) return failure;

  LaunchRequest launch;
  if (Failure failure = OpenPipes(launch.descriptors.sources)) return failure;
  UniqueFd control_read;
  UniqueFd status_write;
  if (Failure failure = OpenPipe(control_read, control_)) return failure;
  if (Failure failure = OpenPipe(status_, status_write)) return failure;
  SetNonBlocking(status_.get());
  SetNonBlocking(control_.get());
  launch.descriptors.sources[3] = control_read.get();
  launch.descriptors.sources[4] = status_write.get();

  char flags[8];
  InitFlags(policy_->plan(), request_.announce, flags);
  std::vector<const char*> argv = Pointers(request_.argv, {"moated-init", flags, file.c_str()});
  std::vector<const char*> env = Pointers(request_.env, {});
  launch.argv = argv.data();
  launch.envp = env.data();
  launch.cwd = request_.cwd.c_str();
  launch.scratch_fd = scratch_.fd();
  launch.init_image = machine.init_image();
  launch.cgroup = cgroup_.fd();
  Failure failure = Launch(*policy_, slot_, launch, stacks, launched_);
  for (int stream = 0; stream < 3; ++stream) {
    // Our copy of a captured stream's end stays open: the end of the run is told by init, and a hang-up would
    // only wake this thread once more, in the middle of it.
    bool captured = stream != 0 && request_.stdio[stream].kind == StdioChoice::kCapture;
    if (!captured) child_ends_[stream].Reset();
  }
  return failure;
}

int Run::WatchedFd(Watch watch) const {
  switch (watch) {
    case Watch::kStdout:
      return capture_[0].get();
    case Watch::kStderr:
      return capture_[1].get();
    case Watch::kStdin:
      return input_.get();
    case Watch::kStatus:
      return request_.announce ? status_.get() : -1;
    case Watch::kExit:
      return exit_fd();
  }
  return -1;
}

bool Run::OnReady(Watch watch) {
  if (watch == Watch::kStdin) return WriteInput();
  if (watch == Watch::kStatus) {
    ReadStatus();
    return false;  // the announcement comes once; the rest is read at the end
  }
  int stream = watch == Watch::kStdout ? 0 : 1;
  OutputBuffer::State state = outcome_.streams[stream].ReadFrom(capture_[stream].get(), request_.max_capture);
  CheckOutput();
  return state == OutputBuffer::State::kOpen;
}

void Run::CheckOutput() {
  uint64_t seen = outcome_.streams[0].seen() + outcome_.streams[1].seen();
  if (request_.max_output != 0 && seen > request_.max_output) End(EndReason::kOutput);
}

void Run::OnUnwatched(Watch watch) {
  if (watch == Watch::kStdin) input_.Reset();
}

// False when everything is written. SIGPIPE is blocked here: a command that closes its stdin ends the
// writing, not the host.
bool Run::WriteInput() {
  while (input_written_ < request_.input.size()) {
    ssize_t written =
        write(input_.get(), request_.input.data() + input_written_, request_.input.size() - input_written_);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno == EAGAIN;
    input_written_ += static_cast<size_t>(written);
  }
  return false;
}

void Run::CheckLimits(uint64_t now_us) {
  if (ended_ || next_check_us_ == 0 || now_us < next_check_us_) return;
  if (ending_) {
    next_check_us_ = 0;
    SendToInit(SIGKILL);
    return;
  }
  if (deadline_us_ != 0 && now_us >= deadline_us_) {
    End(EndReason::kTimeout);
    return;
  }
  next_check_us_ = deadline_us_;
  if (request_.max_memory == 0 && request_.max_processes == 0 && request_.max_cpu_ms == 0) return;
  TreeUsage usage = MeasureTree(launched_.pid);
  if (request_.max_memory != 0 && usage.memory_bytes > request_.max_memory) End(EndReason::kMemory);
  if (request_.max_processes != 0 && usage.tasks > request_.max_processes) End(EndReason::kProcesses);
  if (request_.max_cpu_ms != 0 && usage.cpu_ms > request_.max_cpu_ms) End(EndReason::kCpu);
  if (ending_) return;
  uint64_t next = now_us + kWatchdogUs;
  next_check_us_ = deadline_us_ == 0 ? next : std::min(next, deadline_us_);
}

void Run::End(EndReason reason) {
  if (ending_ || ended_) return;
  ending_ = true;
  next_check_us_ = 0;
  outcome_.reason = reason;
  if (!launched_.pidfd) return;
  // Init ends the others and says what they used when its pipe closes. Whoever stopped it must not be able to
  // prevent that.
  SendToInit(SIGCONT);
  control_.Reset();
  // As pid 1 it takes the others along when it is killed, so it need not be trusted to be quick. A subreaper
  // must not be killed: they would stay.
  if (policy_->plan().init_is_pid1) next_check_us_ = MonotonicMicroseconds() + kGraceUs;
}

void Run::SendToInit(int number) const {
  if (launched_.pidfd && !ended_) syscall(SYS_pidfd_send_signal, launched_.pidfd.get(), number, nullptr, 0);
}

// Through the pipe, where signals keep their order and SIGSTOP does not hit init itself.
void Run::Signal(int number) {
  if (number == SIGKILL) {
    End(EndReason::kExit);
  } else if (control_ && number > 0 && number <= SIGRTMAX) {
    auto byte = static_cast<unsigned char>(number);
    // Full only after thousands of signals that init did not get to yet: more would say nothing new.
    [[maybe_unused]] ssize_t written = write(control_.get(), &byte, 1);
  }
}

void Run::ReadStatus() {
  StatusRecord record{};
  while (read(status_.get(), &record, sizeof record) == static_cast<ssize_t>(sizeof record)) {
    if (record.kind == kStatusStarted) {
      observer_.OnStarted(*this);
    } else if (record.kind == kStatusExited) {
      exit_known_ = true;
      if (WIFSIGNALED(record.value)) {
        outcome_.signal = WTERMSIG(record.value);
      } else {
        outcome_.exit_code = WEXITSTATUS(record.value);
      }
    } else if (record.kind == kStatusMaxRss) {
      outcome_.max_rss_bytes = static_cast<uint64_t>(record.value) * 1024;
    } else if (record.kind == kStatusExecFailed) {
      outcome_.failure = {"exec", "execve", record.value, request_.argv[0]};
    } else if (record.kind == kStatusDomainFailed) {
      outcome_.failure = {"landlock", "landlock_restrict_self", record.value, ""};
    } else {
      outcome_.failure = {"init", "clone", record.value, ""};
    }
  }
}

// Init is gone and with it everybody else: what is in the pipes is all there will ever be.
void Run::OnExit() {
  rusage usage{};
  int status = 0;
  while (wait4(launched_.pid, &status, __WALL, &usage) < 0 && errno == EINTR) {
  }
  cgroup_.End();
  ReadStatus();
  for (int stream = 0; stream < 2; ++stream) {
    if (!capture_[stream]) continue;
    for (int turn = 0; turn < kLastTurns; ++turn) {
      uint64_t before = outcome_.streams[stream].seen();
      OutputBuffer::State state =
          outcome_.streams[stream].ReadFrom(capture_[stream].get(), request_.max_capture);
      if (state == OutputBuffer::State::kEnded || outcome_.streams[stream].seen() == before) break;
    }
  }
  if (!exit_known_) {
    // The command was killed together with init, by us or by the kernel.
    if (!ending_ && !outcome_.failure && !WIFSIGNALED(status)) {
      outcome_.failure = {"init", "exit", EPROTO, ""};
    }
    outcome_.signal = SIGKILL;
  } else if (ending_ && outcome_.exit_code >= 0) {
    // It ended by itself before our signal came.
    outcome_.reason = EndReason::kExit;
  }
  if (!ending_ && cgroup_.OutOfMemory()) outcome_.reason = EndReason::kMemory;
  // Init was killed with the command and could not say.
  if (outcome_.max_rss_bytes == 0) outcome_.max_rss_bytes = cgroup_.PeakMemory();
  outcome_.duration_us = MonotonicMicroseconds() - started_us_;
  outcome_.user_us = Microseconds(usage.ru_utime);
  outcome_.system_us = Microseconds(usage.ru_stime);
  outcome_.minor_faults = usage.ru_minflt;
  outcome_.major_faults = usage.ru_majflt;
  outcome_.voluntary_switches = usage.ru_nvcsw;
  outcome_.involuntary_switches = usage.ru_nivcsw;
  outcome_.blocks_in = usage.ru_inblock;
  outcome_.blocks_out = usage.ru_oublock;
  outcome_.changed = policy_->Changed();
  Release();
}

}  // namespace moated
