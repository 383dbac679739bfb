// Starts one process. With posix_spawn and not fork: a copy of Node is slow to make and, with its threads
// gone, can do next to nothing safely before it executes; here the kernel does it all and no code of ours
// runs in the child. What remains to be done is done by the stage (stage_protocol.h), a program of ours
// inside of the sandbox.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "failure.h"

namespace moated {

constexpr int kChildDescriptors = 4;  // the three streams and the stage's

// What a thread would lend to its children: nothing, since none of them runs our code.
struct ChildStacks {
  static bool valid() { return true; }
};

struct SpawnRequest {
  const char* program = nullptr;
  std::vector<const char*> argv;  // null-terminated
  std::vector<const char*> env;
  int descriptors[kChildDescriptors] = {-1, -1, -1, -1};
};

// The process is stopped, so that it can be watched before it does anything: SIGCONT lets it go.
Failure SpawnSuspended(const SpawnRequest& request, pid_t& pid);

}  // namespace moated
