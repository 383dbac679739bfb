// The init of a run: it starts the command, reaps what the command leaves behind, and makes sure that nothing
// outlives the run. Freestanding: no C library, no memory allocation, a few system calls. It runs under the
// command's rules, but for the Landlock layer of descriptor 5.
//
//   moated-init FLAGS FILE ARGV0 [ARGUMENT…]
//
// FLAGS: `p` it is pid 1 of a pid namespace, the kernel ends the others with it; `s` it is a subreaper; `d`
// the command gets a Landlock domain of its own; `a` announce when the command was executed. Descriptor 3: a
// pipe from the host: each byte is a signal for the command; its end means that the host is gone or ends the
// run. Descriptor 4: status records for the host (init_protocol.h). Descriptor 5, with `d`: the ruleset of
// the command's domain.
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/wait.h>

#include "linux/init/init_protocol.h"
#include "linux/raw_syscall.h"
#include "linux/stay_on_cpu.h"
#include "linux/syscall_numbers.h"

namespace moated {
namespace {

constexpr int kControl = 3;
constexpr int kStatus = 4;
constexpr int kDomain = 5;
constexpr long kEperm = -1;
constexpr long kEchild = -10;
constexpr unsigned kCloexecFlag = 02000000;  // O_CLOEXEC, SFD_CLOEXEC
constexpr unsigned kNonblockFlag = 04000;  // O_NONBLOCK, SFD_NONBLOCK
constexpr int kAtFdcwd = -100;
constexpr int kPrSetPdeathsig = 1;
constexpr int kPrSetDumpable = 4;
constexpr int kPrSetChildSubreaper = 36;
constexpr short kPollIn = 1;

// The command can keep us busy with signals and orphans; the host's wish to end the run is looked at in
// between.
constexpr int kSignalsPerTurn = 16;
constexpr int kChildrenPerTurn = 64;

struct PollFd {
  int fd;
  short events;
  short revents;
};

struct Options {
  bool pid1 = false;
  bool subreaper = false;
  bool domain = false;
  bool announce = false;
};

// The kilobytes of the largest process that was reaped. What the host sees of us includes its own memory,
// which we shared for a moment.
struct Reaper {
  long command = -1;
  long largest_kb = 0;
  bool more_to_reap = false;
  bool none_left = false;  // orphans become our children: without children, nobody of the run is left
};

void Report(uint32_t kind, long value) {
  StatusRecord record{kind, static_cast<int32_t>(value)};
  RawSyscall(SYS_write, kStatus, &record, sizeof record);
}

[[noreturn]] void Exit(int code) {
  for (;;)
    RawSyscall(SYS_exit_group, code);
}

// Runs between vfork and exec: it shares our memory, and returns only by failing.
[[gnu::noinline]] void ExecuteCommand(const Options& options, const CpuSet& processors, const char* file,
                                      char** argv, char** envp) {
  // A session of its own: signals to its group never reach us, and it may take a terminal of its own making.
  RawSyscall(SYS_setsid);
  if (options.domain) {
    // Nested in ours: we may signal the command, the command may not signal us.
    long result = RawSyscall(SYS_landlock_restrict_self, kDomain, 0);
    if (result < 0) {
      Report(kStatusDomainFailed, -result);
      RawSyscall(SYS_exit, 127);
    }
  }
  processors.Leave();
  uint64_t nothing = 0;
  RawSyscall(SYS_rt_sigprocmask, SIG_SETMASK, &nothing, nullptr, sizeof nothing);
  // Descriptors 3 to 5 are close-on-exec since the start.
  long result = RawSyscall(SYS_execve, file, argv, envp);
  Report(kStatusExecFailed, -result);
  RawSyscall(SYS_exit, 127);
}

[[gnu::noinline]] long StartCommand(const Options& options, const char* file, char** argv, char** envp) {
  CpuSet processors;
  processors.StayHere();
  long pid = RawSyscall(SYS_clone, CLONE_VM | CLONE_VFORK | 17 /* SIGCHLD */, 0L, 0L, 0L, 0L);
  if (pid == 0) ExecuteCommand(options, processors, file, argv, envp);
  processors.Leave();
  return pid;
}

long WaitForChild(Reaper& reaper, int& status, int options) {
  rusage usage{};
  long pid = RawSyscall(SYS_wait4, -1, &status, options | __WALL, &usage);
  if (pid > 0 && usage.ru_maxrss > reaper.largest_kb) reaper.largest_kb = usage.ru_maxrss;
  return pid;
}

// Reaps every child that ended. True when the command is among them.
bool ReapEnded(Reaper& reaper, int& command_status) {
  bool found = false;
  for (int i = 0; i < kChildrenPerTurn; ++i) {
    int status = 0;
    long pid = WaitForChild(reaper, status, WNOHANG);
    if (pid <= 0) {
      reaper.none_left = pid == kEchild;
      reaper.more_to_reap = false;
      return found;
    }
    if (pid != reaper.command) continue;
    found = true;
    command_status = status;
  }
  reaper.more_to_reap = true;
  return found;
}

void DrainSignals(long signal_fd, long command) {
  struct {
    uint32_t number;
    char rest[124];
  } info;
  for (int i = 0; i < kSignalsPerTurn; ++i) {
    if (RawSyscall(SYS_read, signal_fd, &info, sizeof info) != static_cast<long>(sizeof info)) return;
    constexpr uint32_t kSigchld = 17;
    // Whoever signals us means the command.
    if (info.number != kSigchld) RawSyscall(SYS_kill, command, info.number);
  }
}

// Passes the host's signals on. False at the end of the pipe.
bool ForwardFromHost(long command) {
  unsigned char numbers[kSignalsPerTurn] = {};
  long length = RawSyscall(SYS_read, kControl, &numbers[0], sizeof numbers);
  for (long i = 0; i < length; ++i)
    RawSyscall(SYS_kill, command, static_cast<long>(numbers[i]));
  return length > 0;
}

// Kills the children that /proc lists. Orphans of theirs become our children and are listed in the next
// round.
void KillListedChildren() {
  long fd = RawSyscall(SYS_openat, kAtFdcwd, "/proc/thread-self/children", kCloexecFlag);
  if (fd < 0) return;
  char text[4096];
  long pid = 0;
  for (;;) {
    long length = RawSyscall(SYS_read, fd, text, sizeof text);
    if (length <= 0) break;
    for (long i = 0; i < length; ++i) {
      if (text[i] >= '0' && text[i] <= '9') {
        pid = pid * 10 + (text[i] - '0');
        continue;
      }
      if (pid > 1) RawSyscall(SYS_kill, pid, 9 /* SIGKILL */);
      pid = 0;
    }
  }
  RawSyscall(SYS_close, fd);
}

// In a pid namespace, kill(-1) hits the run and nothing else; in a signal-scoped domain too, atomically with
// regard to fork. The guard: when the host, our parent, may be signalled, the domain is not there and -1
// would hit everybody. Asked at the start, since a host that is gone gives no answer.
bool MayKillAll(const Options& options, long parent) {
  return options.pid1 || (options.domain && RawSyscall(SYS_kill, parent, 0) == kEperm);
}

void EndOthers(bool may_kill_all, Reaper& reaper) {
  while (!reaper.none_left) {
    if (may_kill_all) {
      RawSyscall(SYS_kill, -1, 9 /* SIGKILL */);
    } else {
      KillListedChildren();
    }
    int status = 0;
    long pid = WaitForChild(reaper, status, 0);
    reaper.none_left = pid == kEchild;
  }
}

Options ParseOptions(const char* flags) {
  Options options;
  for (; *flags != '\0'; ++flags) {
    if (*flags == 'p') options.pid1 = true;
    if (*flags == 's') options.subreaper = true;
    if (*flags == 'd') options.domain = true;
    if (*flags == 'a') options.announce = true;
  }
  return options;
}

[[noreturn]] void Run(int argc, char** argv, char** envp) {
  if (argc < 4) Exit(125);
  Options options = ParseOptions(argv[1]);
  const bool may_kill_all = MayKillAll(options, RawSyscall(SYS_getppid));
  // Nobody inside may look into us, although we have the same uid.
  RawSyscall(SYS_prctl, kPrSetDumpable, 0L, 0L, 0L, 0L);
  // Where our death ends the run, the host's death ends us, even if it was too sudden for the pipe.
  if (options.pid1) RawSyscall(SYS_prctl, kPrSetPdeathsig, 9L, 0L, 0L, 0L);
  if (options.subreaper) RawSyscall(SYS_prctl, kPrSetChildSubreaper, 1L, 0L, 0L, 0L);
  RawSyscall(SYS_fcntl, kControl, 2 /* F_SETFD */, 1 /* FD_CLOEXEC */);
  RawSyscall(SYS_fcntl, kStatus, 2 /* F_SETFD */, 1 /* FD_CLOEXEC */);
  if (options.domain) RawSyscall(SYS_fcntl, kDomain, 2 /* F_SETFD */, 1 /* FD_CLOEXEC */);

  // Blocked signals wait in the descriptor, also for pid 1, which would otherwise ignore them.
  uint64_t all = ~uint64_t{0};
  RawSyscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, nullptr, sizeof all);
  long signal_fd = RawSyscall(SYS_signalfd4, -1, &all, sizeof all, kCloexecFlag | kNonblockFlag);
  if (signal_fd < 0) {
    Report(kStatusInitFailed, -signal_fd);
    Exit(125);
  }
  Reaper reaper;
  reaper.command = StartCommand(options, argv[2], argv + 3, envp);
  if (reaper.command < 0) {
    Report(kStatusInitFailed, -reaper.command);
    Exit(125);
  }
  if (options.announce) Report(kStatusStarted, reaper.command);

