// Measures a run from outside, for the limits that the kernel does not keep for a tree of processes.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace moated {

struct TreeUsage {
  uint64_t memory_bytes = 0;  // resident, without pages of files
  uint64_t cpu_ms = 0;  // of the living and of the children that they waited for
  uint64_t tasks = 0;  // processes and threads, without our init
};

TreeUsage MeasureTree(pid_t init);

}  // namespace moated
