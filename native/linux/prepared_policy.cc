#include "linux/prepared_policy.h"

#include <cerrno>

#include "linux/namespace_slot.h"
#include "linux/seccomp_compiler.h"
#include "mutex_lock.h"

namespace moated {
namespace {

// Idle slots that are kept: enough for a burst on a developer's machine; each costs the kernel a few hundred
// kilobytes.
constexpr size_t kMaxIdleSlots = 16;

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
}

Failure PreparedPolicy::Prepare() {
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
  MutexLock lock(mutex_);
  return facts_.Hold();
}

std::vector<std::string> PreparedPolicy::Changed() {
  MutexLock lock(mutex_);
  return facts_.Changed();
}

void PreparedPolicy::Discard() {
  MutexLock lock(mutex_);
  idle_slots_.clear();
  domain_ = LandlockDomain();
  prepared_ = false;
}

Failure PreparedPolicy::AcquireSlot(ChildStacks& stacks, NamespaceSlot& slot) {
  if (!plan_.user_namespace) return {};
  if (!plan_.fresh_namespaces) {
    MutexLock lock(mutex_);
    if (!idle_slots_.empty()) {
      slot = std::move(idle_slots_.back());
      idle_slots_.pop_back();
      return {};
    }
  }
  return MakeNamespaceSlot(plan_, view(), stacks, slot);
}

void PreparedPolicy::ReleaseSlot(NamespaceSlot slot) {
  if (!slot.user || plan_.fresh_namespaces) return;
  MutexLock lock(mutex_);
  if (idle_slots_.size() < kMaxIdleSlots) idle_slots_.push_back(std::move(slot));
}

}  // namespace moated