  if (options.domain) RawSyscall(SYS_close, kDomain);
  // Our copies of the command's streams would keep its pipes open.
  for (int fd = 0; fd < 3; ++fd)
    RawSyscall(SYS_close, fd);

  PollFd events[2] = {{static_cast<int>(signal_fd), kPollIn, 0}, {kControl, kPollIn, 0}};
  for (;;) {
    // Children that are left to reap send no further signal: do not wait for one.
    struct {
      long seconds, nanoseconds;
    } no_time{};
    RawSyscall(SYS_ppoll, &events[0], 2, reaper.more_to_reap ? &no_time : nullptr, nullptr, 0L);
    bool host_ends_run = events[1].revents != 0 && !ForwardFromHost(reaper.command);
    int status = 0;
    bool ended = false;
    if (!host_ends_run) {
      DrainSignals(signal_fd, reaper.command);
      ended = ReapEnded(reaper, status);
    }
    if (ended) Report(kStatusExited, status);
    if (!ended && !host_ends_run) continue;
    // A pid namespace that ends by itself is emptied by the kernel, faster than we could.
    if (host_ends_run || !options.pid1) EndOthers(may_kill_all, reaper);
    Report(kStatusMaxRss, reaper.largest_kb);
    Exit(0);
  }
}

}  // namespace
}  // namespace moated

