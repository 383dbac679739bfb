#include "remove_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace moated {
namespace {

// One tree on its way out. Directories inside of directories are moved up into the top one and dealt with
// there, so that there are never more than two open.
class Remover {
 public:
  explicit Remover(UniqueFd top) : top_(std::move(top)) {}

  void Run() {
    while (Pass()) {
    }
  }

 private:
  // Calls `each` with the name of every entry. False when the directory cannot be read.
  template <typename Each>
  static bool List(int fd, Each each) {
    // A descriptor of its own: the stream takes it over, and its position with it.
    UniqueFd own = OpenDirectory(fd, ".");
    DIR* directory = own ? fdopendir(own.get()) : nullptr;
    if (directory == nullptr) return false;
    own.Release();
    while (const dirent* entry = readdir(directory)) {
      if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) each(entry->d_name);
    }
    closedir(directory);
    return true;
  }

  // Removes what can be removed at once: anything but a directory that is not empty.
  static bool RemoveEntry(int parent, const char* name) {
    return unlinkat(parent, name, 0) == 0 || unlinkat(parent, name, AT_REMOVEDIR) == 0;
  }

  bool MoveUp(int parent, const char* name) {
    // Moving a directory changes its link to its parent: that takes the permission to write it.
    UniqueFd opened = OpenDirectory(parent, name);
    if (opened) fchmod(opened.get(), 0700);
    constexpr int kTries = 1000;
    for (int i = 0; i < kTries; ++i) {
      char fresh[32];
      snprintf(fresh, sizeof fresh, "moated-%lu", next_++);
      if (renameat(parent, name, top_.get(), fresh) == 0) return true;
      if (errno != EEXIST && errno != ENOTEMPTY && errno != ENOTDIR) return false;
    }
    return false;
  }

  bool Flatten(const char* name) {
    UniqueFd directory = OpenDirectory(top_.get(), name);
    if (!directory) return false;
    fchmod(directory.get(), 0700);
    bool progress = false;
    List(directory.get(), [&](const char* entry) {
      progress = RemoveEntry(directory.get(), entry) || MoveUp(directory.get(), entry) || progress;
    });
    return unlinkat(top_.get(), name, AT_REMOVEDIR) == 0 || progress;
  }

  // One look at the top directory. False when it is empty, or nothing in it yields.
  bool Pass() {
    bool progress = false;
    fchmod(top_.get(), 0700);
    List(top_.get(),
         [&](const char* entry) { progress = RemoveEntry(top_.get(), entry) || Flatten(entry) || progress; });
    return progress;
  }

  UniqueFd top_;
  unsigned long next_ = 0;
};

}  // namespace

void RemoveTree(int parent_fd, const char* name) {
  if (unlinkat(parent_fd, name, AT_REMOVEDIR) == 0) return;  // the usual case: nothing was left in it
  if (errno == ENOTDIR) {
    unlinkat(parent_fd, name, 0);
    return;
  }
  UniqueFd opened = OpenDirectory(parent_fd, name);
  if (!opened) return;
  Remover(std::move(opened)).Run();
  unlinkat(parent_fd, name, AT_REMOVEDIR);
}

}  // namespace moated
