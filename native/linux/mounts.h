// The file system view of a sandboxee: everything read-only, some trees writable, protected and hidden paths
// covered.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "linux/child_report.h"
#include "linux/launch_plan.h"
#include "linux/path_facts.h"

namespace moated {

// Descriptors that a child keeps between two of its steps. Made by the parent, since a child may not
// allocate.
struct MountScratch {
  std::vector<int> trees;
};

class MountView {
 public:
  void Prepare(const LaunchPlan& plan, const PathFacts& facts);
  // Room for the descriptors of one BuildBase or BuildRun.
  [[nodiscard]] MountScratch MakeScratch() const;

  // All run in a child, async-signal-safe. BuildBase: once in a new mount namespace, what all runs of a
  // policy share.
  bool BuildBase(MountScratch& scratch, ChildReport& report) const;
  // BuildRun: in a copy of that namespace, what belongs to one run: private /tmp, terminals, shared memory.
  bool BuildRun(MountScratch& scratch, ChildReport& report) const;
  // MountProc: by the run itself, whose pid namespace it shows.
  static bool MountProc(ChildReport& report);

  // The mounts of BuildRun and MountProc: a Landlock rule on what they cover does not reach into them.
  struct FreshMount {
    const char* path;
    bool writable;
    bool terminals;
  };
  [[nodiscard]] const std::vector<FreshMount>& fresh_mounts() const { return fresh_; }

 private:
  bool BuildDev(MountScratch& scratch, ChildReport& report) const;
  bool CloneHiding(MountScratch& scratch, ChildReport& report) const;

  std::vector<const PathFact*> writable_;  // shortest first, so that a nested tree lands on its parent
  std::vector<const PathFact*> devices_;
  std::vector<const PathFact*> pins_;
  std::vector<const PathFact*> protects_;
  std::vector<const PathFact*> hides_;
  std::vector<const PathFact*> keeps_;
  std::vector<FreshMount> fresh_;
  std::vector<const char*> scratches_;
  std::string tmpfs_options_;
  bool minimal_dev_ = false;
};

}  // namespace moated
