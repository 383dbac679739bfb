// What was at the paths of a policy when it was first run. Rules are about paths: when one of them becomes a
// link or another file, the policy has to be resolved anew.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "failure.h"
#include "macos/launch_plan.h"

namespace moated {

class PathFacts {
 public:
  // A path that should exist and does not, or the other way round, is a failure with errno ESTALE.
  Failure Record(const LaunchPlan& plan);
  // True while every path is what it was.
  [[nodiscard]] bool Hold() const;
  // The hidden and protected paths that are no longer what they were.
  [[nodiscard]] std::vector<std::string> Changed() const;

 private:
  struct Fact {
    const char* path;  // owned by the plan
    bool absent;
    bool guarded;  // hidden or protected: a change matters to the run that is active, too
    dev_t device;
    ino_t inode;
    mode_t type;
  };

  static Fact LookAt(const std::string& path, bool guarded);
  static bool Same(const Fact& fact);
  Failure Add(const std::vector<std::string>& paths, bool guarded, bool absent);

  std::vector<Fact> facts_;
};

}  // namespace moated
