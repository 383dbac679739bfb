#include "posix/pipes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace moated {

Failure OpenPipe(UniqueFd& read_end, UniqueFd& write_end) {
  int ends[2];
  if (pipe2(&ends[0], O_CLOEXEC) != 0) return {"pipes", "pipe2", errno, ""};
  read_end.Reset(ends[0]);
  write_end.Reset(ends[1]);
  return {};
}

bool IsStream(int fd) {
  struct stat status {};
  if (fstat(fd, &status) != 0 || S_ISDIR(status.st_mode)) return false;
  return (fcntl(fd, F_GETFL) & O_PATH) == 0;
}

}  // namespace moated
