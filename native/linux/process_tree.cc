#include "linux/process_tree.h"

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

// Pids separated by spaces; a list may be longer than one read gives.
void AddListed(int fd, std::vector<pid_t>& tree) {
  char text[4096];
  pid_t pid = 0;
  for (;;) {
    ssize_t length = read(fd, text, sizeof text);
    if (length <= 0) return;
    for (ssize_t i = 0; i < length; ++i) {
      if (text[i] >= '0' && text[i] <= '9') {
        pid = pid * 10 + (text[i] - '0');
      } else if (pid != 0) {
        tree.push_back(pid);
        pid = 0;
      }
    }
  }
}

void AddChildren(pid_t pid, std::vector<pid_t>& tree) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  DIR* tasks = opendir(path);
  if (tasks == nullptr) return;
  while (const dirent* entry = readdir(tasks)) {
    if (entry->d_name[0] == '.') continue;
    char name[96];
    snprintf(name, sizeof name, "/proc/%d/task/%.20s/children", pid, entry->d_name);
    UniqueFd children(open(name, O_RDONLY | O_CLOEXEC));
    if (children) AddListed(children.get(), tree);
  }
  closedir(tasks);
}

// What a process holds that is not a copy of a file: private, shared and swapped out.
uint64_t MemoryOf(pid_t pid) {
  char text[4096];
  if (!ReadProcFile(text, pid, "status")) return 0;
  uint64_t kilobytes = 0;
  for (const char* field : {"\nRssAnon:", "\nRssShmem:", "\nVmSwap:"}) {
    const char* found = strstr(text, field);
    if (found != nullptr) kilobytes += strtoull(found + strlen(field), nullptr, 10);
  }
  return kilobytes * 1024;
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
  // After the name: state ppid pgrp session tty tpgid flags minflt cminflt majflt cmajflt utime stime cutime
  // cstime priority nice threads
  if (sscanf(fields + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld %*d %*d %ld", &user,
             &system, &child_user, &child_system, &threads) != 5) {
    return;
  }
  const long kTicks = sysconf(_SC_CLK_TCK);
  uint64_t ticks =
      user + system + static_cast<unsigned long>(child_user) + static_cast<unsigned long>(child_system);
  usage.cpu_ms += ticks * 1000 / static_cast<uint64_t>(kTicks);
  if (!is_init) usage.tasks += static_cast<uint64_t>(threads);

  usage.memory_bytes += MemoryOf(pid);
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
