/*
 * Stand-ins for libSystem on Linux, for macOS 11 and later on Intel. A call whose constants or structures differ between the systems is
 * translated; one that is alike goes to the C library. What starts processes is written down.
 */
#define _GNU_SOURCE
#include "libsystem.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <node_api.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char addon_path[4096];
void SetAddonPath(const char *path) { snprintf(addon_path, sizeof addon_path, "%s", path); }

static pthread_mutex_t log_mutex = PTHREAD_MUTEX_INITIALIZER;
static char log_text[1 << 16], taken[1 << 16];
static size_t log_length;

static void Log(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  pthread_mutex_lock(&log_mutex);
  int length = vsnprintf(log_text + log_length, sizeof log_text - log_length - 1, format, arguments);
  if (length > 0 && log_length + (size_t)length + 2 < sizeof log_text) {
    log_length += (size_t)length;
    log_text[log_length++] = '\n';
    log_text[log_length] = '\0';
  }
  pthread_mutex_unlock(&log_mutex);
  va_end(arguments);
}

const char *TakeLog(void) {
  pthread_mutex_lock(&log_mutex);
  memcpy(taken, log_text, log_length + 1);
  log_length = 0;
  log_text[0] = '\0';
  pthread_mutex_unlock(&log_mutex);
  return taken;
}

/* ---- errno */

static _Thread_local int mac_errno;

static int *Error(void) {
  static const struct {
    int here, there;
  } kDifferent[] = {{EAGAIN, 35}, {EDEADLK, 11}, {ENAMETOOLONG, 63}, {ELOOP, 62}, {ENOTEMPTY, 66}, {ESTALE, 70}, {EPROTO, 100}, {ECANCELED, 89}, {ENOSYS, 78}};
  mac_errno = errno;
  for (size_t i = 0; i < sizeof kDifferent / sizeof kDifferent[0]; i++) {
    if (kDifferent[i].here == errno) mac_errno = kDifferent[i].there;
  }
  return &mac_errno;
}

/* ---- files */

static int OpenFlags(int mac) {
  static const struct {
    int mac, here;
  } kFlags[] = {{0x4, O_NONBLOCK}, {0x100, O_NOFOLLOW}, {0x200, O_CREAT}, {0x800, O_EXCL}, {0x100000, O_DIRECTORY}, {0x1000000, O_CLOEXEC}};
  int here = mac & 3, known = 3;
  for (size_t i = 0; i < sizeof kFlags / sizeof kFlags[0]; i++) {
    known |= kFlags[i].mac;
    if (mac & kFlags[i].mac) here |= kFlags[i].here;
  }
  if (mac & ~known) abort();
  return here;
}

static int At(int fd) { return fd == -2 ? AT_FDCWD : fd; }
static int Open(const char *path, int flags, int mode) { return open(path, OpenFlags(flags), mode); }
static int OpenAt(int fd, const char *path, int flags, int mode) { return openat(At(fd), path, OpenFlags(flags), mode); }
static int MkdirAt(int fd, const char *path, uint16_t mode) { return mkdirat(At(fd), path, mode); }
static int Mkdir(const char *path, uint16_t mode) { return mkdir(path, mode); }
static int RenameAt(int a, const char *from, int b, const char *to) { return renameat(At(a), from, At(b), to); }
static int Chmod(int fd, uint16_t mode) { return fchmod(fd, mode); }

static int ChmodAt(int fd, const char *path, uint16_t mode, int flags) {
  if (flags != 0x20) abort(); /* AT_SYMLINK_NOFOLLOW, which this system lacks */
  return fchmodat(At(fd), path, mode, 0);
}

static int UnlinkAt(int fd, const char *path, int flags) {
  if ((flags & ~0x80) != 0) abort();
  return unlinkat(At(fd), path, flags == 0x80 ? AT_REMOVEDIR : 0);
}

static int Fcntl(int fd, int command, long argument) {
  int flags;
  switch (command) {
    case 1: return fcntl(fd, F_GETFD);
    case 2: return fcntl(fd, F_SETFD, argument);
    case 3: flags = fcntl(fd, F_GETFL); return flags < 0 ? flags : (flags & O_ACCMODE) | (flags & O_NONBLOCK ? 4 : 0);
    case 4: return fcntl(fd, F_SETFL, argument & 4 ? O_NONBLOCK : 0);
    case 67: return fcntl(fd, F_DUPFD_CLOEXEC, argument);
    case 73: return 0; /* F_SETNOSIGPIPE: Node ignores the signal */
    default: abort();
  }
}

