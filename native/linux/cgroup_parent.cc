#include "linux/cgroup_parent.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace moated {
namespace {

constexpr const char* kStage = "cgroup";
constexpr const char* kPrefix = "moated-";
constexpr const char* kControllers = "+memory +pids";
constexpr const char* kSubtreeControl = "cgroup.subtree_control";

UniqueFd OpenGroup(int parent, const char* name) {
  return UniqueFd(openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

std::string ReadAll(const char* path) {
  UniqueFd file(open(path, O_RDONLY | O_CLOEXEC));
  std::string text;
  char part[4096];
  for (;;) {
    ssize_t length = file ? read(file.get(), part, sizeof part) : 0;
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) return text;
    text.append(part, static_cast<size_t>(length));
  }
}

// The text between two ends, or nothing when one of them is missing.
std::string Between(const std::string& text, const char* start, char end, size_t from = 0) {
  size_t at = text.find(start, from);
  if (at == std::string::npos) return {};
  at += strlen(start);
  size_t last = text.find(end, at);
  return last == std::string::npos ? std::string() : text.substr(at, last - at);
}

struct Hierarchy {
  std::string mount_point;
  std::string group;  // ours, as a path
};

// Where the hierarchy is mounted, and where in it we are. Empty when one of the two is unknown, or when our
// group lies outside of what is mounted.
Hierarchy FindOwnGroup() {
  std::string own = "\n" + ReadAll("/proc/self/cgroup");
  std::string group = Between(own, "\n0::", '\n');
  if (group.empty() || group.find("/..") != std::string::npos) return {};
  std::string mounts = ReadAll("/proc/self/mountinfo");
  for (size_t at = 0; at < mounts.size();) {
    size_t end = std::min(mounts.find('\n', at), mounts.size());
    std::string line = mounts.substr(at, end - at);
    at = end + 1;
    if (line.find(" - cgroup2 ") == std::string::npos) continue;
    char root[4096];
    char point[4096];
    if (sscanf(line.c_str(), "%*s %*s %*s %4095s %4095s", root, point) != 2) continue;
    std::string prefix = strcmp(root, "/") == 0 ? "" : root;
    if (group.compare(0, prefix.size(), prefix) != 0) continue;
    std::string below = group.substr(prefix.size());
    return {point, point + (below == "/" ? std::string() : below)};
  }
  return {};
}

bool IsMarked(const std::string& path) {
  char value[8] = {};
  for (const char* name : {"trusted.delegate", "user.delegate"}) {
    if (getxattr(path.c_str(), name, value, sizeof value - 1) > 0 && value[0] == '1') return true;
  }
  return false;
}

// Root may write everywhere. Where systemd keeps the hierarchy, it wants to be the only one to write in what
// it has not given away, which it marks.
bool IsOurs(const std::string& ancestor, const std::string& mount_point) {
  if (faccessat(AT_FDCWD, ancestor.c_str(), W_OK | X_OK, AT_EACCESS) != 0) return false;
  if (geteuid() != 0 || access("/run/systemd/system", F_OK) != 0) return true;
  for (std::string path = ancestor; path.size() >= mount_point.size(); path.resize(path.rfind('/'))) {
    if (IsMarked(path)) return true;
    if (path.rfind('/') == std::string::npos) break;
  }
  return false;
}

bool HasController(const std::string& list, const char* name) {
  return (" " + list + " ").find(" " + std::string(name) + " ") != std::string::npos;
}

bool GivesControllers(int group) {
  auto has_both = [group] {
    std::string list = ReadControl(group, kSubtreeControl);
    return HasController(list, "memory") && HasController(list, "pids");
  };
  // Refused (EBUSY) where processes live in the group itself.
  return has_both() || (WriteControl(group, kSubtreeControl, kControllers) && has_both());
}

// With those of its runs. No file of a group can be removed, nor can one with processes.
void RemoveGroup(int ancestor, const char* name) {
  UniqueFd group = OpenGroup(ancestor, name);
  UniqueFd listing = group ? OpenGroup(group.get(), ".") : UniqueFd();
  DIR* directory = listing ? fdopendir(listing.Release()) : nullptr;
  while (const dirent* run = directory == nullptr ? nullptr : readdir(directory))
    unlinkat(group.get(), run->d_name, AT_REMOVEDIR);
  if (directory != nullptr) closedir(directory);
  unlinkat(ancestor, name, AT_REMOVEDIR);
}

// Ours to remove only when its host is gone: the kernel releases the lock with the last descriptor.
void RemoveAbandoned(int ancestor) {
  UniqueFd listing = OpenGroup(ancestor, ".");
  DIR* directory = listing ? fdopendir(listing.Release()) : nullptr;
  if (directory == nullptr) return;
  while (const dirent* entry = readdir(directory)) {
    if (strncmp(entry->d_name, kPrefix, strlen(kPrefix)) != 0) continue;
    UniqueFd group = OpenGroup(ancestor, entry->d_name);
    struct stat status {};
    if (!group || fstat(group.get(), &status) != 0 || status.st_uid != geteuid()) continue;
    if (flock(group.get(), LOCK_EX | LOCK_NB) == 0) RemoveGroup(ancestor, entry->d_name);
  }
  closedir(directory);
}

}  // namespace

bool WriteControl(int directory, const char* file, const std::string& value) {
  UniqueFd control(openat(directory, file, O_WRONLY | O_CLOEXEC));
  return control && write(control.get(), value.data(), value.size()) == static_cast<ssize_t>(value.size());
}

std::string ReadControl(int directory, const char* file) {
  UniqueFd control(openat(directory, file, O_RDONLY | O_CLOEXEC));
  char text[1024];
  ssize_t length = control ? read(control.get(), text, sizeof text) : 0;
  while (length > 0 && text[length - 1] == '\n')
    --length;
  return {text, static_cast<size_t>(length > 0 ? length : 0)};
}

Failure CgroupParent::Open() {
  Hierarchy own = FindOwnGroup();
  if (own.group.empty()) return {kStage, "open", ENOENT, "/proc/self/cgroup"};
  for (std::string ancestor = own.group; ancestor.size() >= own.mount_point.size();) {
    if (IsOurs(ancestor, own.mount_point) && !MakeIn(ancestor)) return {};
    size_t slash = ancestor.rfind('/');
    if (slash == std::string::npos || slash == 0) break;
    ancestor.resize(slash);
  }
  return {kStage, "mkdirat", ENOENT, own.group};
}

Failure CgroupParent::MakeIn(const std::string& ancestor) {
  UniqueFd group = OpenGroup(AT_FDCWD, ancestor.c_str());
  if (!group || !GivesControllers(group.get())) return {kStage, "write", EBUSY, ancestor};
  RemoveAbandoned(group.get());
  // Unique among the living: the pid is ours, and what a dead one left was just removed, or is in use.
  for (int attempt = 0; attempt < 100; ++attempt) {
    std::string name = kPrefix + std::to_string(getpid()) + "-" + std::to_string(attempt);
    if (mkdirat(group.get(), name.c_str(), 0755) != 0) {
      if (errno == EEXIST) continue;
      return {kStage, "mkdirat", errno, ancestor};
    }
    directory_ = OpenGroup(group.get(), name.c_str());
    path_ = ancestor;
    path_ += "/";
    path_ += name;
    bool ready = directory_ && flock(directory_.get(), LOCK_EX | LOCK_NB) == 0 &&
                 WriteControl(directory_.get(), kSubtreeControl, kControllers);
    if (ready) return {};
    Failure failure{kStage, "write", errno, path_};
    Remove();
    return failure;
  }
  return {kStage, "mkdirat", EEXIST, ancestor};
}

void CgroupParent::Remove() {
  RemoveGroup(AT_FDCWD, path_.c_str());
  directory_.Reset();
}

}  // namespace moated
