#include "linux/prepared_policy.h"

#include <cerrno>
#include <utility>

#include "linux/seccomp_compiler.h"
#include "mutex_lock.h"

namespace moated {
namespace {

Failure CompileGroups(const LaunchPlan& plan, std::vector<sock_filter>& filter) {
  std::vector<FilterGroup> groups;
  for (const std::string& name : plan.filters) {
    std::optional<FilterGroup> group = ParseFilterGroup(name);
    if (!group) return {"plan", "filter", EINVAL, name};
    groups.push_back(*group);
  }
  if (!groups.empty()) filter = CompileFilter(groups);
  return {};
}

}  // namespace

PreparedPolicy::PreparedPolicy(LaunchPlan plan, const landlock::AbiRow& row)
    : plan_(std::move(plan)), row_(row) {}

PreparedPolicy::~PreparedPolicy() {
  pthread_mutex_destroy(&mutex_);
  pthread_mutex_destroy(&restocking_);
}

Failure PreparedPolicy::Prepare() {
  {
    MutexLock lock(mutex_);
    if (prepared_) return {};
  }
  MutexLock restocking(restocking_);
  MutexLock lock(mutex_);
  if (prepared_) return {};
  Failure failure = PrepareOnce();
  prepared_ = !failure;
  return failure;
}

Failure PreparedPolicy::PrepareOnce() {
  // A try that failed, for want of descriptors for instance, leaves nothing to build on.
  view_ = MountView();
  domain_ = LandlockDomain();
  if (Failure failure = CompileGroups(plan_, filter_)) return failure;
  if (Failure failure = facts_.Record(plan_)) return failure;
  if (plan_.mount_namespace) view_.Prepare(plan_, facts_);
  if (!plan_.landlock) return {};
  return domain_.Prepare(plan_, facts_, view(), row_);
}

bool PreparedPolicy::IsCurrent() {
  bool current = false;
  {
    MutexLock lock(mutex_);
    current = facts_.Hold();
  }
  if (!current) slots_.Retire();
  return current;
}

std::vector<std::string> PreparedPolicy::Changed() {
  MutexLock lock(mutex_);
  return facts_.Changed();
}

Failure PreparedPolicy::AcquireSlot(ChildStacks& stacks, NamespaceSlot& slot) {
  return plan_.user_namespace ? slots_.Acquire(plan_, view(), stacks, slot) : Failure();
}

void PreparedPolicy::ReleaseSlot(NamespaceSlot slot) {
  slots_.Release(std::move(slot));
}

bool PreparedPolicy::Restock(ChildStacks& stacks) {
  MutexLock restocking(restocking_);
  bool prepared = false;
  {
    MutexLock lock(mutex_);
    prepared = prepared_;
  }
  return slots_.Restock(prepared, plan_, view(), stacks);
}

void PreparedPolicy::Discard() {
  MutexLock restocking(restocking_);
  slots_.Clear();
  MutexLock lock(mutex_);
  domain_ = LandlockDomain();
  prepared_ = false;
}

}  // namespace moated
