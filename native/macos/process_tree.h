// The processes of a run: finds, measures and kills them.
#pragma once

#include <sys/types.h>

#include <vector>

#include "macos/sandbox_mark.h"
#include "posix/watchdog.h"

namespace moated {

// What is known by: the session and the group of `leader`, descent from it, and the mark. As long as nobody
// has waited for the leader its number, which is also that of the session, is not given to another process.
class ProcessTree {
 public:
  ProcessTree(pid_t leader, const SandboxMark& mark) : leader_(leader), mark_(mark) {}

  // Memory is the footprint, as the system's own monitor shows it; tasks are threads.
  [[nodiscard]] TreeUsage Measure() const;
  // Kills until none is left. False when some were still there after many rounds.
  [[nodiscard]] bool Kill() const;

 private:
  // The living, the leader included.
  [[nodiscard]] std::vector<pid_t> Find() const;

  pid_t leader_;
  const SandboxMark& mark_;
};

}  // namespace moated
