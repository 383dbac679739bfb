#include "linux/namespace_slot.h"

#include <sched.h>

#include <cerrno>

#include "linux/child_clone.h"
#include "linux/child_report.h"
#include "linux/mounts.h"
#include "linux/raw_syscall.h"

namespace moated {
namespace {

struct SlotContext {
  const LaunchPlan* plan;
  const MountView* view;
  IdMaps maps;
  MountScratch scratch;
  SlotDescriptors descriptors;
  ChildReport report;
  bool done = false;
};

// Runs in the child. It shares the descriptor table just long enough to leave us the namespaces.
bool BuildSlot(SlotContext& context) {
  if (!OpenSlotNamespaces(*context.plan, context.descriptors, context.report)) return false;
  long result = RawSyscall(SYS_unshare, CLONE_FILES);
  if (result != 0) return context.report.Fail("namespaces", "unshare(CLONE_FILES)", result);
  // Not in the shared table: a child that another spawner clones meanwhile would get a copy of the open map,
  // and while anybody may write below a mount of this namespace it cannot be made read-only (EBUSY).
  if (!WriteIdMaps(context.maps, context.report)) return false;
  if (context.plan->net_namespace && !BringLoopbackUp(context.report)) return false;
  return context.view == nullptr || context.view->BuildBase(context.scratch, context.report);
}

int SlotChild(void* argument) {
  auto& context = *static_cast<SlotContext*>(argument);
  context.done = BuildSlot(context);
  return 0;
}

struct RunContext {
  const LaunchPlan* plan;
  const MountView* view;
  const NamespaceSlot* slot;
  MountScratch scratch;
  RunDescriptors descriptors;
  ChildReport report;
  bool done = false;
};

bool BuildRunNamespaces(RunContext& context) {
  if (!JoinBase(*context.plan, *context.slot, context.report)) return false;
  long result = RawSyscall(SYS_unshare, RunUnshareFlags(*context.plan));
  if (result != 0) return context.report.Fail("namespaces", "unshare", result);
  if (!OpenRunNamespaces(*context.plan, context.descriptors, context.report)) return false;
  // What is opened from here on is of no interest to the host.
  result = RawSyscall(SYS_unshare, CLONE_FILES);
  if (result != 0) return context.report.Fail("namespaces", "unshare(CLONE_FILES)", result);
  return context.view == nullptr || context.view->BuildRun(context.scratch, context.report);
}

int RunNamespacesChild(void* argument) {
  auto& context = *static_cast<RunContext*>(argument);
  context.done = BuildRunNamespaces(context);
  return 0;
}

// A child that was killed on its way says nothing, and has left half of what it was to build.
template <typename Context>
Failure FailureOf(const Context& context) {
  if (context.done) return {};
  const ChildReport& report = context.report;
  if (!report.failed()) return {"namespaces", "clone", ECHILD, ""};
  return {report.stage, report.syscall, report.os_error, report.path};
}

}  // namespace

Failure MakeNamespaceSlot(const LaunchPlan& plan, const MountView* view, ChildStacks& stacks,
                          NamespaceSlot& slot) {
  SlotContext context{&plan, view, MakeIdMaps(), {}, {}, {}};
  if (view != nullptr) context.scratch = view->MakeScratch();
  long pid = CloneVfork(SlotChild, stacks.outer_top(), SlotCloneFlags(plan) | CLONE_FILES, &context, nullptr);
  if (pid < 0) return {"namespaces", "clone", static_cast<int>(-pid), ""};
  ReapChild(static_cast<pid_t>(pid));
  slot.user.Reset(context.descriptors.user);
  slot.mount.Reset(context.descriptors.mount);
  slot.uts.Reset(context.descriptors.uts);
  slot.net.Reset(context.descriptors.net);
  Failure failure = FailureOf(context);
  if (failure) slot = NamespaceSlot();
  return failure;
}

Failure MakeRunNamespaces(const LaunchPlan& plan, const MountView* view, ChildStacks& stacks,
                          NamespaceSlot& slot) {
  slot.run = RunNamespaces();
  if (RunUnshareFlags(plan) == 0) return {};
  RunContext context{&plan, view, &slot, {}, {}, {}};
  if (view != nullptr) context.scratch = view->MakeScratch();
  long pid = CloneVfork(RunNamespacesChild, stacks.outer_top(), CLONE_FILES, &context, nullptr);
  if (pid < 0) return {"namespaces", "clone", static_cast<int>(-pid), ""};
  ReapChild(static_cast<pid_t>(pid));
  slot.run.mount.Reset(context.descriptors.mount);
  slot.run.ipc.Reset(context.descriptors.ipc);
  Failure failure = FailureOf(context);
  if (failure) slot.run = RunNamespaces();
  return failure;
}

}  // namespace moated
