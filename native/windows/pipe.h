// A pipe between the host and a run. The host's end completes on a port, the run's end is an ordinary one.
#pragma once

#include "failure.h"
#include "windows/unique_handle.h"

namespace moated {

enum class PipeUse : uint8_t { kHostReads, kHostWrites };
Failure OpenPipe(PipeUse use, UniqueHandle& host, UniqueHandle& run);

// Reads nothing, swallows everything.
Failure OpenNul(UniqueHandle& handle);

}  // namespace moated
