// What every run needs and no run owns. Made once per process.
#pragma once

#include <string>

#include "failure.h"
#include "macos/scratch_directory.h"
#include "posix/opened_once.h"

namespace moated {

constexpr char kSandboxExec[] = "/usr/bin/sandbox-exec";

class Machine {
 public:
  // The launcher that lies next to the addon.
  static std::string LauncherPath();
  // Null when it could not be opened: the failure says why.
  const ScratchParent* OpenScratchParent(Failure& failure) { return scratch_.Get(failure); }
  // Removes what this process has made for its runs.
  void RemoveParents() { scratch_.Remove(); }

 private:
  OpenedOnce<ScratchParent> scratch_;
};

}  // namespace moated
