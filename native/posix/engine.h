// The spawner threads of this process. Never destroyed: its threads are the parents of what runs, and runs
// may outlive the environment that started them.
#pragma once

#include <vector>

#include "machine.h"
#include "posix/spawner.h"
#include "restocker.h"

namespace moated {

class Engine {
 public:
  // Starts the threads at the first call.
  static Engine& Get();

  [[nodiscard]] const Failure& failure() const { return failure_; }
  Machine& machine() { return machine_; }
  // The thread with the least to do.
  Spawner& Choose();
  // Removes what this process has made for its runs.
  void RemoveParents() { machine_.RemoveParents(); }

 private:
  Engine();

  Machine machine_;
  Restocker restocker_;
  Failure failure_;
  std::vector<Spawner*> spawners_;
};

}  // namespace moated
