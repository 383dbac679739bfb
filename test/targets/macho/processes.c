/* What macOS says about processes, read from /proc. A process is under a profile when the stand-in of sandbox-exec marked it. */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libsystem.h"

enum { kTaskInfo = 4, kBsdInfo = 3, kAllowed = 0, kDenied = 1, kZombie = 5, kRunning = 2 };

struct BsdInfo {
  uint32_t flags, status, xstatus, pid, ppid, ids[7];
  char comm[16], name[32];
  uint32_t files, pgid, jobs, terminal, terminal_group;
  int32_t nice;
  uint64_t start_seconds, start_microseconds;
};
_Static_assert(sizeof(struct BsdInfo) == 136, "struct proc_bsdinfo");

struct TaskInfo {
  uint64_t sizes_and_times[6];
  int32_t counts[9], threads, running, priority;
};
_Static_assert(sizeof(struct TaskInfo) == 96, "struct proc_taskinfo");

struct Stat {
  char state;
  int parent, group;
  unsigned long user, system;
  long child_user, child_system, threads;
};

static int ReadStat(int pid, struct Stat *stat) {
  char path[64], text[1024];
  FILE *file;
  size_t length;
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  file = fopen(path, "re");
  if (file == NULL) return 0;
  length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = '\0';
  char *fields = strrchr(text, ')');
  return fields != NULL && sscanf(fields + 1, " %c %d %d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld %*d %*d %ld", &stat->state, &stat->parent,
                                  &stat->group, &stat->user, &stat->system, &stat->child_user, &stat->child_system, &stat->threads) == 8;
}

int StandInListAllPids(int *pids, int bytes) {
  int count = 0, room = bytes / (int)sizeof *pids;
  DIR *proc = opendir("/proc");
  for (struct dirent *entry; (entry = readdir(proc)) != NULL;) {
    int pid = atoi(entry->d_name);
    if (pid <= 0) continue;
    if (pids != NULL && count < room) pids[count] = pid;
    if (pids == NULL || count < room) count++;
  }
  closedir(proc);
  return count;
}

int StandInPidInfo(int pid, int flavor, unsigned long argument, void *info, int bytes) {
  struct Stat stat;
  (void)argument;
  if (!ReadStat(pid, &stat)) return 0;
  memset(info, 0, (size_t)bytes);
  if (flavor == kBsdInfo && bytes == (int)sizeof(struct BsdInfo)) {
    struct BsdInfo *bsd = info;
    bsd->pid = (uint32_t)pid;
    bsd->ppid = (uint32_t)stat.parent;
    bsd->pgid = (uint32_t)stat.group;
    bsd->status = stat.state == 'Z' || stat.state == 'X' ? kZombie : kRunning;
    return bytes;
  }
  if (flavor == kTaskInfo && bytes == (int)sizeof(struct TaskInfo)) {
    ((struct TaskInfo *)info)->threads = (int32_t)stat.threads;
    return bytes;
  }
  return 0;
}

int StandInPidUsage(int pid, int flavor, void *info) {
  /* rusage_info_v2: 16 bytes of identity, then user, system, 5 numbers, footprint, 2 times, the children's user and system. */
  uint64_t *numbers = (uint64_t *)((char *)info + 16);
  struct Stat stat;
  char path[64];
  unsigned long size, resident = 0;
  const uint64_t tick = 1000000000u / (uint64_t)sysconf(_SC_CLK_TCK);
  FILE *file;
  if (flavor != 2 || !ReadStat(pid, &stat)) return -1;
  numbers[0] = stat.user * tick;
  numbers[1] = stat.system * tick;
  numbers[10] = (uint64_t)stat.child_user * tick;
  numbers[11] = (uint64_t)stat.child_system * tick;
  snprintf(path, sizeof path, "/proc/%d/statm", pid);
  file = fopen(path, "re");
  if (file != NULL) {
    if (fscanf(file, "%lu %lu", &size, &resident) != 2) resident = 0;
    fclose(file);
  }
  numbers[7] = resident * (uint64_t)sysconf(_SC_PAGESIZE);
  return 0;
}

/* The names are `moated.run.ID.in` and `….out`. Without a mark both are allowed; with the one of the same run the second is not. */
int StandInSandboxCheck(int pid, const char *operation, int type, const char *name) {
  char path[64], environment[1 << 16], wanted[256];
  FILE *file;
  size_t length;
  const char *end;
  if (operation == NULL) return kAllowed;
  if (strcmp(operation, "mach-lookup") != 0 || type != (2 | 0x40000000)) abort();
  snprintf(path, sizeof path, "/proc/%d/environ", pid);
  file = fopen(path, "re");
  if (file == NULL) return -1;
  length = fread(environment, 1, sizeof environment - 1, file);
  fclose(file);
  environment[length] = '\0';
  end = strrchr(name, '.');
  for (const char *entry = environment; entry < environment + length; entry += strlen(entry) + 1) {
    if (strncmp(entry, "STAND_IN_MARK=", 14) != 0) continue;
    snprintf(wanted, sizeof wanted, "STAND_IN_MARK=%.*s", (int)(end - name), name);
    if (strcmp(entry, wanted) != 0) return kDenied; /* another profile, which knows neither name */
    return strcmp(end, ".in") == 0 ? kAllowed : kDenied;
  }
  return kAllowed;
}
