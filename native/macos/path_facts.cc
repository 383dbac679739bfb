#include "macos/path_facts.h"

#include <sys/stat.h>

#include <cerrno>

namespace moated {

// Links are not followed: plans hold canonical paths, so a link there is a change.
PathFacts::Fact PathFacts::LookAt(const std::string& path, bool guarded) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return {path.c_str(), true, guarded, 0, 0, 0};
  return {path.c_str(),  false,         guarded,
          status.st_dev, status.st_ino, static_cast<mode_t>(status.st_mode & S_IFMT)};
}

bool PathFacts::Same(const Fact& fact) {
  Fact now = LookAt(fact.path, fact.guarded);
  if (fact.absent || now.absent) return fact.absent == now.absent;
  return fact.device == now.device && fact.inode == now.inode && fact.type == now.type;
}

Failure PathFacts::Add(const std::vector<std::string>& paths, bool guarded, bool absent) {
  for (const std::string& path : paths) {
    facts_.push_back(LookAt(path, guarded));
    if (facts_.back().absent != absent) return {"prepare", "lstat", ESTALE, path};
  }
  return {};
}

Failure PathFacts::Record(const LaunchPlan& plan) {
  facts_.clear();
  if (Failure failure = Add(plan.writable, false, false)) return failure;
  if (Failure failure = Add(plan.protects, true, false)) return failure;
  if (Failure failure = Add(plan.hides, true, false)) return failure;
  return Add(plan.absents, false, true);
}

bool PathFacts::Hold() const {
  for (const Fact& fact : facts_) {
    if (!Same(fact)) return false;
  }
  return true;
}

std::vector<std::string> PathFacts::Changed() const {
  std::vector<std::string> changed;
  for (const Fact& fact : facts_) {
    if (fact.guarded && !Same(fact)) changed.emplace_back(fact.path);
  }
  return changed;
}

}  // namespace moated
