// One run, from its pipes to its outcome. Everything but the constructor, OpenHostPipes and TakeHostEnd runs
// on a spawner thread.
#pragma once

#include <cstdint>

#include "engine/ref_counted.h"
#include "engine/run_request.h"
#include "windows/exit_watch.h"
#include "windows/job.h"
#include "windows/process.h"
#include "windows/run_grants.h"
#include "windows/run_streams.h"
#include "windows/shared_policy.h"

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

  // Makes the pipes whose ends the host keeps, and looks up the host's descriptors. On the host's thread,
  // before the run is handed to a spawner.
  Failure OpenHostPipes() { return streams_.OpenHostEnds(request_); }
  // The host's end of a `pipe` stream as a descriptor, given away; -1 for the others.
  int TakeHostEnd(int stream) { return streams_.TakeHostEnd(stream); }

  // Starts the command; what happens to it is posted to `port`. False: it ended at once, the outcome says
  // why.
  bool Start(HANDLE port, uint64_t id);
  void OnProcessExit();
  void OnJobMessage(DWORD message);
  void OnTransfer(Transfer& transfer, bool succeeded, DWORD bytes);
  // Called after every event and at every tick.
  void CheckLimits(uint64_t now_us);
  void End(EndReason reason);
  void Signal(int number);
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] uint64_t id() const { return id_; }
  // Monotonic microseconds of the next CheckLimits; 0 means none.
  [[nodiscard]] uint64_t next_check_us() const { return next_check_us_; }

  RunObserver& observer() { return observer_; }
  Outcome& outcome() { return outcome_; }
  [[nodiscard]] int pid() const { return static_cast<int>(process_.pid); }

 private:
  bool Fail(Failure failure);
  Failure Spawn(HANDLE port);
  void Watchdog(uint64_t now_us);
  void AwaitTree(uint64_t now_us);
  void AwaitStreams(uint64_t now_us);
  void Complete();
  void Release();

  enum class Stage : uint8_t { kRunning, kTree, kStreams };

  Ref<SharedPolicy> policy_;
  RunRequest request_;
  RunObserver& observer_;
  Outcome outcome_;
  uint64_t id_ = 0;

  RunStreams streams_;
  RunGrants grants_;
  Job job_;
  Process process_;
  ExitWatch exit_watch_;  // of process_

  Stage stage_ = Stage::kRunning;
  uint64_t started_us_ = 0;
  uint64_t deadline_us_ = 0;
  uint64_t stage_since_us_ = 0;
  uint64_t next_check_us_ = 0;
  int signal_ = 0;  // by which it was ended on the host's demand
  bool ending_ = false;
  bool out_of_memory_ = false;
  bool ended_ = false;
};

}  // namespace moated
