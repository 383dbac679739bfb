// The spawner threads of this process. Never destroyed: runs report to them until the process ends.
#pragma once

#include <vector>

#include "failure.h"
#include "windows/spawner.h"

namespace moated {

class Engine {
 public:
  // Starts the threads at the first call.
  static Engine& Get();

  [[nodiscard]] const Failure& failure() const { return failure_; }
  // The thread with the least to do.
  Spawner& Choose();
  // Nothing of this process outlives its runs here.
  void RemoveParents() {}

 private:
  Engine();

  Failure failure_;
  std::vector<Spawner*> spawners_;
};

}  // namespace moated
