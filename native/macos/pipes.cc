#include "posix/pipes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace moated {

// There is no pipe2 here: a child that the host makes in between could inherit an end. Node's own start with
// every descriptor closed that they are not given, as ours do.
Failure OpenPipe(UniqueFd& read_end, UniqueFd& write_end) {
  int ends[2];
  if (pipe(&ends[0]) != 0) return {"pipes", "pipe", errno, ""};
  read_end.Reset(ends[0]);
  write_end.Reset(ends[1]);
  for (int end : ends) {
    if (fcntl(end, F_SETFD, FD_CLOEXEC) != 0) return {"pipes", "fcntl", errno, ""};
  }
  // A command that closes its stdin ends the writing, not the host.
  fcntl(write_end.get(), F_SETNOSIGPIPE, 1);
  return {};
}

bool IsStream(int fd) {
  struct stat status {};
  return fstat(fd, &status) == 0 && !S_ISDIR(status.st_mode);
}

}  // namespace moated
