// Limits that the kernel keeps for each process. Async-signal-safe.
#pragma once

#include "linux/child_report.h"
#include "linux/launch_plan.h"

namespace moated {

// `count_processes`: RLIMIT_NPROC counts per user; only in a user namespace of its own does it count the run
// alone.
bool SetLimits(const Limits& limits, bool count_processes, ChildReport& report);

// Apart from the others and late: we still open files ourselves.
bool SetOpenFilesLimit(const Limits& limits, ChildReport& report);

}  // namespace moated