struct MacStat {
  int32_t device;
  uint16_t mode, links;
  uint64_t inode;
  uint32_t uid, gid;
  int32_t rdev, pad;
  int64_t times[8];
  int64_t size, blocks;
  int32_t block_size;
  uint32_t flags, generation;
  int32_t spare;
  int64_t spares[2];
};
_Static_assert(sizeof(struct MacStat) == 144, "struct stat");

static int Convert(int result, const struct stat *from, struct MacStat *to) {
  if (result != 0) return result;
  memset(to, 0, sizeof *to);
  to->device = (int32_t)from->st_dev;
  to->mode = (uint16_t)from->st_mode;
  to->inode = from->st_ino;
  to->uid = from->st_uid;
  to->size = from->st_size;
  return 0;
}

static int Stat(const char *path, struct MacStat *to) {
  struct stat from;
  int result = stat(path, &from);
  return Convert(result, &from, to);
}
static int Lstat(const char *path, struct MacStat *to) {
  struct stat from;
  int result = lstat(path, &from);
  return Convert(result, &from, to);
}
static int Fstat(int fd, struct MacStat *to) {
  struct stat from;
  int result = fstat(fd, &from);
  return Convert(result, &from, to);
}

struct MacEntry {
  uint64_t inode, seek;
  uint16_t length, name_length;
  uint8_t type;
  char name[1024];
};
_Static_assert(offsetof(struct MacEntry, name) == 21, "struct dirent");

static struct MacEntry *ReadDir(DIR *directory) {
  static _Thread_local struct MacEntry entry;
  struct dirent *found = readdir(directory);
  if (found == NULL) return NULL;
  snprintf(entry.name, sizeof entry.name, "%s", found->d_name);
  return &entry;
}

/* ---- the system */

static int ClockGetTime(int clock, struct timespec *time) {
  if (clock != 0 && clock != 6) abort();
  return clock_gettime(clock == 6 ? CLOCK_MONOTONIC : CLOCK_REALTIME, time);
}
static long Sysconf(int name) {
  if (name != 58) abort(); /* _SC_NPROCESSORS_ONLN */
  return 2;
}
static size_t Confstr(int name, char *buffer, size_t size) {
  const char *path = getenv("STAND_IN_TEMP");
  if (name != 65537 || path == NULL) abort(); /* _CS_DARWIN_USER_TEMP_DIR */
  snprintf(buffer, size, "%s", path);
  return strlen(path) + 1;
}
static int SysctlByName(const char *name, void *value, size_t *size, const void *new_value, size_t new_size) {
  if (strcmp(name, "kern.osproductversion") != 0 || new_value != NULL || new_size != 0) abort();
  *size = (size_t)snprintf(value, *size, "14.5") + 1;
  return 0;
}
static int Timebase(uint32_t *base) {
  base[0] = base[1] = 1;
  return 0;
}
static int GetEntropy(void *bytes, size_t size) { return getentropy(bytes, size); }
static void Bzero(void *memory, size_t size) { memset(memory, 0, size); }
static int AvailabilityCheck(void) { return 1; }
static uint64_t stack_guard = 0x5afe57ac6a2dull;

/* As a browser asks for it: by name, since no header has it. */
static const int no_report = 0x40000000;
static void *Dlsym(void *handle, const char *name) {
  if (handle != (void *)-2) abort(); /* RTLD_DEFAULT */
  if (getenv("STAND_IN_NO_CHECK") != NULL) return NULL;
  if (strcmp(name, "sandbox_check") == 0) return (void *)StandInSandboxCheck;
  return strcmp(name, "SANDBOX_CHECK_NO_REPORT") == 0 ? (void *)&no_report : NULL;
}
static int Dladdr(const void *address, Dl_info *info) {
  (void)address;
  memset(info, 0, sizeof *info);
  info->dli_fname = addon_path;
  return 1;
}
static int Access(const char *path, int mode) {
  return strcmp(path, "/usr/bin/sandbox-exec") == 0 ? access(getenv("STAND_IN_SANDBOX_EXEC"), mode) : access(path, mode);
}

/* ---- threads: static initialisers hold a signature that is no mutex here */

