// Nothing is made ready ahead of a run here, nor left to be taken down.
#pragma once

#include "macos/shared_policy.h"

namespace moated {

class Restocker {
 public:
  static Failure Start() { return {}; }
  static void Submit(const Ref<SharedPolicy>& /*policy*/) {}
};

}  // namespace moated
