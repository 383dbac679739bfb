// When a run is looked at next, and whether it is over its limits then: on its time, and those over the whole
// tree that no kernel keeps. Times are monotonic microseconds.
#pragma once

#include <cstdint>

#include "engine/run_request.h"

namespace moated {

struct TreeUsage {
  uint64_t memory_bytes = 0;
  uint64_t cpu_ms = 0;  // of the living and of the children that they waited for
  uint64_t tasks = 0;  // processes and threads
};

class Watchdog {
 public:
  explicit Watchdog(const RunRequest& request) : request_(request) {}

  void Start(uint64_t now_us);
  // 0 is never.
  [[nodiscard]] uint64_t next_us() const { return next_us_; }
  [[nodiscard]] bool Due(uint64_t now_us) const { return next_us_ != 0 && now_us >= next_us_; }
  [[nodiscard]] bool TimedOut(uint64_t now_us) const { return deadline_us_ != 0 && now_us >= deadline_us_; }
  // It needs to know what the tree uses.
  [[nodiscard]] bool Measures() const;
  // The limit that is exceeded; kExit is none.
  [[nodiscard]] EndReason Compare(const TreeUsage& usage) const;
  // It was looked at.
  void Again(uint64_t now_us);
  // It is looked at once more, or never.
  void Only(uint64_t us) { next_us_ = us; }

 private:
  const RunRequest& request_;
  uint64_t deadline_us_ = 0;
  uint64_t next_us_ = 0;
};

}  // namespace moated