static void *Ready(uint32_t *object, uint32_t signature, size_t size) {
  if (*object == signature) memset(object, 0, size);
  return object;
}
static int MutexLock(void *mutex) { return pthread_mutex_lock(Ready(mutex, 0x32AAABA7, sizeof(pthread_mutex_t))); }
static int MutexUnlock(void *mutex) { return pthread_mutex_unlock(Ready(mutex, 0x32AAABA7, sizeof(pthread_mutex_t))); }
static int Once(uint32_t *once, void (*function)(void)) {
  if (*once == 0x30B1BCBA) {
    *once = 1;
    function();
  }
  return 0;
}
static int SetDetachState(pthread_attr_t *attributes, int state) {
  if (state != 2) abort();
  return pthread_attr_setdetachstate(attributes, PTHREAD_CREATE_DETACHED);
}
static int SignalMask(int how, const uint32_t *set, uint32_t *old) {
  sigset_t all;
  if (how != 3) abort(); /* SIG_SETMASK */
  if (old != NULL) *old = 0;
  sigfillset(&all);
  return pthread_sigmask(*set == 0 ? SIG_UNBLOCK : SIG_SETMASK, &all, NULL);
}

/* ---- processes */

static int SignalNumber(int mac) { return mac == 19 ? SIGCONT : mac == 17 ? SIGSTOP : mac == 18 ? SIGTSTP : mac == 30 ? SIGUSR1 : mac == 31 ? SIGUSR2 : mac; }

static int Kill(pid_t pid, int signal) {
  Log("kill %d", signal);
  return kill(pid, SignalNumber(signal));
}
static int KillGroup(pid_t group, int signal) { return killpg(group, SignalNumber(signal)); }

static pid_t Wait4(pid_t pid, int *status, int options, struct rusage *usage) {
  if (options != 0) abort();
  pid_t found = wait4(pid, status, 0, usage);
  usage->ru_maxrss *= 1024;
  return found;
}

struct Actions {
  int count, from[16], to[16];
};
struct Attributes {
  uint16_t flags;
  uint32_t defaults, mask;
};

static int ActionsInit(struct Actions **actions) {
  *actions = calloc(1, sizeof **actions);
  return 0;
}
static int ActionsDestroy(struct Actions **actions) {
  free(*actions);
  return 0;
}
static int ActionsDup2(struct Actions **actions, int from, int to) {
  (*actions)->from[(*actions)->count] = from;
  (*actions)->to[(*actions)->count++] = to;
  return 0;
}
static int AttributesInit(struct Attributes **attributes) {
  *attributes = calloc(1, sizeof **attributes);
  return 0;
}
static int AttributesDestroy(struct Attributes **attributes) {
  free(*attributes);
  return 0;
}
static int AttributesFlags(struct Attributes **attributes, short flags) {
  (*attributes)->flags = (uint16_t)flags;
  return 0;
}
static int AttributesDefault(struct Attributes **attributes, const uint32_t *set) {
  (*attributes)->defaults = *set;
  return 0;
}
static int AttributesMask(struct Attributes **attributes, const uint32_t *set) {
  (*attributes)->mask = *set;
  return 0;
}

static void Become(const char *program, const struct Actions *actions, char *const argv[], char *const env[]) {
  struct sigaction normal = {.sa_handler = SIG_DFL};
  sigset_t none;
  sigemptyset(&none);
  for (int i = 1; i < 32; i++) sigaction(i, &normal, NULL);
  sigprocmask(SIG_SETMASK, &none, NULL);
  setsid();
  for (int i = 0; i < actions->count; i++) dup2(actions->from[i], actions->to[i]);
  for (int fd = actions->count; fd < 1024; fd++) close(fd);
  raise(SIGSTOP);
  execve(program, argv, env);
  _exit(127);
}

static int Spawn(pid_t *pid, const char *program, struct Actions **actions, struct Attributes **attributes, char *const argv[], char *const env[]) {
  const char *instead = strcmp(program, "/usr/bin/sandbox-exec") == 0 ? getenv("STAND_IN_SANDBOX_EXEC") : program;
  int status;
  Log("posix_spawn %s flags=%x defaults=%x mask=%x", program, (*attributes)->flags, (*attributes)->defaults, (*attributes)->mask);
  for (int i = 0; i < (*actions)->count; i++) Log("dup2 to=%d out-of-the-way=%d", (*actions)->to[i], (*actions)->from[i] >= 10);
  if ((*attributes)->flags != 0x448c) abort(); /* CLOEXEC_DEFAULT | SETSID | START_SUSPENDED | SETSIGMASK | SETSIGDEF */
  if (access(instead, X_OK) != 0) return ENOENT;
  *pid = fork();
  if (*pid < 0) return EAGAIN;
  if (*pid == 0) Become(instead, *actions, argv, env);
  while (waitpid(*pid, &status, WUNTRACED) < 0 && errno == EINTR) {
  }
  return 0;
}

