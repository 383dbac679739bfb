// Makes a namespace slot: a child sets the namespaces up, hands us their descriptors and ends.
#pragma once

#include "failure.h"
#include "launch_plan.h"
#include "linux/namespaces.h"

namespace moated {

class ChildStacks;
class MountView;

Failure MakeNamespaceSlot(const LaunchPlan& plan, const MountView* view, ChildStacks& stacks,
                          NamespaceSlot& slot);

}  // namespace moated
