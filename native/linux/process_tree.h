// Measures a run from outside, for the limits that the kernel does not keep for a tree of processes.
#pragma once

#include <sys/types.h>

#include "posix/watchdog.h"

namespace moated {

// Memory is what is resident without pages of files. Our init does not count as a task.
TreeUsage MeasureTree(pid_t init);

}  // namespace moated
