#include "linux/path_facts.h"

#include <fcntl.h>

#include <cerrno>

namespace moated {
namespace {

// Symbolic links are not followed: plans hold canonical paths, so a link there is a change.
PathFact Look(const char* path) {
  PathFact fact{path};
  struct stat status {};
  if (fstatat(AT_FDCWD, path, &status, AT_SYMLINK_NOFOLLOW) != 0) {
    fact.absent = true;
    return fact;
  }
  fact.device = status.st_dev;
  fact.inode = status.st_ino;
  fact.mode = status.st_mode;
  return fact;
}

bool Same(const PathFact& a, const PathFact& b) {
  if (a.absent || b.absent) return a.absent == b.absent;
  return a.device == b.device && a.inode == b.inode && (a.mode & S_IFMT) == (b.mode & S_IFMT);
}

}  // namespace

Failure PathFacts::Record(const LaunchPlan& plan) {
  facts_.clear();
  for (const auto* paths : {&plan.readable, &plan.writable, &plan.devices, &plan.pins, &plan.protects, &plan.hides,
                            &plan.keeps, &plan.absents}) {
    for (const std::string& path : *paths) {
      PathFact fact = Look(path.c_str());
      if (fact.absent != (paths == &plan.absents)) return {"prepare", "stat", ESTALE, path};
      facts_.push_back(fact);
    }
  }
  return {};
}

bool PathFacts::Hold() const {
  for (const PathFact& fact : facts_) {
    if (!Same(fact, Look(fact.path))) return false;
  }
  return true;
}

const PathFact* PathFacts::Find(const std::string& path) const {
  for (const PathFact& fact : facts_) {
    if (path == fact.path) return &fact;
  }
  return nullptr;
}

}  // namespace moated
