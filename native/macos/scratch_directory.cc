#include "macos/scratch_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>

#include "engine/uuid.h"
#include "remove_tree.h"

namespace moated {
namespace {

constexpr char kParentName[] = "moated-scratch";
constexpr char kFileSuffix[] = ".sb";

// The user's own directory below /var/folders, which nobody else may enter, by the path that the kernel
// knows.
Failure TemporaryDirectory(std::string& path) {
  char configured[PATH_MAX];
  size_t length = confstr(_CS_DARWIN_USER_TEMP_DIR, &configured[0], sizeof configured);
  if (length == 0 || length > sizeof configured) return {"scratch", "confstr", errno, ""};
  char resolved[PATH_MAX];
  if (realpath(&configured[0], &resolved[0]) == nullptr)
    return {"scratch", "realpath", errno, &configured[0]};
  path = &resolved[0];
  return {};
}

}  // namespace

Failure ScratchParent::Open() {
  if (Failure failure = TemporaryDirectory(path_)) return failure;
  path_ += '/';
  path_ += kParentName;
  if (mkdir(path_.c_str(), 0700) != 0 && errno != EEXIST) return {"scratch", "mkdir", errno, path_};
  directory_.Reset(open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!directory_ || fstat(directory_.get(), &status) != 0) return {"scratch", "open", errno, path_};
  // Somebody else's, or open to somebody else: what runs write there would not be theirs alone.
  if (status.st_uid != geteuid() || (status.st_mode & 077) != 0) {
    directory_.Reset();
    return {"scratch", "fstat", EPERM, path_};
  }
  return {};
}

void ScratchParent::Remove() const {
  rmdir(path_.c_str());
}

Failure ScratchDirectory::Create(const ScratchParent& parent) {
  if (Failure failure = RandomUuid(name_)) return failure;
  path_ = parent.path() + "/" + name_;
  if (mkdirat(parent.fd(), name_.c_str(), 0700) != 0) return {"scratch", "mkdirat", errno, path_};
  parent_ = &parent;
  return {};
}

Failure ScratchDirectory::WriteBeside(const std::string& text, std::string& path) {
  path = path_ + kFileSuffix;
  UniqueFd file(openat(parent_->fd(), (name_ + kFileSuffix).c_str(),
                       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return {"profile", "openat", errno, path};
  file_ = true;
  for (size_t at = 0; at < text.size();) {
    ssize_t written = write(file.get(), text.data() + at, text.size() - at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return {"profile", "write", errno, path};
    at += static_cast<size_t>(written);
  }
  return {};
}

void ScratchDirectory::Remove() {
  if (parent_ == nullptr) return;
  RemoveTree(parent_->fd(), name_.c_str());
  if (file_) unlinkat(parent_->fd(), (name_ + kFileSuffix).c_str(), 0);
  parent_ = nullptr;
}

}  // namespace moated
