// The namespace slots of one policy: those that are ready for a run, and those that runs have left. No run
// takes down what another has left: it may be anything, and the kernel needs long for a private /tmp with
// millions of files. Thread-safe, but for Restock and Clear, which one thread at a time may call.
#pragma once

#include <pthread.h>

#include <vector>

#include "failure.h"
#include "linux/launch_plan.h"
#include "linux/namespaces.h"

namespace moated {

class ChildStacks;
class MountView;

class SlotStock {
 public:
  SlotStock() = default;
  SlotStock(const SlotStock&) = delete;
  SlotStock& operator=(const SlotStock&) = delete;
  ~SlotStock();

  // A slot that no other run uses: from the stock, else one that is made now.
  Failure Acquire(const LaunchPlan& plan, const MountView* view, ChildStacks& stacks, NamespaceSlot& slot);
  // Of a run that has ended.
  void Release(NamespaceSlot slot);
  // Takes down what was left, and makes one slot ready for the next run, if one is `wanted`. False when
  // nothing was left to do.
  bool Restock(bool wanted, const LaunchPlan& plan, const MountView* view, ChildStacks& stacks);
  // Nobody comes back for a slot: none is made ready any more.
  void Retire();
  // Takes down everything.
  void Clear();

 private:
  bool Take(std::vector<NamespaceSlot>& from, NamespaceSlot& slot);
  void TakeDownDropped();

  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  bool retired_ = false;
  std::vector<NamespaceSlot> ready_;
  std::vector<NamespaceSlot> used_;
  std::vector<NamespaceSlot> dropped_;  // whole, or the part of a run alone
};

}  // namespace moated