extern "C" [[noreturn]] void MoatedInitMain(long* stack) {
  int argc = static_cast<int>(stack[0]);
  char** argv = reinterpret_cast<char**>(stack + 1);
  moated::Run(argc, argv, argv + argc + 1);
}

// The kernel enters here: the stack pointer is at argc.
#if defined(__x86_64__)
__asm__(
    ".globl _start\n"
    "_start:\n"
    "  xor %ebp, %ebp\n"
    "  mov %rsp, %rdi\n"
    "  and $-16, %rsp\n"
    "  call MoatedInitMain\n");
#elif defined(__aarch64__)
__asm__(
    ".globl _start\n"
    "_start:\n"
    "  mov x29, #0\n"
    "  mov x30, #0\n"
    "  mov x0, sp\n"
    "  bl MoatedInitMain\n");
#endif

// The compiler may emit calls to these even in freestanding code.
extern "C" void* memset(void* target, int value, unsigned long size) {
  auto* bytes = static_cast<volatile unsigned char*>(target);
  for (unsigned long i = 0; i < size; ++i)
    bytes[i] = static_cast<unsigned char>(value);
  return target;
}
extern "C" void* memcpy(void* target, const void* source, unsigned long size) {
  auto* to = static_cast<volatile unsigned char*>(target);
  const auto* from = static_cast<const unsigned char*>(source);
  for (unsigned long i = 0; i < size; ++i)
    to[i] = from[i];
  return target;
}
