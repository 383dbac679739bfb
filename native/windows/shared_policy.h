// A decoded plan that the host and its runs hold together.
#pragma once

#include <utility>

#include "engine/ref_counted.h"
#include "windows/launch_plan.h"

namespace moated {

class SharedPolicy : public RefCounted {
 public:
  explicit SharedPolicy(LaunchPlan plan) : plan_(std::move(plan)) {}
  [[nodiscard]] const LaunchPlan& plan() const { return plan_; }
  // The first path that is not, or is no longer, as the plan says; empty when all are.
  [[nodiscard]] std::string StalePath() const;
  // Nothing outlives a run here.
  void Discard() {}

 private:
  const LaunchPlan plan_;
};

}  // namespace moated
