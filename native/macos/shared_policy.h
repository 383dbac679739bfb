// A policy that the host and its runs hold together.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/ref_counted.h"
#include "macos/launch_plan.h"
#include "macos/path_facts.h"
#include "mutex_lock.h"

namespace moated {

class SharedPolicy : public RefCounted {
 public:
  explicit SharedPolicy(LaunchPlan plan) : plan_(std::move(plan)) {}

  [[nodiscard]] const LaunchPlan& plan() const { return plan_; }

  // Records the facts at the first run, and compares them at every later one.
  Failure Check() {
    MutexLock lock(mutex_);
    if (!recorded_) {
      Failure failure = facts_.Record(plan_);
      recorded_ = !failure;
      return failure;
    }
    if (facts_.Hold()) return {};
    return {"prepare", "lstat", ESTALE, ""};
  }

  std::vector<std::string> Changed() {
    MutexLock lock(mutex_);
    return facts_.Changed();
  }

  // It holds nothing but memory.
  void Discard() {}

 private:
  LaunchPlan plan_;
  PathFacts facts_;
  Mutex mutex_;
  bool recorded_ = false;
};

inline Ref<SharedPolicy> MakePolicy(LaunchPlan plan) {
  return Ref<SharedPolicy>(new SharedPolicy(std::move(plan)));
}

}  // namespace moated
