// One run, from its pipes to its outcome. Everything but the constructor, OpenHostPipes and the observer runs
// on a spawner thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "engine/ref_counted.h"
#include "engine/run_request.h"
#include "macos/child_spawn.h"
#include "macos/machine.h"
#include "macos/sandbox_mark.h"
#include "macos/scratch_directory.h"
#include "macos/shared_policy.h"
#include "macos/stage_protocol.h"
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

  // Makes the process, stopped. False: it ended at once, the outcome says why.
  bool Start(Machine& machine, ChildStacks& stacks);
  // It is watched: lets it go.
  void Continue() const;
  [[nodiscard]] int WatchedFd(Watch watch) const;
  // A watched stream is ready. False: it needs no more watching.
  bool OnReady(Watch watch);
  // It is no longer watched and may be closed.
  void OnUnwatched(Watch watch);
  // The process has ended, and nobody has waited for it yet: ends the others and completes the outcome.
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
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  bool Fail(Failure failure);
  Failure OpenPipes(int (&child_ends)[4]);
  Failure PrepareScratch(Machine& machine, std::vector<std::string>& arguments);
  Failure Spawn(Machine& machine);
  void StageArguments(const std::string& launcher, const std::string& file,
                      std::vector<std::string>& arguments) const;
  void KillTree();
  bool ReadStage();
  bool WriteInput();
  void CheckOutput();
  void DrainOutput();
  void Release();

  Ref<SharedPolicy> policy_;
  RunRequest request_;
  RunObserver& observer_;
  Outcome outcome_;

  UniqueFd host_ends_[3];
  UniqueFd child_ends_[3];  // closed once the child has them
  UniqueFd capture_[2];
  UniqueFd input_;
  size_t input_written_ = 0;
  UniqueFd stage_;
  pid_t pid_ = -1;  // nobody waits for it but OnExit: until then the number is not given to another process
  SandboxMark mark_;
  ScratchDirectory scratch_;

  uint64_t started_us_ = 0;
  uint64_t deadline_us_ = 0;
  uint64_t next_check_us_ = 0;
  bool staged_ = false;  // our stage ran, so the profile holds
  bool executed_ = false;  // the command ran
  bool ending_ = false;
  bool ended_ = false;
};

uint64_t MonotonicMicroseconds();

}  // namespace moated
