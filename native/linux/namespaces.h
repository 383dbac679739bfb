// Namespaces that are prepared once per policy and joined by one run at a time: a run that has a slot shares
// no loopback, no mount and no process count with another.
#pragma once

#include "linux/child_report.h"
#include "linux/launch_plan.h"
#include "unique_fd.h"

namespace moated {

// Namespaces that one run uses and no other after it.
struct RunNamespaces {
  UniqueFd mount;  // a copy of the slot's, with what belongs to the run
  UniqueFd ipc;
};

// What keeps prepared namespaces alive: descriptors of ours, no process.
struct NamespaceSlot {
  UniqueFd user;
  UniqueFd mount;
  UniqueFd uts;
  UniqueFd net;  // empty where the policy uses the host's network
  RunNamespaces run;
};

// The clone flags of a new slot, what a slot makes anew for each run, and the clone flags of a run.
unsigned long SlotCloneFlags(const LaunchPlan& plan);
unsigned long RunUnshareFlags(const LaunchPlan& plan);
unsigned long RunCloneFlags(const LaunchPlan& plan);

// The steps below run in children: async-signal-safe.

struct IdMaps {
  char user[32];
  char group[32];
};
IdMaps MakeIdMaps();

// Maps our own uid and gid to themselves, and nothing else. The child writes its own maps, no helper is
// needed.
bool WriteIdMaps(const IdMaps& maps, ChildReport& report);

// Opens the namespaces of this process; the numbers are valid in every process that shares the descriptor
// table.
struct SlotDescriptors {
  int user = -1;
  int mount = -1;
  int uts = -1;
  int net = -1;
};
struct RunDescriptors {
  int mount = -1;
  int ipc = -1;
};
bool OpenSlotNamespaces(const LaunchPlan& plan, SlotDescriptors& out, ChildReport& report);
bool OpenRunNamespaces(const LaunchPlan& plan, RunDescriptors& out, ChildReport& report);

bool BringLoopbackUp(ChildReport& report);
// Joins what a run needs.
bool JoinForRun(const LaunchPlan& plan, const NamespaceSlot& slot, ChildReport& report);
// Joins what is needed to make the namespaces of a run.
bool JoinBase(const LaunchPlan& plan, const NamespaceSlot& slot, ChildReport& report);

}  // namespace moated
