#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>

#include "remove_tree.h"

namespace moated {

UniqueFd OpenDirectory(int parent_fd, const char* name) {
  constexpr int kFlags = O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  UniqueFd opened(openat(parent_fd, name, O_RDONLY | kFlags));
  if (opened || errno != EACCES) return opened;
  UniqueFd path(openat(parent_fd, name, O_PATH | kFlags));
  if (!path) return opened;
  // Through the descriptor: a name could have become a link in the meantime.
  char self[64];
  snprintf(self, sizeof self, "/proc/self/fd/%d", path.get());
  if (chmod(self, 0700) != 0) return opened;
  return UniqueFd(open(self, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

}  // namespace moated
