// What every run needs and no run owns. Made once per process.
#pragma once

#include <string>

#include "failure.h"
#include "macos/scratch_directory.h"
#include "mutex_lock.h"

namespace moated {

constexpr char kSandboxExec[] = "/usr/bin/sandbox-exec";

class Machine {
 public:
  // The launcher that lies next to the addon.
  static std::string LauncherPath();
  // Opened when a run first needs it.
  Failure OpenScratchParent(const ScratchParent** parent);
  void RemoveParents();

 private:
  Mutex mutex_;
  ScratchParent* scratch_ = nullptr;
};

}  // namespace moated
