// One run, from its pipes to its outcome. Everything but the constructor, Prepare and the observer runs on a
// spawner thread.
#pragma once

#include <cstdint>

#include "engine/ref_counted.h"
#include "engine/run_request.h"
#include "linux/child_clone.h"
#include "linux/launch.h"
#include "linux/machine.h"
#include "linux/run_cgroup.h"
#include "linux/scratch_directory.h"
#include "linux/shared_policy.h"
#include "unique_fd.h"
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
  Failure OpenHostPipes();
  [[nodiscard]] bool HasHostEnds() const { return host_ends_[0] || host_ends_[1] || host_ends_[2]; }
  // The host's end of a `pipe` stream, given away; -1 for the others.
  int TakeHostEnd(int stream) { return host_ends_[stream].Release(); }

  // Starts the command. False: it ended at once, the outcome says why.
  bool Start(Machine& machine, ChildStacks& stacks);
  // Readable when init has ended: time for OnExit.
  [[nodiscard]] int exit_fd() const { return launched_.pidfd.get(); }
  [[nodiscard]] int WatchedFd(Watch watch) const;
  // It is watched. It has begun already.
  void Continue() const {}
  // A watched stream is ready. False: it needs no more watching.
  bool OnReady(Watch watch);
  // It is no longer watched and may be closed.
  void OnUnwatched(Watch watch);
  // Init has ended, or is about to: waits for it and completes the outcome. Nothing may be watched any more.
  void OnExit();
  // Called after every event and at every tick.
  void CheckLimits(uint64_t now_us);
  void End(EndReason reason);
  void Signal(int number);
  [[nodiscard]] bool ended() const { return ended_; }
  // Monotonic microseconds of the next CheckLimits; 0 means none.
  [[nodiscard]] uint64_t next_check_us() const { return next_check_us_; }

  RunObserver& observer() { return observer_; }
  Outcome& outcome() { return outcome_; }
  [[nodiscard]] const Ref<SharedPolicy>& policy() const { return policy_; }
  [[nodiscard]] pid_t pid() const { return launched_.pid; }

 private:
  bool Fail(Failure failure);
  Failure OpenPipes(int (&child_ends)[5]);
  Failure Spawn(Machine& machine, ChildStacks& stacks);
  Failure PrepareScratch(Machine& machine);
  Failure PrepareCgroup(Machine& machine);
  void Release();
  void SendToInit(int number) const;
  void ReadStatus();
  bool WriteInput();
  void CheckOutput();

  Ref<SharedPolicy> policy_;
  RunRequest request_;
  RunObserver& observer_;
  Outcome outcome_;

  UniqueFd host_ends_[3];
  UniqueFd child_ends_[3];  // closed once the child has them
  UniqueFd capture_[2];
  UniqueFd input_;
  size_t input_written_ = 0;
  UniqueFd control_;
  UniqueFd status_;
  Launched launched_;
  NamespaceSlot slot_;
  ScratchDirectory scratch_;
  RunCgroup cgroup_;

  uint64_t started_us_ = 0;
  uint64_t deadline_us_ = 0;
  uint64_t next_check_us_ = 0;
  bool ending_ = false;
  bool ended_ = false;
  bool exit_known_ = false;
};

uint64_t MonotonicMicroseconds();

}  // namespace moated
