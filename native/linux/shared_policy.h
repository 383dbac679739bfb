// A prepared policy that the host and its runs hold together.
#pragma once

#include <utility>

#include "engine/ref_counted.h"
#include "linux/prepared_policy.h"

namespace moated {

class SharedPolicy : public RefCounted, public PreparedPolicy {
 public:
  SharedPolicy(LaunchPlan plan, const landlock::AbiRow& row) : PreparedPolicy(std::move(plan), row) {}
};

}  // namespace moated
