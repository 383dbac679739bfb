// The stage: runs inside of the sandbox as its first program, and becomes the command. It does what
// posix_spawn cannot (limits) and what it cannot report exactly (working directory, program).
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syslimits.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "macos/stage_protocol.h"

extern "C" char** environ;

namespace moated {
namespace {

constexpr int kOurFailure = 125;

void Tell(StageStep step, int os_error) {
  StageRecord record{step, os_error};
  // Shorter than a pipe's atomic size; with nobody left to read it there is nobody to tell.
  [[maybe_unused]] ssize_t written = write(kStageDescriptor, &record, sizeof record);
}

// Lowers a limit, and never above what is already set. 0 on success.
int Limit(int resource, const char* text, rlim_t most) {
  char* end = nullptr;
  errno = 0;
  rlim_t wanted = strtoull(text, &end, 10);
  if (errno != 0 || end == text || *end != '\0') return EINVAL;
  if (wanted == 0) return 0;
  rlimit current{};
  if (getrlimit(resource, &current) != 0) return errno;
  rlim_t value = std::min({wanted, current.rlim_max, most});
  rlimit lowered{value, value};
  return setrlimit(resource, &lowered) == 0 ? 0 : errno;
}

int Stage(char** argv) {
  // The descriptor closes when the command runs, and only then: that is the message.
  if (fcntl(kStageDescriptor, F_SETFD, FD_CLOEXEC) != 0) return kOurFailure;
  Tell(kStageStarted, 0);
  const struct {
    int resource;
    const char* text;
    rlim_t most;
  } kLimits[] = {
      {RLIMIT_CPU, argv[3], RLIM_INFINITY},
      {RLIMIT_AS, argv[4], RLIM_INFINITY},
      // The kernel takes no soft limit above this one.
      {RLIMIT_NOFILE, argv[5], OPEN_MAX},
      {RLIMIT_FSIZE, argv[6], RLIM_INFINITY},
  };
  for (const auto& limit : kLimits) {
    if (int error = Limit(limit.resource, limit.text, limit.most)) {
      Tell(kStageLimitFailed, error);
      return kOurFailure;
    }
  }
  if (chdir(argv[2]) != 0) {
    Tell(kStageChdirFailed, errno);
    return kOurFailure;
  }
  // Found by the addon, with a slash: no PATH decides here.
  execve(argv[kStageArguments], argv + kStageArguments + 1, environ);
  Tell(kStageExecFailed, errno);
  return kOurFailure;
}

}  // namespace
}  // namespace moated

int main(int argc, char** argv) {
  // argv[0] of the command follows its program.
  if (argc > moated::kStageArguments + 1 && strcmp(argv[1], moated::kStageWord) == 0)
    return moated::Stage(argv);
  fputs("moated-launcher: started by moated only\n", stderr);
  return moated::kOurFailure;
}
