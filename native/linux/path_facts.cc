#include "linux/path_facts.h"

#include <fcntl.h>

#include <cerrno>
#include <ctime>

namespace moated {
namespace {

// File systems stamp with the clock of the last tick: what happens within one tick of our look cannot be told
// apart from before.
constexpr int64_t kSettledNs = 100'000'000;

int64_t Nanoseconds(const timespec& time) {
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

// Symbolic links are not followed: plans hold canonical paths, so a link there is a change.
bool LookAt(const char* path, struct stat& status) {
  return fstatat(AT_FDCWD, path, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

PathFact MakeFact(const char* path) {
  PathFact fact{path};
  struct stat status {};
  fact.absent = !LookAt(path, status);
  if (fact.absent) return fact;
  fact.device = status.st_dev;
  fact.inode = status.st_ino;
  fact.mode = status.st_mode;
  fact.changed_ns = Nanoseconds(status.st_ctim);
  return fact;
}

bool Same(const PathFact& a, const PathFact& b) {
  if (a.absent || b.absent) return a.absent == b.absent;
  bool same = a.device == b.device && a.inode == b.inode && (a.mode & S_IFMT) == (b.mode & S_IFMT);
  return same && (!a.guarded || a.is_directory() || a.changed_ns == b.changed_ns);
}

// The nearest directory above `path` that exists: what is missing would have to appear in it first.
std::string NearestDirectory(std::string path, struct stat& status) {
  do {
    size_t slash = path.rfind('/');
    path = slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
  } while (!LookAt(path.c_str(), status) && path != "/");
  return path;
}

bool IsSettled(const struct stat& status) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return Nanoseconds(now) - Nanoseconds(status.st_ctim) > kSettledNs;
}

}  // namespace

Failure PathFacts::Record(const LaunchPlan& plan) {
  facts_.clear();
  for (const auto* paths : {&plan.readable, &plan.writable, &plan.devices, &plan.pins, &plan.protects,
                            &plan.hides, &plan.keeps, &plan.absents}) {
    for (const std::string& path : *paths) {
      PathFact fact = MakeFact(path.c_str());
      if (fact.absent != (paths == &plan.absents)) return {"prepare", "stat", ESTALE, path};
      fact.guarded = paths == &plan.hides || paths == &plan.protects || paths == &plan.absents;
      facts_.push_back(fact);
    }
  }
  GroupByDirectory();
  // Looked at again now that the directories were: what changed in between is found here.
  for (const PathFact& fact : facts_) {
    if (!Same(fact, MakeFact(fact.path))) return {"prepare", "stat", ESTALE, fact.path};
  }
  return {};
}

void PathFacts::GroupByDirectory() {
  directories_.clear();
  for (size_t i = 0; i < facts_.size(); ++i) {
    struct stat status {};
    std::string path = NearestDirectory(facts_[i].path, status);
    Directory* group = nullptr;
    for (Directory& directory : directories_) {
      if (directory.path == path) group = &directory;
    }
    if (group == nullptr) {
      directories_.push_back({path, status, IsSettled(status), {}});
      group = &directories_.back();
    }
    group->facts.push_back(i);
  }
}

// With `changed`, collects the guarded paths that do not hold instead of stopping at the first.
bool PathFacts::HoldsIn(Directory& directory, std::vector<std::string>* changed) const {
  struct stat status {};
  LookAt(directory.path.c_str(), status);
  bool same = status.st_dev == directory.status.st_dev && status.st_ino == directory.status.st_ino;
  bool unchanged = same && Nanoseconds(status.st_ctim) == Nanoseconds(directory.status.st_ctim);
  if (unchanged && directory.settled) return true;
  directory.status = status;
  directory.settled = IsSettled(status);
  bool hold = true;
  for (size_t i : directory.facts) {
    if (Same(facts_[i], MakeFact(facts_[i].path))) continue;
    hold = false;
    directory.settled = false;  // it does not hold now, so the next look must not take this one's word
    if (changed == nullptr) break;
    if (facts_[i].guarded) changed->emplace_back(facts_[i].path);
  }
  return hold;
}

bool PathFacts::Hold() {
  for (Directory& directory : directories_) {
    if (!HoldsIn(directory, nullptr)) return false;
  }
  return true;
}

std::vector<std::string> PathFacts::Changed() {
  std::vector<std::string> changed;
  for (Directory& directory : directories_)
    HoldsIn(directory, &changed);
  return changed;
}

const PathFact* PathFacts::Find(const std::string& path) const {
  for (const PathFact& fact : facts_) {
    if (path == fact.path) return &fact;
  }
  return nullptr;
}

}  // namespace moated
