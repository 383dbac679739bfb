#include "linux/cgroup_parent.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "linux/cgroup_text.h"

namespace moated {
namespace {

constexpr const char* kStage = "cgroup";
constexpr const char* kPrefix = "moated-";
constexpr const char* kRunPrefix = "run-";
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

bool IsMarked(const std::string& path) {
  char value[8] = {};
  for (const char* name : {"trusted.delegate", "user.delegate"}) {
    if (getxattr(path.c_str(), name, value, sizeof value - 1) > 0 && value[0] == '1') return true;
  }
  return false;
}

std::string NameOf(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

// Where systemd keeps the hierarchy, it wants to be the only one to write in what it has not given away,
// which it marks; what it gave to a user's own systemd is not ours either. Elsewhere an ordinary user owns
// what was given away, and root, who owns everything, must not leave its own group: that is a container's
// boundary.
bool IsOurs(const std::string& ancestor, const OwnCgroup& own) {
  struct stat status {};
  if (stat(ancestor.c_str(), &status) != 0 || status.st_uid != geteuid()) return false;
  if (faccessat(AT_FDCWD, ancestor.c_str(), W_OK | X_OK, AT_EACCESS) != 0) return false;
  for (std::string path = ancestor; path.size() >= own.mount_point.size();) {
    if (IsMarked(path)) return NameOf(path).compare(0, 5, "user@") != 0;
    size_t slash = path.rfind('/');
    if (slash == std::string::npos || slash == 0) break;
    path.resize(slash);
  }
  if (access("/run/systemd/system", F_OK) == 0) return false;
  return geteuid() != 0 || ancestor == own.group;
}

// A run that is made outside of a group with limits would leave them.
bool IsUnlimited(const std::string& group) {
  UniqueFd directory = OpenGroup(AT_FDCWD, group.c_str());
  if (!directory) return false;
  for (const char* file : {"memory.max", "memory.high", "memory.swap.max", "pids.max", "cpu.max"}) {
    std::string value = ReadControl(directory.get(), file);
    if (!value.empty() && value.compare(0, 3, "max") != 0) return false;
  }
  return ReadControl(directory.get(), "cpuset.cpus").empty() &&
         ReadControl(directory.get(), "io.max").empty();
}

bool GivesControllers(int group) {
  auto has_both = [group] {
    std::string list = ReadControl(group, kSubtreeControl);
    return ListsController(list, "memory") && ListsController(list, "pids");
  };
  // Refused (EBUSY) where processes live in the group itself.
  return has_both() || (WriteControl(group, kSubtreeControl, kControllers) && has_both());
}

// Exactly a name of ours, the prefix and one number or two: other programs may like the prefix as well.
bool IsNumbered(const char* name, const char* prefix, bool twice) {
  if (strncmp(name, prefix, strlen(prefix)) != 0) return false;
  const char* rest = name + strlen(prefix);
  size_t digits = strspn(rest, "0123456789");
  if (digits == 0) return false;
  if (!twice) return rest[digits] == '\0';
  return rest[digits] == '-' && IsNumbered(rest + digits, "-", false);
}

// With those of its runs. No file of a group can be removed, nor can one with processes.
void RemoveGroup(int ancestor, const char* name) {
  UniqueFd group = OpenGroup(ancestor, name);
  UniqueFd listing = group ? OpenGroup(group.get(), ".") : UniqueFd();
  DIR* directory = listing ? fdopendir(listing.Release()) : nullptr;
  while (const dirent* run = directory == nullptr ? nullptr : readdir(directory)) {
    if (IsNumbered(run->d_name, kRunPrefix, false)) unlinkat(group.get(), run->d_name, AT_REMOVEDIR);
  }
  if (directory != nullptr) closedir(directory);
  unlinkat(ancestor, name, AT_REMOVEDIR);
}

// Ours to remove only when its host is gone: the kernel releases the lock with the last descriptor.
void RemoveAbandoned(int ancestor) {
  UniqueFd listing = OpenGroup(ancestor, ".");
  DIR* directory = listing ? fdopendir(listing.Release()) : nullptr;
  if (directory == nullptr) return;
  while (const dirent* entry = readdir(directory)) {
    if (!IsNumbered(entry->d_name, kPrefix, true)) continue;
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
  OwnCgroup own = FindOwnCgroup(ReadAll("/proc/self/cgroup"), ReadAll("/proc/self/mountinfo"));
  if (own.group.empty()) return {kStage, "open", ENOENT, "/proc/self/cgroup"};
  for (std::string ancestor = own.group; ancestor.size() >= own.mount_point.size();) {
    if (IsOurs(ancestor, own) && !MakeIn(ancestor)) return {};
    if (!IsUnlimited(ancestor)) break;
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
    // Before it was locked it looked abandoned to another process.
    if (!directory_ || flock(directory_.get(), LOCK_EX | LOCK_NB) != 0) continue;
    path_ = ancestor;
    path_ += "/";
    path_ += name;
    if (WriteControl(directory_.get(), kSubtreeControl, kControllers)) return {};
    Failure failure{kStage, "write", errno, path_};
    Remove();
    if (failure.os_error != ENOENT && failure.os_error != ENODEV) return failure;
  }
  return {kStage, "mkdirat", EEXIST, ancestor};
}

// The descriptor stays: runs that are just ending use it.
void CgroupParent::Remove() {
  RemoveGroup(AT_FDCWD, path_.c_str());
}

}  // namespace moated
