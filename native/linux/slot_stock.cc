#include "linux/slot_stock.h"

#include <cstddef>
#include <iterator>
#include <utility>

#include "linux/namespace_slot.h"
#include "mutex_lock.h"

namespace moated {
namespace {

// Enough for a burst on a developer's machine; each costs the kernel a few hundred kilobytes.
constexpr size_t kMaxSlots = 16;
// Where no slot is used twice, as many are made ahead of time.
constexpr size_t kMaxFreshSlots = 2;
// With more than this left to take down, runs come faster than they can be cleaned up after: each then waits
// for its own.
constexpr size_t kMaxDropped = 64;

void Append(std::vector<NamespaceSlot>& to, std::vector<NamespaceSlot>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  from.clear();
}

Failure Make(const LaunchPlan& plan, const MountView* view, ChildStacks& stacks, NamespaceSlot& slot) {
  if (Failure failure = MakeNamespaceSlot(plan, view, stacks, slot)) return failure;
  return MakeRunNamespaces(plan, view, stacks, slot);
}

}  // namespace

SlotStock::~SlotStock() {
  pthread_mutex_destroy(&mutex_);
}

bool SlotStock::Take(std::vector<NamespaceSlot>& from, NamespaceSlot& slot) {
  MutexLock lock(mutex_);
  if (from.empty()) return false;
  slot = std::move(from.back());
  from.pop_back();
  return true;
}

Failure SlotStock::Acquire(const LaunchPlan& plan, const MountView* view, ChildStacks& stacks,
                           NamespaceSlot& slot) {
  if (Take(ready_, slot)) return {};
  if (plan.fresh_namespaces || !Take(used_, slot)) return Make(plan, view, stacks, slot);
  NamespaceSlot left;
  left.run = std::move(slot.run);
  {
    MutexLock lock(mutex_);
    if (dropped_.size() < kMaxDropped) dropped_.push_back(std::move(left));
  }
  return MakeRunNamespaces(plan, view, stacks, slot);
}

void SlotStock::Release(NamespaceSlot slot) {
  if (!slot.user) return;
  MutexLock lock(mutex_);
  bool wanted = !retired_ && ready_.size() + used_.size() < kMaxSlots;
  std::vector<NamespaceSlot>& to = wanted ? used_ : dropped_;
  if (wanted || dropped_.size() < kMaxDropped) to.push_back(std::move(slot));
}

void SlotStock::TakeDownDropped() {
  std::vector<NamespaceSlot> dropped;
  MutexLock lock(mutex_);
  dropped.swap(dropped_);
}

bool SlotStock::Restock(bool wanted, const LaunchPlan& plan, const MountView* view, ChildStacks& stacks) {
  TakeDownDropped();
  NamespaceSlot slot;
  if (!Take(used_, slot)) return false;
  slot.run = RunNamespaces();
  if (plan.fresh_namespaces) slot = NamespaceSlot();
  {
    MutexLock lock(mutex_);
    if (!wanted || retired_ || (plan.fresh_namespaces && ready_.size() >= kMaxFreshSlots)) return true;
  }
  // When it fails, the next run makes its own, and says what went wrong.
  Failure failure =
      plan.fresh_namespaces ? Make(plan, view, stacks, slot) : MakeRunNamespaces(plan, view, stacks, slot);
  if (failure) return true;
  MutexLock lock(mutex_);
  (retired_ ? dropped_ : ready_).push_back(std::move(slot));
  return true;
}

void SlotStock::Retire() {
  MutexLock lock(mutex_);
  retired_ = true;
  Append(dropped_, ready_);
  Append(dropped_, used_);
}

void SlotStock::Clear() {
  {
    MutexLock lock(mutex_);
    Append(dropped_, ready_);
    Append(dropped_, used_);
  }
  TakeDownDropped();
}

}  // namespace moated
