#include "engine/process_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "unique_fd.h"

namespace moated {
namespace {

// Reads a small file of /proc. Empty when the process is gone.
template <size_t Size>
bool ReadProcFile(char (&text)[Size], pid_t pid, const char* name) {
  char path[96];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
  UniqueFd fd(open(path, O_RDONLY | O_CLOEXEC));
  ssize_t length = fd ? read(fd.get(), text, Size - 1) : -1;
  if (length <= 0) return false;
  text[length] = '\0';
  return true;
}

void AddChildren(pid_t pid, std::vector<pid_t>& tree) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  DIR* tasks = opendir(path);
  if (tasks == nullptr) return;
  while (const dirent* entry = readdir(tasks)) {
    if (entry->d_name[0] == '.') continue;
    char name[64];
    snprintf(name, sizeof name, "task/%.20s/children", entry->d_name);
    char children[4096];
    if (!ReadProcFile(children, pid, name)) continue;
    for (char* next = &children[0]; *next != '\0';) {
      char* end = nullptr;
      long child = strtol(next, &end, 10);
      if (end == next) break;
      tree.push_back(static_cast<pid_t>(child));
      next = *end == ' ' ? end + 1 : end;
    }
  }
  closedir(tasks);
}

void Add(pid_t pid, bool is_init, TreeUsage& usage) {
  char text[1024];
  if (!ReadProcFile(text, pid, "stat")) return;
  // The name may hold anything, its closing parenthesis is the last one.
  const char* fields = strrchr(text, ')');
  if (fields == nullptr) return;
  unsigned long user = 0;
  unsigned long system = 0;
  long child_user = 0;
  long child_system = 0;
  long threads = 0;
  // After the name: state ppid pgrp session tty tpgid flags minflt cminflt majflt cmajflt utime stime cutime cstime priority nice threads
  if (sscanf(fields + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld %*d %*d %ld", &user, &system,
             &child_user, &child_system, &threads) != 5) {
    return;
  }
  const long kTicks = sysconf(_SC_CLK_TCK);
  uint64_t ticks = user + system + static_cast<unsigned long>(child_user) + static_cast<unsigned long>(child_system);
  usage.cpu_ms += ticks * 1000 / static_cast<uint64_t>(kTicks);
  if (!is_init) usage.tasks += static_cast<uint64_t>(threads);

  unsigned long resident = 0;
  unsigned long shared = 0;
  if (!ReadProcFile(text, pid, "statm") || sscanf(text, "%*u %lu %lu", &resident, &shared) != 2) return;
  const long kPage = sysconf(_SC_PAGESIZE);
  usage.memory_bytes += (resident > shared ? resident - shared : 0) * static_cast<uint64_t>(kPage);
}

}  // namespace

TreeUsage MeasureTree(pid_t init) {
  TreeUsage usage;
  std::vector<pid_t> tree{init};
  for (size_t at = 0; at < tree.size(); ++at) {
    Add(tree[at], at == 0, usage);
    AddChildren(tree[at], tree);
  }
  return usage;
}

}  // namespace moated
