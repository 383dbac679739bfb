// What the addon needs of this system: LaunchPlan and DecodePlan, SharedPolicy and MakePolicy, Run and
// RunObserver, Spawner, Engine, ProbeMachine, ProbeCgroup. Each system has a header of this name.
#pragma once

#include "macos/launch_plan.h"
#include "macos/shared_policy.h"
#include "posix/engine.h"
#include "probe_facts.h"

namespace moated {

Failure ProbeMachine(ProbeFacts& facts);

// There are no control groups here.
inline bool ProbeCgroup() {
  return false;
}

}  // namespace moated
