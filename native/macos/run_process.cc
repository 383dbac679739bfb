#include "macos/run_process.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <span>
#include <utility>

#include "macos/process_tree.h"
#include "macos/stage_protocol.h"
#include "posix/c_strings.h"
#include "posix/pipes.h"
#include "posix/program_search.h"

namespace moated {
namespace {

// Arguments and environment share one megabyte; what is longer than this goes through a file.
constexpr size_t kLongestInlineProfile = size_t{128} << 10;

void AddParameter(std::vector<std::string>& arguments, std::string entry) {
  arguments.emplace_back("-D");
  arguments.push_back(std::move(entry));
}

}  // namespace

// A directory, a mark and the profile of this run, as arguments of sandbox-exec.
Failure RunProcess::PrepareScratch(Machine& machine, std::vector<std::string>& arguments) {
  Failure failure;
  const ScratchParent* parent = machine.OpenScratchParent(failure);
  if (parent == nullptr) return failure;
  failure = scratch_.Create(*parent);
  if (failure) return failure;
  if (Failure failure = mark_.Make()) return failure;
  for (std::string& entry : request_.env) {
    if (entry == "TMPDIR=@scratch") entry = "TMPDIR=" + scratch_.path();
  }
  const LaunchPlan& plan = policy_.plan();
  arguments.emplace_back(kSandboxExec);
  for (const std::string& entry : plan.parameters)
    AddParameter(arguments, entry);
  AddParameter(arguments, "SCRATCHES=" + parent->path());
  AddParameter(arguments, "SCRATCH=" + scratch_.path());
  AddParameter(arguments, "LAUNCHER=" + Machine::LauncherPath());
  AddParameter(arguments, "MARK_IN=" + mark_.in());
  AddParameter(arguments, "MARK_OUT=" + mark_.out());
  AddParameter(arguments, "TAG=" + mark_.tag());
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

void RunProcess::StageArguments(const std::string& launcher, const std::string& file,
                                std::vector<std::string>& arguments) const {
  const Limits& limits = policy_.plan().limits;
  arguments.push_back(launcher);
  arguments.emplace_back(kStageWord);
  arguments.push_back(request_.cwd);
  for (uint64_t limit : {limits.cpu_seconds, limits.address_space, limits.files, limits.file_size})
    arguments.push_back(std::to_string(static_cast<unsigned long long>(limit)));
  arguments.push_back(file);
  arguments.insert(arguments.end(), request_.argv.begin(), request_.argv.end());
}

Failure RunProcess::Start(Machine& machine, ChildStacks& /*stacks*/, RunStreams& streams) {
  std::string file;
  if (Failure failure = FindProgram(request_.argv[0], request_.search_path, file)) return failure;
  if (Failure failure = policy_.Check()) return failure;
  std::string launcher = Machine::LauncherPath();
  if (launcher.empty()) return {"spawn", "dladdr", ENOENT, "moated-launcher"};
  std::vector<std::string> arguments;
  if (policy_.plan().confined) {
    if (Failure failure = PrepareScratch(machine, arguments)) return failure;
  }
  StageArguments(launcher, file, arguments);
  return Spawn(arguments, streams);
}

Failure RunProcess::Spawn(const std::vector<std::string>& arguments, RunStreams& streams) {
  SpawnRequest spawn;
  if (Failure failure = streams.Open(std::span(spawn.descriptors).first<3>())) return failure;
  UniqueFd stage_end;
  if (Failure failure = OpenPipe(stage_, stage_end)) return failure;
  SetNonBlocking(stage_.get());
  spawn.descriptors[kStageDescriptor] = stage_end.get();
  spawn.argv = CStrings(arguments);
  spawn.env = CStrings(request_.env);
  spawn.program = arguments[0].c_str();
  Failure failure = SpawnSuspended(spawn, pid_);
  streams.CloseChildEnds();
  return failure;
}

void RunProcess::Continue() const {
  kill(pid_, SIGCONT);
}

Report RunProcess::ReadReport(Outcome& outcome) {
  for (;;) {
    StageRecord record{};
    ssize_t length = read(stage_.get(), &record, sizeof record);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == EAGAIN) return Report::kMoreToCome;
    if (length != static_cast<ssize_t>(sizeof record)) break;
    switch (record.step) {
      case kStageStarted:
        staged_ = true;
        break;
      case kStageLimitFailed:
        outcome.failure = {"limits", "setrlimit", record.os_error, ""};
        break;
      case kStageChdirFailed:
        outcome.failure = {"chdir", "chdir", record.os_error, request_.cwd};
        break;
      default:
        outcome.failure = {"exec", "execve", record.os_error, request_.argv[0]};
        break;
    }
  }
  // Closed by the execution of the command, or with the stage.
  bool first = !executed_;
  executed_ = staged_ && !outcome.failure;
  return executed_ && first && !ending_ ? Report::kStarted : Report::kOver;
}

uint64_t RunProcess::End() {
  ending_ = true;
  if (pid_ > 0) Kill();
  return 0;
}

void RunProcess::Kill() const {
  // What could not be killed within many rounds is in the kernel and ends with what it waits for.
  [[maybe_unused]] bool gone = ProcessTree(pid_, mark_).Kill();
}

// The process is ours and not waited for: its number means nobody else.
void RunProcess::Signal(int number) const {
  if (pid_ > 0 && number > 0 && number < NSIG) kill(pid_, number);
}

TreeUsage RunProcess::Measure() const {
  return ProcessTree(pid_, mark_).Measure();
}

int RunProcess::Wait(rusage& usage) const {
  // Before it is waited for: until then the numbers of its session and group are its own.
  Kill();
  int status = 0;
  while (wait4(pid_, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  return status;
}

void RunProcess::Conclude(int status, const rusage& usage, Outcome& outcome) const {
  if (WIFSIGNALED(status)) {
    outcome.signal = WTERMSIG(status);
  } else {
    outcome.exit_code = WEXITSTATUS(status);
    // It ended by itself before our signal came.
    if (ending_) outcome.reason = EndReason::kExit;
  }
  if (!executed_ && !outcome.failure && !ending_) {
    // What sandbox-exec had against the profile it wrote to stderr, where it stays.
    outcome.failure = {"seatbelt", "sandbox-exec", EPROTO,
                       policy_.plan().confined ? kSandboxExec : "moated-launcher"};
  }
  outcome.max_rss_bytes = static_cast<uint64_t>(usage.ru_maxrss);  // bytes here, not kilobytes
  outcome.log_tag = mark_.tag();
}

void RunProcess::Release() {
  stage_.Reset();
  scratch_.Remove();
}

}  // namespace moated
