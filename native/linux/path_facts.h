// What was at the paths of a policy when it was prepared. Descriptors, rulesets and mounts are tied to
// inodes: when an editor replaces a file or somebody creates one that was absent, what was prepared no longer
// protects it and has to be made anew.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "failure.h"
#include "linux/launch_plan.h"

namespace moated {

struct PathFact {
  const char* path;  // owned by the plan
  dev_t device = 0;
  ino_t inode = 0;
  mode_t mode = 0;
  int64_t changed_ns =
      0;  // of files that a mount covers: unlinking and linking back detaches it, and leaves only this trace
  bool absent = false;
  bool guarded = false;  // hidden or protected: a change matters to the run that is active, too

  [[nodiscard]] bool is_directory() const { return (mode & S_IFMT) == S_IFDIR; }
};

class PathFacts {
 public:
  // Looks at every path of the plan. A path that should exist and does not, or the other way round, is a
  // failure with errno ESTALE.
  Failure Record(const LaunchPlan& plan);
  // True while every path is what it was. Not thread-safe: it remembers which directories need no second
  // look.
  [[nodiscard]] bool Hold();
  // The hidden and protected paths that are no longer what they were.
  [[nodiscard]] std::vector<std::string> Changed();
  // The fact of a path of the plan, never null after Record.
  [[nodiscard]] const PathFact* Find(const std::string& path) const;

 private:
  // Names come and go in a directory only with a new change time, which nobody can set back: one look stands
  // for all paths in it.
  struct Directory {
    std::string path;
    struct stat status {};
    bool settled = false;  // last changed so long before the look that a change since then shows
    std::vector<size_t> facts;
  };

  void GroupByDirectory();
  bool HoldsIn(Directory& directory, std::vector<std::string>* changed) const;

  std::vector<PathFact> facts_;
  std::vector<Directory> directories_;
};

}  // namespace moated
