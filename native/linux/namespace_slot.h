// Makes a namespace slot, and the namespaces of one run in it: a child sets them up, hands us their
// descriptors and ends.
#pragma once

#include "failure.h"
#include "linux/launch_plan.h"
#include "linux/namespaces.h"

namespace moated {

class ChildStacks;
class MountView;

Failure MakeNamespaceSlot(const LaunchPlan& plan, const MountView* view, ChildStacks& stacks,
                          NamespaceSlot& slot);

// In place of those that the slot has.
Failure MakeRunNamespaces(const LaunchPlan& plan, const MountView* view, ChildStacks& stacks,
                          NamespaceSlot& slot);

}  // namespace moated
