#include "windows/run.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include "windows/clock.h"
#include "windows/environment.h"
#include "windows/notice.h"
#include "windows/program_search.h"
#include "windows/repair.h"
#include "windows/run_usage.h"
#include "windows/stale.h"
#include "windows/token.h"

namespace moated {
namespace {

constexpr uint64_t kWatchdogUs = 50'000;
constexpr uint64_t kTreeTickUs = 1'000;
constexpr uint64_t kSlowTreeTickUs = 50'000;
constexpr uint64_t kTreeIsSlowUs = 100'000;
// Nobody of the run is left, so its pipes end at once, unless somebody outside holds an end too: a child that
// the host made at the same moment. It must not keep us.
constexpr uint64_t kStreamsUs = 250'000;
constexpr int kKillSignal = 9;

}  // namespace

Run::Run(Ref<SharedPolicy> policy, RunRequest request, RunObserver& observer)
    : policy_(std::move(policy)), request_(std::move(request)), observer_(observer) {}

bool Run::Start(HANDLE port, uint64_t id) {
  id_ = id;
  started_us_ = MonotonicMicroseconds();
  if (ending_) {  // canceled while it was queued: the command never starts
    outcome_.signal = kKillSignal;
    Release();
    return false;
  }
  if (Failure failure = Spawn(port)) return Fail(std::move(failure));
  if (request_.timeout_ms != 0) deadline_us_ = started_us_ + request_.timeout_ms * 1000;
  next_check_us_ = deadline_us_;
  if (request_.max_memory != 0 || request_.max_processes != 0 || request_.max_cpu_ms != 0) {
    next_check_us_ = started_us_ + kWatchdogUs;
  }
  if (request_.announce) observer_.OnStarted(*this);
  return true;
}

bool Run::Fail(Failure failure) {
  outcome_.stale = failure.os_error == kStaleError;
  outcome_.failure = std::move(failure);
  // What is under way on a pipe still completes into this object, so it may end only when that is over.
  job_.End();
  streams_.Cancel();
  if (streams_.AnyPending() || process_.handle) {
    ending_ = true;
    stage_ = Stage::kTree;
    stage_since_us_ = next_check_us_ = MonotonicMicroseconds();
    return true;
  }
  Release();
  return false;
}

Failure Run::Spawn(HANDLE port) {
  const LaunchPlan& plan = policy_->plan();
  // The program, and the command line as the program will take it apart
  // (src/compile/windows/command_line.ts).
  if (request_.argv.size() != 2) return {"plan", "argv", ERROR_BAD_ARGUMENTS, request_.argv[0]};
  // Policies spell paths with forward slashes.
  std::replace(request_.cwd.begin(), request_.cwd.end(), '/', '\\');
  std::string file;
  if (Failure failure = FindProgram(request_.argv[0], request_.search_path, request_.cwd, file))
    return failure;
  std::string stale = policy_->StalePath();
  if (!stale.empty()) return StaleFailure("GetFileAttributesW", stale);
  UniqueHandle token;
  if (plan.confined()) {
    RepairGrantsOnce();
    if (Failure failure = MakeRestrictedToken(plan, token)) return failure;
    if (Failure failure = grants_.Give(plan)) return failure;
    FillScratch(request_.env, grants_.scratch());
  }
  if (Failure failure = job_.Create(plan)) return failure;
  if (Failure failure = job_.ReportTo(port, NoticeKey(id_, Notice::kJob))) return failure;
  if (Failure failure =
          streams_.Open(request_, plan.own_console, port, NoticeKey(id_, Notice::kTransfer), outcome_)) {
    return failure;
  }

  ProcessRequest process;
  process.program = WideText(file);
  process.command_line = WideText(request_.argv[1]);
  process.cwd = WideText(request_.cwd);
  process.environment = EnvironmentBlock(request_.env);
  for (int stream = 0; stream < 3; ++stream)
    process.streams[stream] = streams_.run_end(stream);
  process.job = job_.get();
  process.token = token.get();
  process.container = grants_.container();
  if (Failure failure = StartSuspended(plan, process, process_)) return failure;
  streams_.CloseRunEnds();
  if (Failure failure = exit_watch_.Start(process_.handle.get(), port, NoticeKey(id_, Notice::kExit)))
    return failure;
  return Resume(process_);
}

void Run::OnTransfer(Transfer& transfer, bool succeeded, DWORD bytes) {
  transfer.OnCompleted(succeeded, bytes);
  uint64_t seen = outcome_.streams[0].seen() + outcome_.streams[1].seen();
  if (request_.max_output != 0 && seen > request_.max_output) End(EndReason::kOutput);
}

void Run::OnJobMessage(DWORD message) {
  if (message == JOB_OBJECT_MSG_END_OF_JOB_TIME) End(EndReason::kCpu);
  // An allocation was refused. What that meant is known when the run has ended.
  if (message == JOB_OBJECT_MSG_JOB_MEMORY_LIMIT || message == JOB_OBJECT_MSG_PROCESS_MEMORY_LIMIT) {
    out_of_memory_ = true;
  }
  if (message == JOB_OBJECT_MSG_ACTIVE_PROCESS_ZERO && stage_ == Stage::kTree) next_check_us_ = 1;
}

// The command has ended, and with it its run: whoever it has left behind ends now.
void Run::OnProcessExit() {
  if (stage_ != Stage::kRunning) return;
  stage_ = Stage::kTree;
  DWORD code = 0;
  bool known = GetExitCodeProcess(process_.handle.get(), &code) != 0;
  if (ending_ || !known) {
    outcome_.signal = signal_ != 0 ? signal_ : kKillSignal;
  } else {
    outcome_.exit_code = static_cast<int64_t>(code);
    if (out_of_memory_ && code != 0) outcome_.reason = EndReason::kMemory;
  }
  ending_ = true;
  job_.End();
  stage_since_us_ = next_check_us_ = MonotonicMicroseconds();
}

void Run::CheckLimits(uint64_t now_us) {
  if (ended_ || next_check_us_ == 0 || now_us < next_check_us_) return;
  if (stage_ == Stage::kTree) AwaitTree(now_us);
  if (stage_ == Stage::kStreams) AwaitStreams(now_us);
  if (stage_ != Stage::kRunning || ending_) return;
  if (deadline_us_ != 0 && now_us >= deadline_us_) {
    End(EndReason::kTimeout);
    return;
  }
  Watchdog(now_us);
}

void Run::Watchdog(uint64_t now_us) {
  next_check_us_ = deadline_us_;
  if (request_.max_cpu_ms == 0 && request_.max_processes == 0) return;
  JobUsage usage;
  if (job_.Measure(usage)) {
    if (request_.max_cpu_ms != 0 && (usage.user_us + usage.system_us) / 1000 > request_.max_cpu_ms) {
      End(EndReason::kCpu);
    } else if (request_.max_processes != 0 && usage.active > request_.max_processes) {
      End(EndReason::kProcesses);
    }
  }
  if (ending_) return;
  uint64_t next = now_us + kWatchdogUs;
  next_check_us_ = deadline_us_ == 0 ? next : std::min(next, deadline_us_);
}

// A run is over when nobody of it is left. Ending a job is asked for at once and done a little later.
void Run::AwaitTree(uint64_t now_us) {
  JobUsage usage;
  if (job_.get() != nullptr && job_.Measure(usage) && usage.active > 0) {
    job_.End();
    next_check_us_ = now_us + (now_us - stage_since_us_ > kTreeIsSlowUs ? kSlowTreeTickUs : kTreeTickUs);
    return;
  }
  stage_ = Stage::kStreams;
  stage_since_us_ = now_us;
}

void Run::AwaitStreams(uint64_t now_us) {
  if (!streams_.AnyPending()) {
    Complete();
    return;
  }
  if (now_us - stage_since_us_ >= kStreamsUs) streams_.Cancel();
  next_check_us_ = now_us + kTreeTickUs;
}

void Run::End(EndReason reason) {
  if (ending_ || ended_) return;
  ending_ = true;
  next_check_us_ = 0;
  outcome_.reason = reason;
  job_.End();  // the end of its process comes as any other
}

// Only those that end a process can be sent here, and all of them end the run at once.
void Run::Signal(int number) {
  if (number != SIGINT && number != SIGTERM && number != kKillSignal && number != 3) return;
  if (ending_ || ended_) return;
  signal_ = number;
  End(EndReason::kExit);
}

void Run::Complete() {
  FillUsage(job_, process_.handle.get(), outcome_);
  outcome_.duration_us = MonotonicMicroseconds() - started_us_;
  Release();
}

// The host may hold this object until its garbage collector comes by; handles and grants do not wait for
// that.
void Run::Release() {
  exit_watch_.Stop();
  streams_.CloseRunEnds();
  process_.handle.Reset();
  process_.thread.Reset();
  job_.Close();
  grants_.Revoke();
  ended_ = true;
}

}  // namespace moated
