// What this machine can enforce, found by doing it: an allowed clone proves nothing where a security module
// takes the capabilities away afterwards.
#pragma once

#include <string>

#include "failure.h"
#include "linux/landlock_probe.h"

namespace moated {

struct MachineProbe {
  std::string kernel;
  LandlockSupport landlock;
  bool seccomp = false;
  Failure namespaces_failure;  // empty: a run with every namespace works
  bool pidfd = false;
  unsigned uid = 0;
};

// Starts one throw-away child with every layer. `init_image` is the descriptor of init.
MachineProbe ProbeMachine(int init_image);

// Whether a child comes up in a control group of its own, with limits.
bool ProbeCgroup();

}  // namespace moated
