// One run, from its pipes to its outcome. Everything but the constructor, OpenHostPipes, TakeHostEnd and the
// observer runs on a spawner thread.
#pragma once

#include <cstdint>

#include "engine/ref_counted.h"
#include "engine/run_request.h"
#include "posix/clock.h"
#include "posix/run_streams.h"
#include "posix/watchdog.h"
#include "run_process.h"
#include "watch.h"

namespace moated {

class Run;

// Told about a run, on a spawner thread.
class RunObserver {
 public:
  RunObserver() = default;
  RunObserver(const RunObserver&) = delete;
  RunObserver& operator=(const RunObserver&) = delete;
  virtual void OnStarted(Run& run) = 0;
  virtual void OnEnded(Run& run) = 0;

 protected:
  ~RunObserver() = default;
};

class Run : public RefCounted {
 public:
  Run(Ref<SharedPolicy> policy, RunRequest request, RunObserver& observer);

  // Makes the pipes whose ends the host keeps. On the host's thread, before the run is handed to a spawner.
  Failure OpenHostPipes() { return streams_.OpenHostPipes(); }
  // The host's end of a `pipe` stream, given away; -1 for the others.
  int TakeHostEnd(int stream) { return streams_.TakeHostEnd(stream); }

  // Makes the process. False: it ended at once, the outcome says why.
  bool Start(Machine& machine, ChildStacks& stacks);
  // It is watched: lets it go.
  void Continue() const { process_.Continue(); }
  [[nodiscard]] int WatchedFd(Watch watch) const;
  // A watched stream is ready. False: it needs no more watching.
  bool OnReady(Watch watch);
  // It is no longer watched and may be closed.
  void OnUnwatched(Watch watch);
  // The process has ended, or is about to, and nobody has waited for it yet: completes the outcome. Nothing
  // may be watched any more.
  void OnExit();
  // Called after every event and at every tick.
  void CheckLimits(uint64_t now_us);
  void End(EndReason reason);
  void Signal(int number);
  [[nodiscard]] bool ended() const { return ended_; }
  // Monotonic microseconds of the next CheckLimits; 0 means none.
  [[nodiscard]] uint64_t next_check_us() const { return watchdog_.next_us(); }

  RunObserver& observer() { return observer_; }
  Outcome& outcome() { return outcome_; }
  [[nodiscard]] const Ref<SharedPolicy>& policy() const { return policy_; }
  [[nodiscard]] pid_t pid() const { return process_.pid(); }

 private:
  bool ReadReport();
  void Release();

  Ref<SharedPolicy> policy_;
  RunRequest request_;
  RunObserver& observer_;
  Outcome outcome_;
  RunStreams streams_;
  RunProcess process_;
  Watchdog watchdog_;
  uint64_t started_us_ = 0;
  bool ended_ = false;
};

}  // namespace moated
