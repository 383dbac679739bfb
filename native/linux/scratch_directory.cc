#include "linux/scratch_directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "mutex_lock.h"
#include "remove_tree.h"

namespace moated {
namespace {

constexpr const char* kPrefix = "moated-scratch-";
constexpr mode_t kRunsMode =
    0300;  // entered, not listed: a run finds its own directory by its name, and no other
constexpr size_t kMaxSpares = 16;
constexpr size_t kNameBytes = 16;  // nobody may guess the directory of another run

bool RandomName(std::string& name) {
  unsigned char bytes[kNameBytes];
  if (getrandom(bytes, sizeof bytes, 0) != static_cast<ssize_t>(sizeof bytes)) return false;
  static constexpr char kDigits[] = "0123456789abcdef";
  for (unsigned char byte : bytes) {
    name += kDigits[byte >> 4];
    name += kDigits[byte & 15];
  }
  return true;
}

// Empty, and without anything by which a run could leave a message for the next.
bool IsUntouched(int parent, const char* name) {
  UniqueFd opened = OpenDirectory(parent, name);
  struct stat status {};
  if (!opened || fstat(opened.get(), &status) != 0 || (status.st_mode & 07777) != 0700) return false;
  if (flistxattr(opened.get(), nullptr, 0) > 0) return false;
  DIR* directory = fdopendir(opened.Release());
  if (directory == nullptr) return false;
  int entries = 0;
  while (readdir(directory) != nullptr)
    ++entries;
  closedir(directory);
  return entries == 2;  // itself and its parent
}

// Exactly a name of ours: nothing else in the host's temporary directory is ours to remove.
bool IsScratchName(const char* name) {
  if (strncmp(name, kPrefix, strlen(kPrefix)) != 0) return false;
  const char* digits = name + strlen(kPrefix);
  return strlen(digits) == kNameBytes * 2 && strspn(digits, "0123456789abcdef") == kNameBytes * 2;
}

// Whoever holds the lock is alive: the kernel releases it with the last descriptor.
void RemoveAbandoned(int root) {
  UniqueFd listing = OpenDirectory(root, ".");
  DIR* directory = listing ? fdopendir(listing.Release()) : nullptr;
  if (directory == nullptr) return;
  while (const dirent* entry = readdir(directory)) {
    if (!IsScratchName(entry->d_name)) continue;
    UniqueFd candidate = OpenDirectory(root, entry->d_name);
    struct stat status {};
    if (!candidate || fstat(candidate.get(), &status) != 0 || status.st_uid != geteuid()) continue;
    if (flock(candidate.get(), LOCK_EX | LOCK_NB) == 0) RemoveTree(root, entry->d_name);
  }
  closedir(directory);
}

}  // namespace

std::string ScratchRoot() {
  return "/tmp";
}

Failure ScratchParent::Open() {
  std::string root = ScratchRoot();
  UniqueFd root_fd = OpenDirectory(AT_FDCWD, root.c_str());
  if (!root_fd) return {"scratch", "open", errno, root};
  RemoveAbandoned(root_fd.get());
  constexpr int kTries = 5;
  for (int i = 0; i < kTries; ++i) {
    Failure failure = Make(root_fd.get(), root);
    if (!failure || failure.os_error != ENOENT) return failure;
  }
  return {"scratch", "mkdirat", EBUSY, root};
}

// ENOENT: between being made and being locked it looked abandoned to another process, which removed it.
Failure ScratchParent::Make(int root_fd, const std::string& root) {
  std::string name = kPrefix;
  if (!RandomName(name)) return {"scratch", "getrandom", errno, root};
  path_ = root + "/" + name;
  if (mkdirat(root_fd, name.c_str(), 0700) != 0) return {"scratch", "mkdirat", errno, path_};
  directory_ = OpenDirectory(root_fd, name.c_str());
  if (!directory_) return {"scratch", "open", errno, path_};
  if (flock(directory_.get(), LOCK_EX | LOCK_NB) != 0) {
    return {"scratch", "flock", errno == EWOULDBLOCK ? ENOENT : errno, path_};
  }
  struct stat status {};
  if (fstatat(root_fd, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    return {"scratch", "stat", errno, path_};
  path_ += "/runs";
  if (mkdirat(directory_.get(), "runs", kRunsMode) != 0) return {"scratch", "mkdirat", errno, path_};
  runs_.Reset(openat(directory_.get(), "runs", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!runs_) return {"scratch", "open", errno, path_};
  return {};
}

void ScratchParent::Remove() {
  RemoveTree(AT_FDCWD, path_.substr(0, path_.rfind('/')).c_str());
}

void ScratchParent::RestoreMode() const {
  // Setting a mode writes to the file system's journal, looking at it does not.
  struct stat status {};
  if (fstat(runs_.get(), &status) == 0 && (status.st_mode & 07777) == kRunsMode) return;
  // Fails only when the directory was removed at the end of the host.
  [[maybe_unused]] int result = fchmodat(directory_.get(), "runs", kRunsMode, 0);
}

bool ScratchParent::TakeSpare(std::string& name) const {
  MutexLock lock(mutex_);
  if (spares_.empty()) return false;
  name = std::move(spares_.back());
  spares_.pop_back();
  return true;
}

bool ScratchParent::KeepSpare(std::string name) const {
  MutexLock lock(mutex_);
  if (spares_.size() >= kMaxSpares) return false;
  spares_.push_back(std::move(name));
  return true;
}

Failure ScratchDirectory::Create(const ScratchParent& parent) {
  parent_ = &parent;
  name_.clear();
  if (!RandomName(name_)) return {"scratch", "getrandom", errno, parent.path()};
  path_ = parent.path() + "/" + name_;
  std::string spare;
  parent.RestoreMode();  // a run of the same user may have taken it away
  bool renamed =
      parent.TakeSpare(spare) && renameat(parent.fd(), spare.c_str(), parent.fd(), name_.c_str()) == 0;
  if (!renamed && mkdirat(parent.fd(), name_.c_str(), 0700) != 0) return {"scratch", "mkdirat", errno, path_};
  directory_.Reset(openat(parent.fd(), name_.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory_) return {"scratch", "open", errno, path_};
  return {};
}

void ScratchDirectory::Remove() {
  if (parent_ == nullptr) return;
  directory_.Reset();
  parent_->RestoreMode();
  bool kept = IsUntouched(parent_->fd(), name_.c_str()) && parent_->KeepSpare(name_);
  if (!kept) RemoveTree(parent_->fd(), name_.c_str());
  parent_ = nullptr;
}

}  // namespace moated
