// The processes of a run: finds, measures and kills them.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "macos/sandbox_mark.h"

namespace moated {

struct TreeUsage {
  uint64_t memory_bytes = 0;  // footprint, as the system's own monitor shows it
  uint64_t cpu_ms = 0;  // of the living and of the children that they waited for
  uint64_t tasks = 0;  // threads
};

// What is known by: the session and the group of `leader`, descent from it, and the mark. As long as nobody
// has waited for the leader its number, which is also that of the session, is not given to another process.
class ProcessTree {
 public:
  ProcessTree(pid_t leader, const SandboxMark& mark) : leader_(leader), mark_(mark) {}

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