static const struct {
  const char *name;
  void *function;
} kStandIns[] = {
    {"___bzero", Bzero}, {"___error", Error}, {"___stack_chk_fail", abort}, {"___stack_chk_guard", &stack_guard}, {"__availability_version_check", AvailabilityCheck},
    {"_access", Access}, {"_clock_gettime", ClockGetTime}, {"_confstr", Confstr}, {"_dladdr", Dladdr}, {"_dlsym", Dlsym},
    {"_fchmod", Chmod}, {"_fchmodat", ChmodAt}, {"_fcntl", Fcntl}, {"_fdopendir$INODE64", fdopendir}, {"_fstat$INODE64", Fstat},
    {"_getentropy", GetEntropy}, {"_kevent", StandInKevent}, {"_kill", Kill}, {"_killpg", KillGroup}, {"_kqueue", StandInKqueue},
    {"_lstat$INODE64", Lstat}, {"_mach_timebase_info", Timebase}, {"_mkdir", Mkdir}, {"_mkdirat", MkdirAt}, {"_open", Open},
    {"_openat", OpenAt}, {"_posix_spawn", Spawn}, {"_posix_spawn_file_actions_adddup2", ActionsDup2},
    {"_posix_spawn_file_actions_destroy", ActionsDestroy}, {"_posix_spawn_file_actions_init", ActionsInit},
    {"_posix_spawnattr_destroy", AttributesDestroy}, {"_posix_spawnattr_init", AttributesInit},
    {"_posix_spawnattr_setflags", AttributesFlags}, {"_posix_spawnattr_setsigdefault", AttributesDefault},
    {"_posix_spawnattr_setsigmask", AttributesMask}, {"_proc_listallpids", StandInListAllPids},
    {"_proc_pid_rusage", StandInPidUsage}, {"_proc_pidinfo", StandInPidInfo}, {"_pthread_attr_setdetachstate", SetDetachState},
    {"_pthread_mutex_lock", MutexLock}, {"_pthread_mutex_unlock", MutexUnlock}, {"_pthread_once", Once},
    {"_pthread_sigmask", SignalMask}, {"_readdir$INODE64", ReadDir}, {"_realpath$DARWIN_EXTSN", realpath},
    {"_renameat", RenameAt}, {"_stat$INODE64", Stat}, {"_sysconf", Sysconf}, {"_sysctlbyname", SysctlByName},
    {"_unlinkat", UnlinkAt}, {"_wait4", Wait4},
};

/* Alike on both systems: plain memory, strings, numbers and descriptors. Anything else has to be looked at first. */
static const char *const kAlike[] = {
    "abort", "close", "closedir", "free", "geteuid", "getpid", "getsid", "malloc", "memchr", "memcmp", "memcpy", "memmove", "memset",
    "pipe", "pthread_attr_destroy", "pthread_attr_init", "pthread_attr_setstacksize", "pthread_create", "read", "realloc", "rmdir",
    "snprintf", "strcmp", "strlen", "usleep", "write",
};

void *FindStandIn(const char *symbol) {
  if (strcmp(symbol, "dyld_stub_binder") == 0) return (void *)abort; /* everything is bound at once */
  for (size_t i = 0; i < sizeof kStandIns / sizeof kStandIns[0]; i++) {
    if (strcmp(kStandIns[i].name, symbol) == 0) return kStandIns[i].function;
  }
  if (symbol[0] != '_') return NULL;
  if (strncmp(symbol, "_napi_", 6) == 0) return dlsym(RTLD_DEFAULT, symbol + 1);
  for (size_t i = 0; i < sizeof kAlike / sizeof kAlike[0]; i++) {
    if (strcmp(kAlike[i], symbol + 1) == 0) return dlsym(RTLD_DEFAULT, symbol + 1);
  }
  return NULL;
}
