// Starts a program with posix_spawn and two pipes, reads both to their end and waits: the least that
// capturing a command takes. Reads a number of runs per line from standard input, answers with a line of
// microseconds, one for each run.
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

extern char** environ;

namespace {

[[noreturn]] void Die(const char* what, int error) {
  fprintf(stderr, "posix_spawn_bench: %s: %s\n", what, strerror(error));
  exit(1);
}

struct Pipe {
  int read_end = -1;
  int write_end = -1;
};

Pipe OpenPipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) Die("pipe2", errno);
  return {ends[0], ends[1]};
}

// Reads both until nobody holds the other ends.
void Drain(int out, int err) {
  static char buffer[65536];
  pollfd watched[2] = {{out, POLLIN, 0}, {err, POLLIN, 0}};
  for (int open = 2; open > 0;) {
    if (poll(&watched[0], 2, -1) < 0 && errno != EINTR) Die("poll", errno);
    for (pollfd& entry : watched) {
      if (entry.fd < 0 || entry.revents == 0) continue;
      if (read(entry.fd, &buffer[0], sizeof buffer) > 0) continue;
      entry.fd = -1;
      --open;
    }
  }
}

void RunOnce(char* program) {
  Pipe out = OpenPipe();
  Pipe err = OpenPipe();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write_end, 1);
  posix_spawn_file_actions_adddup2(&actions, err.write_end, 2);
  char* argv[] = {program, nullptr};
  pid_t pid = -1;
  int error = posix_spawn(&pid, program, &actions, nullptr, &argv[0], environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) Die(program, error);
  close(out.write_end);
  close(err.write_end);
  Drain(out.read_end, err.read_end);
  int status = 0;
  if (waitpid(pid, &status, 0) != pid || status != 0) Die("the program failed", ECHILD);
  close(out.read_end);
  close(err.read_end);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) Die("usage: posix_spawn_bench PROGRAM", EINVAL);
  int runs = 0;
  while (scanf("%d", &runs) == 1) {
    for (int i = 0; i < runs; ++i) {
      auto started = std::chrono::steady_clock::now();
      RunOnce(argv[1]);
      std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - started;
      printf(i == 0 ? "%.1f" : " %.1f", took.count());
    }
    printf("\n");
    fflush(stdout);
  }
  return 0;
}
