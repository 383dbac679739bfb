// The processes of a run: init, whose end is the end of all, what was made for them, and the pipes to init.
#pragma once

#include <sys/resource.h>

#include <cstdint>

#include "engine/run_request.h"
#include "linux/child_clone.h"
#include "linux/launch.h"
#include "linux/machine.h"
#include "linux/run_cgroup.h"
#include "linux/scratch_directory.h"
#include "linux/shared_policy.h"
#include "posix/report.h"
#include "posix/run_streams.h"
#include "posix/watchdog.h"
#include "unique_fd.h"

namespace moated {

class RunProcess {
 public:
  RunProcess(SharedPolicy& policy, RunRequest& request) : policy_(policy), request_(request) {}

  // Starts init, and it the command.
  Failure Start(Machine& machine, ChildStacks& stacks, RunStreams& streams);
  // It runs already.
  void Continue() const {}

  [[nodiscard]] pid_t pid() const { return launched_.pid; }
  // Readable when init has ended.
  [[nodiscard]] int exit_fd() const { return launched_.pidfd.get(); }
  // Readable when init says that the command runs, for those who asked.
  [[nodiscard]] int report_fd() const { return request_.announce ? status_.get() : -1; }
  Report ReadReport(Outcome& outcome);

  // Asks init to end the others. Returns after how many microseconds Kill is due; 0 is never.
  uint64_t End();
  [[nodiscard]] bool ending() const { return ending_; }
  // Init, and the others with it.
  void Kill() const;
  // To the command.
  void Signal(int number) const;
  [[nodiscard]] TreeUsage Measure() const;

  // Waits for init. Returns its wait status.
  int Wait(rusage& usage);
  // How the run ended, when all is read.
  void Conclude(int status, const rusage& usage, Outcome& outcome) const;
  void Release();

 private:
  Failure PrepareScratch(Machine& machine);
  Failure PrepareCgroup(Machine& machine);
  Failure LaunchInit(Machine& machine, ChildStacks& stacks, const std::string& file, RunStreams& streams);
  void SendToInit(int number) const;

  SharedPolicy& policy_;
  RunRequest& request_;
  NamespaceSlot slot_;
  ScratchDirectory scratch_;
  RunCgroup cgroup_;
  Launched launched_;
  UniqueFd control_;
  UniqueFd status_;
  bool ending_ = false;
  bool exit_known_ = false;
};

}  // namespace moated
