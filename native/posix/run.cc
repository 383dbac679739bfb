#include "posix/run.h"

#include <sys/resource.h>

#include <cerrno>
#include <csignal>
#include <utility>

namespace moated {
namespace {

uint64_t Microseconds(const timeval& time) {
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000 + static_cast<uint64_t>(time.tv_usec);
}

void AddUsage(const rusage& usage, Outcome& outcome) {
  outcome.user_us = Microseconds(usage.ru_utime);
  outcome.system_us = Microseconds(usage.ru_stime);
  outcome.minor_faults = usage.ru_minflt;
  outcome.major_faults = usage.ru_majflt;
  outcome.voluntary_switches = usage.ru_nvcsw;
  outcome.involuntary_switches = usage.ru_nivcsw;
  outcome.blocks_in = usage.ru_inblock;
  outcome.blocks_out = usage.ru_oublock;
}

}  // namespace

Run::Run(Ref<SharedPolicy> policy, RunRequest request, RunObserver& observer)
    : policy_(std::move(policy)),
      request_(std::move(request)),
      observer_(observer),
      streams_(request_, outcome_),
      process_(*policy_, request_),
      watchdog_(request_) {}

bool Run::Start(Machine& machine, ChildStacks& stacks) {
  started_us_ = MonotonicMicroseconds();
  if (process_.ending()) {  // canceled while it was queued: the command never starts
    outcome_.signal = SIGKILL;
    Release();
    return false;
  }
  if (Failure failure = process_.Start(machine, stacks, streams_)) {
    // Something is not what it was when the policy was resolved: not an error of the caller's, the policy is
    // resolved again.
    outcome_.stale = failure.os_error == ESTALE;
    outcome_.failure = std::move(failure);
    Release();
    return false;
  }
  watchdog_.Start(started_us_);
  return true;
}

// The host may hold this object until its garbage collector comes by; what the run has does not wait for
// that.
void Run::Release() {
  streams_.Close();
  process_.Release();
  ended_ = true;
}

int Run::WatchedFd(Watch watch) const {
  switch (watch) {
    case Watch::kExit:
      return process_.exit_fd();
    case Watch::kStdin:
      return streams_.fd(0);
    case Watch::kStdout:
      return streams_.fd(1);
    case Watch::kStderr:
      return streams_.fd(2);
    case Watch::kReport:
      return process_.report_fd();
  }
  return -1;
}

bool Run::OnReady(Watch watch) {
  if (watch == Watch::kStdin) return streams_.WriteInput();
  if (watch == Watch::kReport) return ReadReport();
  bool open = streams_.ReadOutput(watch == Watch::kStdout ? 1 : 2);
  uint64_t seen = outcome_.streams[0].seen() + outcome_.streams[1].seen();
  if (request_.max_output != 0 && seen > request_.max_output) End(EndReason::kOutput);
  return open;
}

void Run::OnUnwatched(Watch watch) {
  if (watch == Watch::kStdin) streams_.CloseInput();
}

bool Run::ReadReport() {
  Report report = process_.ReadReport(outcome_);
  if (report == Report::kStarted && request_.announce) observer_.OnStarted(*this);
  return report == Report::kMoreToCome;
}

void Run::CheckLimits(uint64_t now_us) {
  if (ended_ || !watchdog_.Due(now_us)) return;
  if (process_.ending()) {
    watchdog_.Only(0);
    process_.Kill();
    return;
  }
  EndReason over = EndReason::kExit;
  if (watchdog_.TimedOut(now_us))
    over = EndReason::kTimeout;
  else if (watchdog_.Measures())
    over = watchdog_.Compare(process_.Measure());
  watchdog_.Again(now_us);
  if (over != EndReason::kExit) End(over);
}

void Run::End(EndReason reason) {
  if (process_.ending() || ended_) return;
  outcome_.reason = reason;
  uint64_t grace_us = process_.End();
  watchdog_.Only(grace_us == 0 ? 0 : MonotonicMicroseconds() + grace_us);
}

void Run::Signal(int number) {
  if (number == SIGKILL)
    End(EndReason::kExit);
  else if (!ended_)
    process_.Signal(number);
}

void Run::OnExit() {
  rusage usage{};
  int status = process_.Wait(usage);
  ReadReport();
  streams_.Drain();
  AddUsage(usage, outcome_);
  process_.Conclude(status, usage, outcome_);
  outcome_.duration_us = MonotonicMicroseconds() - started_us_;
  outcome_.changed = policy_->Changed();
  Release();
}

}  // namespace moated
