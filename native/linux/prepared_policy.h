// A plan with everything that does not depend on a run made ready: descriptors, rulesets, the filter, the
// mounts to make, and a pool of namespaces.
#pragma once

#include <linux/filter.h>
#include <pthread.h>

#include <memory>
#include <vector>

#include "failure.h"
#include "linux/landlock_domain.h"
#include "linux/landlock_rights.h"
#include "linux/launch_plan.h"
#include "linux/mounts.h"
#include "linux/namespaces.h"
#include "linux/path_facts.h"
#include "linux/slot_stock.h"

namespace moated {

class ChildStacks;

class PreparedPolicy {
 public:
  PreparedPolicy(LaunchPlan plan, const landlock::AbiRow& row);
  PreparedPolicy(const PreparedPolicy&) = delete;
  PreparedPolicy& operator=(const PreparedPolicy&) = delete;
  ~PreparedPolicy();

  // Thread-safe; the first call that succeeds does the work for all.
  Failure Prepare();
  // False when a path of the plan is no longer what it was: the policy has to be resolved again.
  [[nodiscard]] bool IsCurrent();
  // The hidden and protected paths of which that is not true any more.
  [[nodiscard]] std::vector<std::string> Changed();

  // See SlotStock. Empty for a policy without namespaces.
  Failure AcquireSlot(ChildStacks& stacks, NamespaceSlot& slot);
  void ReleaseSlot(NamespaceSlot slot);
  bool Restock(ChildStacks& stacks);

  // Lets go of every descriptor and namespace, which keep file systems busy. Nothing may run under the
  // policy; a later run prepares it again. Waits for what a run has left to be taken down.
  void Discard();

  [[nodiscard]] const LaunchPlan& plan() const { return plan_; }
  [[nodiscard]] const MountView* view() const { return plan_.mount_namespace ? &view_ : nullptr; }
  [[nodiscard]] const LandlockDomain* domain() const { return plan_.landlock ? &domain_ : nullptr; }
  [[nodiscard]] const std::vector<sock_filter>& filter() const { return filter_; }

 private:
  Failure PrepareOnce();

  const LaunchPlan plan_;
  const landlock::AbiRow row_;
  PathFacts facts_;
  MountView view_;
  LandlockDomain domain_;
  std::vector<sock_filter> filter_;

  SlotStock slots_;
  // Held while slots are made ready, which reads what Prepare writes. Taken before the other.
  pthread_mutex_t restocking_ = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  bool prepared_ = false;
};

}  // namespace moated
