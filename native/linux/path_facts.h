// What was at a path when a policy was prepared. Descriptors, rulesets and mounts are tied to inodes: when an editor replaces a file
// or somebody creates one that was absent, what was prepared no longer protects it and has to be made anew.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <string>
#include <vector>

#include "failure.h"
#include "launch_plan.h"

namespace moated {

struct PathFact {
  const char* path;  // owned by the plan
  dev_t device = 0;
  ino_t inode = 0;
  mode_t mode = 0;
  bool absent = false;

  [[nodiscard]] bool is_directory() const { return (mode & S_IFMT) == S_IFDIR; }
};

class PathFacts {
 public:
  // Looks at every path of the plan. A path that should exist and does not, or the other way round, is a failure with errno ESTALE.
  Failure Record(const LaunchPlan& plan);
  // True while every path is what it was.
  [[nodiscard]] bool Hold() const;
  // The fact of a path of the plan, never null after Record.
  [[nodiscard]] const PathFact* Find(const std::string& path) const;

 private:
  std::vector<PathFact> facts_;
};

}  // namespace moated
