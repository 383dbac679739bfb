#include "macos/run.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "macos/child_spawn.h"
#include "macos/pipes.h"
#include "macos/process_tree.h"
#include "posix/program_search.h"

namespace moated {
namespace {

constexpr uint64_t kWatchdogUs = 50'000;
// What is left in a pipe whose writers are dead is read in a few turns. A writer that lives on must not keep
// us.
constexpr int kLastTurns = 64;
// Arguments and environment share one megabyte; what is longer than this goes through a file.
constexpr size_t kLongestInlineProfile = size_t{128} << 10;

uint64_t Microseconds(const timeval& time) {
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000 + static_cast<uint64_t>(time.tv_usec);
}

std::vector<const char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<const char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (const std::string& text : strings)
    pointers.push_back(text.c_str());
  pointers.push_back(nullptr);
  return pointers;
}

void AddParameter(std::vector<std::string>& arguments, std::string entry) {
  arguments.emplace_back("-D");
  arguments.push_back(std::move(entry));
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

bool Run::Start(Machine& machine, ChildStacks& /*stacks*/) {
  started_us_ = MonotonicMicroseconds();
  if (ending_) {  // canceled while it was queued: the command never starts
    outcome_.signal = SIGKILL;
    Release();
    return false;
  }
  if (Failure failure = Spawn(machine)) return Fail(std::move(failure));
  if (request_.timeout_ms != 0) deadline_us_ = started_us_ + request_.timeout_ms * 1000;
  next_check_us_ = deadline_us_;
  if (request_.max_memory != 0 || request_.max_processes != 0 || request_.max_cpu_ms != 0) {
    next_check_us_ = started_us_ + kWatchdogUs;
  }
  return true;
}

void Run::Continue() const {
  kill(pid_, SIGCONT);
}

bool Run::Fail(Failure failure) {
  // Something is not what it was when the policy was resolved: not an error of the caller's, the policy is
  // resolved again.
  outcome_.stale = failure.os_error == ESTALE;
  outcome_.failure = std::move(failure);
  Release();
  return false;
}

// The host may hold this object until its garbage collector comes by; descriptors do not wait for that.
void Run::Release() {
  for (UniqueFd& end : child_ends_)
    end.Reset();
  for (UniqueFd& end : capture_)
    end.Reset();
  input_.Reset();
  stage_.Reset();
  scratch_.Remove();
  ended_ = true;
}

Failure Run::OpenPipes(int (&child_ends)[4]) {
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

// A directory, a mark and the profile of this run, as arguments of sandbox-exec.
Failure Run::PrepareScratch(Machine& machine, std::vector<std::string>& arguments) {
  const ScratchParent* parent = nullptr;
  if (Failure failure = machine.OpenScratchParent(&parent)) return failure;
  if (Failure failure = scratch_.Create(*parent)) return failure;
  if (Failure failure = mark_.Make()) return failure;
  for (std::string& entry : request_.env) {
    if (entry == "TMPDIR=@scratch") entry = "TMPDIR=" + scratch_.path();
  }
  const LaunchPlan& plan = policy_->plan();
  arguments.emplace_back(kSandboxExec);
  for (const std::string& entry : plan.parameters)
    AddParameter(arguments, entry);
  AddParameter(arguments, "SCRATCHES=" + parent->path());
  AddParameter(arguments, "SCRATCH=" + scratch_.path());
  AddParameter(arguments, "LAUNCHER=" + Machine::LauncherPath());
  AddParameter(arguments, "MARK_IN=" + mark_.in());
  AddParameter(arguments, "MARK_OUT=" + mark_.out());
  AddParameter(arguments, "TAG=" + mark_.tag());
  outcome_.log_tag = mark_.tag();
  if (plan.profile.size() <= kLongestInlineProfile) {
    arguments.emplace_back("-p");
    arguments.push_back(plan.profile);
  } else {
    std::string file;
    if (Failure failure = scratch_.WriteBeside(plan.profile, file)) return failure;
    arguments.emplace_back("-f");
    arguments.push_back(std::move(file));
  }
  arguments.emplace_back("--");
  return {};
}

void Run::StageArguments(const std::string& launcher, const std::string& file,
                         std::vector<std::string>& arguments) const {
  const Limits& limits = policy_->plan().limits;
  arguments.push_back(launcher);
  arguments.emplace_back(kStageWord);
  arguments.push_back(request_.cwd);
  for (uint64_t limit : {limits.cpu_seconds, limits.address_space, limits.files, limits.file_size})
    arguments.push_back(std::to_string(static_cast<unsigned long long>(limit)));
  arguments.push_back(file);
  arguments.insert(arguments.end(), request_.argv.begin(), request_.argv.end());
}

Failure Run::Spawn(Machine& machine) {
  std::string file;
  if (Failure failure = FindProgram(request_.argv[0], request_.search_path, file)) return failure;
  if (Failure failure = policy_->Check()) return failure;
  std::string launcher = Machine::LauncherPath();
  if (launcher.empty()) return {"spawn", "dladdr", ENOENT, "moated-launcher"};
  std::vector<std::string> arguments;
  if (policy_->plan().confined) {
    if (Failure failure = PrepareScratch(machine, arguments)) return failure;
  }
  StageArguments(launcher, file, arguments);

  SpawnRequest spawn;
  if (Failure failure = OpenPipes(spawn.descriptors)) return failure;
  UniqueFd stage_end;
  if (Failure failure = OpenPipe(stage_, stage_end)) return failure;
  SetNonBlocking(stage_.get());
  spawn.descriptors[kStageDescriptor] = stage_end.get();
  spawn.argv = Pointers(arguments);
  spawn.env = Pointers(request_.env);
  spawn.program = arguments[0].c_str();
  Failure failure = SpawnSuspended(spawn, pid_);
  for (UniqueFd& end : child_ends_)
    end.Reset();
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
      return stage_.get();
    case Watch::kExit:
      break;
  }
  return -1;
}

bool Run::OnReady(Watch watch) {
  if (watch == Watch::kStdin) return WriteInput();
  if (watch == Watch::kStatus) return ReadStage();
  int stream = watch == Watch::kStdout ? 0 : 1;
  OutputBuffer::State state = outcome_.streams[stream].ReadFrom(capture_[stream].get(), request_.max_capture);
  CheckOutput();
  return state == OutputBuffer::State::kOpen;
}

void Run::OnUnwatched(Watch watch) {
  if (watch == Watch::kStdin) input_.Reset();
}

// False when nothing more will come.
bool Run::ReadStage() {
  for (;;) {
    StageRecord record{};
    ssize_t length = read(stage_.get(), &record, sizeof record);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == EAGAIN) return true;
    if (length != static_cast<ssize_t>(sizeof record)) break;
    switch (record.step) {
      case kStageStarted:
        staged_ = true;
        break;
      case kStageLimitFailed:
        outcome_.failure = {"limits", "setrlimit", record.os_error, ""};
        break;
      case kStageChdirFailed:
        outcome_.failure = {"chdir", "chdir", record.os_error, request_.cwd};
        break;
      default:
        outcome_.failure = {"exec", "execve", record.os_error, request_.argv[0]};
        break;
    }
  }
  // Closed by the execution of the command, or with the stage.
  bool first = !executed_;
  executed_ = staged_ && !outcome_.failure;
  if (executed_ && first && request_.announce && !ending_) observer_.OnStarted(*this);
  return false;
}

// False when everything is written.
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

void Run::CheckOutput() {
  uint64_t seen = outcome_.streams[0].seen() + outcome_.streams[1].seen();
  if (request_.max_output != 0 && seen > request_.max_output) End(EndReason::kOutput);
}

void Run::CheckLimits(uint64_t now_us) {
  if (ended_ || ending_ || next_check_us_ == 0 || now_us < next_check_us_) return;
  if (deadline_us_ != 0 && now_us >= deadline_us_) {
    End(EndReason::kTimeout);
    return;
  }
  next_check_us_ = deadline_us_;
  if (request_.max_memory == 0 && request_.max_processes == 0 && request_.max_cpu_ms == 0) return;
  TreeUsage usage = ProcessTree(pid_, mark_).Measure();
  if (request_.max_memory != 0 && usage.memory_bytes > request_.max_memory) End(EndReason::kMemory);
  if (request_.max_processes != 0 && usage.tasks > request_.max_processes) End(EndReason::kProcesses);
  if (request_.max_cpu_ms != 0 && usage.cpu_ms > request_.max_cpu_ms) End(EndReason::kCpu);
  if (ending_) return;
  uint64_t next = now_us + kWatchdogUs;
  next_check_us_ = deadline_us_ == 0 ? next : std::min(next, deadline_us_);
}

void Run::KillTree() {
  // What could not be killed within many rounds is in the kernel and ends with what it waits for.
  [[maybe_unused]] bool gone = ProcessTree(pid_, mark_).Kill();
}

void Run::End(EndReason reason) {
  if (ending_ || ended_) return;
  ending_ = true;
  next_check_us_ = 0;
  outcome_.reason = reason;
  if (pid_ > 0) KillTree();
}

void Run::Signal(int number) {
  if (number == SIGKILL) {
    End(EndReason::kExit);
  } else if (pid_ > 0 && !ended_ && number > 0 && number < NSIG) {
    // The process is ours and not waited for: its number means nobody else.
    kill(pid_, number);
  }
}

void Run::DrainOutput() {
  for (int stream = 0; stream < 2; ++stream) {
    if (!capture_[stream]) continue;
    for (int turn = 0; turn < kLastTurns; ++turn) {
      uint64_t before = outcome_.streams[stream].seen();
      OutputBuffer::State state =
          outcome_.streams[stream].ReadFrom(capture_[stream].get(), request_.max_capture);
      if (state == OutputBuffer::State::kEnded || outcome_.streams[stream].seen() == before) break;
    }
  }
}

void Run::OnExit() {
  // Before it is waited for: until then the numbers of its session and group are its own.
  KillTree();
  int status = 0;
  rusage usage{};
  while (wait4(pid_, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  if (stage_) ReadStage();
  DrainOutput();
  if (WIFSIGNALED(status)) {
    outcome_.signal = WTERMSIG(status);
  } else {
    outcome_.exit_code = WEXITSTATUS(status);
    // It ended by itself before our signal came.
    if (ending_) outcome_.reason = EndReason::kExit;
  }
  if (!executed_ && !outcome_.failure && !ending_) {
    // What sandbox-exec had against the profile it wrote to stderr, where it stays.
    outcome_.failure = {"seatbelt", "sandbox-exec", EPROTO,
                        policy_->plan().confined ? kSandboxExec : "moated-launcher"};
  }
  outcome_.duration_us = MonotonicMicroseconds() - started_us_;
  outcome_.user_us = Microseconds(usage.ru_utime);
  outcome_.system_us = Microseconds(usage.ru_stime);
  outcome_.max_rss_bytes = static_cast<uint64_t>(usage.ru_maxrss);  // bytes here, not kilobytes
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
