// What the addon needs of this system: LaunchPlan and DecodePlan, SharedPolicy and MakePolicy, Run and
// RunObserver, Spawner, Engine, ProbeMachine, ProbeCgroup. Each system has a header of this name.
#pragma once

#include "linux/launch_plan.h"
#include "linux/probe.h"
#include "linux/shared_policy.h"
#include "posix/engine.h"
#include "probe_facts.h"

namespace moated {

Ref<SharedPolicy> MakePolicy(LaunchPlan plan);
Failure ProbeMachine(ProbeFacts& facts);

}  // namespace moated
