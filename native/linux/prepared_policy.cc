#include "linux/prepared_policy.h"

#include <cerrno>

#include "linux/namespace_slot.h"
#include "linux/seccomp_compiler.h"
#include "mutex_lock.h"

namespace moated {
namespace {

// Slots that are kept: enough for a burst on a developer's machine; each costs the kernel a few hundred
// kilobytes.
constexpr size_t kMaxSlots = 16;
// Where no slot is used twice, as many are made ahead of time.
constexpr size_t kMaxFreshSlots = 2;

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
  std::vector<NamespaceSlot> ready;
  std::vector<NamespaceSlot> used;
  MutexLock lock(mutex_);
  if (facts_.Hold()) return true;
  retired_ = true;
  ready.swap(ready_slots_);
  used.swap(used_slots_);
  return false;
}

std::vector<std::string> PreparedPolicy::Changed() {
  MutexLock lock(mutex_);
  return facts_.Changed();
}

void PreparedPolicy::Discard() {
  MutexLock restocking(restocking_);
  MutexLock lock(mutex_);
  ready_slots_.clear();
  used_slots_.clear();
  domain_ = LandlockDomain();
  prepared_ = false;
}

Failure PreparedPolicy::MakeSlot(ChildStacks& stacks, NamespaceSlot& slot) const {
  if (Failure failure = MakeNamespaceSlot(plan_, view(), stacks, slot)) return failure;
  return RenewRunNamespaces(plan_, view(), stacks, slot);
}

bool PreparedPolicy::TakeSlot(std::vector<NamespaceSlot>& stock, NamespaceSlot& slot) {
  MutexLock lock(mutex_);
  if (stock.empty()) return false;
  slot = std::move(stock.back());
  stock.pop_back();
  return true;
}

Failure PreparedPolicy::AcquireSlot(ChildStacks& stacks, NamespaceSlot& slot) {
  if (!plan_.user_namespace || TakeSlot(ready_slots_, slot)) return {};
  if (!plan_.fresh_namespaces && TakeSlot(used_slots_, slot))
    return RenewRunNamespaces(plan_, view(), stacks, slot);
  return MakeSlot(stacks, slot);
}

// The slot is not taken down here: the run that had it is waited for.
void PreparedPolicy::ReleaseSlot(NamespaceSlot slot) {
  if (!slot.user) return;
  MutexLock lock(mutex_);
  if (!retired_ && ready_slots_.size() + used_slots_.size() < kMaxSlots)
    used_slots_.push_back(std::move(slot));
}

bool PreparedPolicy::Restock(ChildStacks& stacks) {
  MutexLock restocking(restocking_);
  NamespaceSlot slot;
  if (!TakeSlot(used_slots_, slot)) return false;
  if (plan_.fresh_namespaces) slot = NamespaceSlot();
  {
    MutexLock lock(mutex_);
    size_t most = plan_.fresh_namespaces ? kMaxFreshSlots : kMaxSlots;
    if (!prepared_ || retired_ || ready_slots_.size() >= most) return true;
  }
  // The next run makes its own, and says what went wrong.
  Failure failure =
      plan_.fresh_namespaces ? MakeSlot(stacks, slot) : RenewRunNamespaces(plan_, view(), stacks, slot);
  if (failure) return true;
  MutexLock lock(mutex_);
  if (!retired_) ready_slots_.push_back(std::move(slot));
  return true;
}

}  // namespace moated
