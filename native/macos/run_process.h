// The processes of a run: sandbox-exec, which becomes the stage, which becomes the command, and whoever that
// starts.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "engine/run_request.h"
#include "macos/child_spawn.h"
#include "macos/machine.h"
#include "macos/sandbox_mark.h"
#include "macos/scratch_directory.h"
#include "macos/shared_policy.h"
#include "posix/report.h"
#include "posix/run_streams.h"
#include "posix/watchdog.h"
#include "unique_fd.h"

namespace moated {

class RunProcess {
 public:
  RunProcess(SharedPolicy& policy, RunRequest& request) : policy_(policy), request_(request) {}

  // Makes the first process, stopped: so it cannot end before it is watched.
  Failure Start(Machine& machine, ChildStacks& stacks, RunStreams& streams);
  void Continue() const;

  [[nodiscard]] pid_t pid() const { return pid_; }
  // The end is told by number here (poller.cc).
  [[nodiscard]] static int exit_fd() { return -1; }
  [[nodiscard]] int report_fd() const { return stage_.get(); }
  Report ReadReport(Outcome& outcome);

  // Ends all of them. Returns after how many microseconds Kill is due: never, it is done.
  uint64_t End();
  [[nodiscard]] bool ending() const { return ending_; }
  void Kill() const;
  // To the command.
  void Signal(int number) const;
  [[nodiscard]] TreeUsage Measure() const;

  // Ends the others and waits for the first process. Returns its wait status.
  int Wait(rusage& usage) const;
  // How the run ended, when all is read.
  void Conclude(int status, const rusage& usage, Outcome& outcome) const;
  void Release();

 private:
  Failure PrepareScratch(Machine& machine, std::vector<std::string>& arguments);
  void StageArguments(const std::string& launcher, const std::string& file,
                      std::vector<std::string>& arguments) const;
  Failure Spawn(const std::vector<std::string>& arguments, RunStreams& streams);

  SharedPolicy& policy_;
  RunRequest& request_;
  ScratchDirectory scratch_;
  SandboxMark mark_;
  UniqueFd stage_;
  pid_t pid_ = -1;  // nobody waits for it but Wait: until then the number is not given to another process
  bool staged_ = false;  // our stage ran, so the profile holds
  bool executed_ = false;  // the command ran
  bool ending_ = false;
};

}  // namespace moated
