// The spawner threads of this process. Never destroyed: runs may outlive the environment that started them.
#pragma once

#include <vector>

#include "macos/machine.h"
#include "macos/spawner.h"

namespace moated {

class Engine {
 public:
  // Starts the threads at the first call.
  static Engine& Get();

  [[nodiscard]] const Failure& failure() const { return failure_; }
  // The thread with the least to do.
  Spawner& Choose();
  void RemoveParents() { machine_.RemoveParents(); }

 private:
  Engine();

  Machine machine_;
  Failure failure_;
  std::vector<Spawner*> spawners_;
};

}  // namespace moated
