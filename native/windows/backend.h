// What the addon needs of this system: LaunchPlan and DecodePlan, SharedPolicy and MakePolicy, Run and
// RunObserver, Spawner, Engine, ProbeMachine, ProbeCgroup. Each system has a header of this name.
#pragma once

#include "probe_facts.h"
#include "windows/engine.h"
#include "windows/launch_plan.h"
#include "windows/run.h"
#include "windows/shared_policy.h"

namespace moated {

Ref<SharedPolicy> MakePolicy(LaunchPlan plan);
Failure ProbeMachine(ProbeFacts& facts);
// Control groups are Linux's.
inline bool ProbeCgroup() {
  return false;
}

}  // namespace moated
