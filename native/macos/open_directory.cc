#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "remove_tree.h"

namespace moated {

UniqueFd OpenDirectory(int parent_fd, const char* name) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  UniqueFd opened(openat(parent_fd, name, kFlags));
  if (opened || errno != EACCES) return opened;
  // Of the link itself, should the name have become one.
  if (fchmodat(parent_fd, name, 0700, AT_SYMLINK_NOFOLLOW) != 0) return opened;
  return UniqueFd(openat(parent_fd, name, kFlags));
}

}  // namespace moated
