// The compiled filters in the kernel: every call is made twice, in a child without a filter and in one with
// it. The first is the control: a call that fails in the same way without the filter proves nothing and is
// reported as skipped.
#include <fcntl.h>
#include <linux/keyctl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "linux/raw_syscall.h"
#include "linux/seccomp_filter.h"
#include "linux/syscall_numbers.h"

namespace moated {
namespace {

int failures = 0;

void Report(const std::string& name, const std::string& problem) {
  if (problem.empty()) {
    printf("ok %s\n", name.c_str());
  } else {
    ++failures;
    printf("not ok %s: %s\n", name.c_str(), problem.c_str());
  }
}

// What a child did: the errno of its call (0 when it succeeded), or the signal that killed it.
struct Ending {
  int error = 0;
  int signal = 0;
  bool operator==(const Ending&) const = default;
};

std::string Describe(const Ending& ending) {
  if (ending.signal != 0) return "signal " + std::to_string(ending.signal);
  return ending.error == 0 ? "success" : strerror(ending.error);
}

constexpr int kNotInstalled = 255;

using Action = long (*)();

Ending RunChild(Action action, std::span<const FilterGroup> groups) {
  std::vector<sock_filter> program = CompileFilter(groups);
  (void)fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    if (!groups.empty()) {
      const sock_fprog filter = {static_cast<unsigned short>(program.size()), program.data()};
      if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || InstallFilter(filter) != 0) _exit(kNotInstalled);
    }
    const long result = action();
    _exit(result < 0 ? static_cast<int>(-result) : 0);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return {kNotInstalled, 0};
  if (WIFSIGNALED(status)) return {0, WTERMSIG(status)};
  return {WEXITSTATUS(status), 0};
}

void Expect(const char* name, std::span<const FilterGroup> groups, Action action, const Ending& expected) {
  const Ending control = RunChild(action, {});
  const Ending filtered = RunChild(action, groups);
  if (expected == Ending{} && control != expected) {
    printf("skip %s: fails without the filter too: %s\n", name, Describe(control).c_str());
  } else if (filtered != expected) {
    Report(name, Describe(filtered) + " instead of " + Describe(expected));
  } else if (control == filtered && expected != Ending{}) {
    printf("skip %s: this kernel answers the same without the filter\n", name);
  } else {
    Report(name, "");
  }
}

constexpr FilterGroup kBase[] = {FilterGroup::kBase};
constexpr FilterGroup kNoInet[] = {FilterGroup::kBase, FilterGroup::kNoInet};
constexpr FilterGroup kNoUnix[] = {FilterGroup::kBase, FilterGroup::kNoUnix};
constexpr FilterGroup kNoMetadata[] = {FilterGroup::kBase, FilterGroup::kNoMetadata};
constexpr FilterGroup kNoIpc[] = {FilterGroup::kBase, FilterGroup::kNoIpc};
constexpr FilterGroup kNoForeignPids[] = {FilterGroup::kBase, FilterGroup::kNoForeignPids};
constexpr FilterGroup kAll[] = {FilterGroup::kBase,       FilterGroup::kNoInet, FilterGroup::kNoUnix,
                                FilterGroup::kNoMetadata, FilterGroup::kNoIpc,  FilterGroup::kNoForeignPids};

constexpr long kDirtyHigh = static_cast<long>(0xdeadbeef00000000);

// The arguments are chosen to do nothing where the call gets through, and to fail otherwise than the filter
// does.
void TestRefusedCalls() {
  Expect("ptrace", kBase, [] { return RawSyscall(__NR_ptrace, 0x4206, 0x7fffffff); }, {EPERM});
  Expect("process_vm_readv", kBase, [] { return RawSyscall(__NR_process_vm_readv, getpid()); }, {EPERM});
  Expect("kcmp", kBase, [] { return RawSyscall(__NR_kcmp, getpid(), getpid(), 2, 0, 0); }, {EPERM});
  Expect("pidfd_getfd", kBase, [] { return RawSyscall(kSysPidfdGetfd, -1, 0, 0); }, {EPERM});
  Expect("io_uring_setup", kBase, [] { return RawSyscall(kSysIoUringSetup, 0, nullptr); }, {ENOSYS});
  Expect("io_uring_enter", kBase, [] { return RawSyscall(kSysIoUringEnter, -1); }, {ENOSYS});
  Expect("clone3", kBase, [] { return RawSyscall(kSysClone3, nullptr, 0); }, {ENOSYS});
  Expect("setns", kBase, [] { return RawSyscall(__NR_setns, -1, 0); }, {EPERM});
  Expect("unshare user", kBase, [] { return RawSyscall(__NR_unshare, CLONE_NEWUSER); }, {EPERM});
  Expect("unshare high flag", kBase, [] { return RawSyscall(__NR_unshare, 1L << 40); }, {EPERM});
  Expect("clone user", kBase, [] { return RawSyscall(__NR_clone, CLONE_NEWUSER | CLONE_THREAD); }, {EPERM});
  Expect("mount", kBase, [] { return RawSyscall(__NR_mount, nullptr, nullptr, nullptr, 0, nullptr); },
         {EPERM});
  Expect("mount_setattr", kBase, [] { return RawSyscall(kSysMountSetattr, -1, "", 0, nullptr, 0); }, {EPERM});
  Expect("open_tree", kBase, [] { return RawSyscall(kSysOpenTree, AT_FDCWD, "/", 0); }, {EPERM});
  Expect("chroot", kBase, [] { return RawSyscall(__NR_chroot, nullptr); }, {EPERM});
  Expect("bpf", kBase, [] { return RawSyscall(__NR_bpf, -1, nullptr, 0); }, {EPERM});
  Expect("perf_event_open", kBase, [] { return RawSyscall(__NR_perf_event_open, nullptr, 0, -1, -1, 0); },
         {EPERM});
  Expect("userfaultfd", kBase, [] { return RawSyscall(__NR_userfaultfd, 1); }, {EPERM});
  Expect("open_by_handle_at", kBase, [] { return RawSyscall(__NR_open_by_handle_at, -1, nullptr, 0); },
         {EPERM});
  Expect("keyctl", kBase, [] { return RawSyscall(__NR_keyctl, KEYCTL_GET_KEYRING_ID, -3, 0); }, {ENOSYS});
  Expect("add_key", kBase, [] { return RawSyscall(__NR_add_key, nullptr, nullptr, nullptr, 0, -3); },
         {ENOSYS});
  Expect("reboot", kBase, [] { return RawSyscall(__NR_reboot, 0, 0, 0, nullptr); }, {EPERM});
  Expect("sethostname", kBase, [] { return RawSyscall(__NR_sethostname, nullptr, -1); }, {EPERM});
  Expect("clock_settime", kBase, [] { return RawSyscall(__NR_clock_settime, 0, nullptr); }, {EPERM});
  Expect("adjtimex", kBase, [] { return RawSyscall(__NR_adjtimex, nullptr); }, {EPERM});
  Expect("personality", kBase, [] { return RawSyscall(__NR_personality, 0x400000); }, {EPERM});
  Expect("fchmod", kNoMetadata, [] { return RawSyscall(__NR_fchmod, -1, 0); }, {EPERM});
  Expect("utimensat", kNoMetadata, [] { return RawSyscall(__NR_utimensat, -1, nullptr, nullptr, 0); },
         {EPERM});
  Expect("fsetxattr", kNoMetadata, [] { return RawSyscall(__NR_fsetxattr, -1, "user.a", "", 0, 0); },
         {EPERM});
  Expect("FS_IOC_SETFLAGS", kNoMetadata, [] { return RawSyscall(__NR_ioctl, -1, 0x40086602, nullptr); },
         {EPERM});
  Expect("shmget", kNoIpc, [] { return RawSyscall(__NR_shmget, -1, 0, 0); }, {EPERM});
  Expect("mq_open", kNoIpc, [] { return RawSyscall(__NR_mq_open, nullptr, 0); }, {EPERM});
  Expect("prlimit64 of the parent", kNoForeignPids,
         [] { return RawSyscall(__NR_prlimit64, getppid(), RLIMIT_NOFILE, nullptr, nullptr); }, {EPERM});
  Expect("setpriority of the parent", kNoForeignPids,
         [] { return RawSyscall(__NR_setpriority, PRIO_PROCESS, getppid(), 0); }, {EPERM});
  Expect("sched_setaffinity of the parent", kNoForeignPids,
         [] { return RawSyscall(__NR_sched_setaffinity, getppid(), 0, nullptr); }, {EPERM});
}

long OpenSocket(int family, int type, int protocol) {
  return RawSyscall(__NR_socket, family, type, protocol);
}
long OpenPair(int family, int type) {
  int pair[2];
  return RawSyscall(__NR_socketpair, family, type, 0, &pair[0]);
}

void TestSockets() {
  Expect("route netlink", kBase, [] { return OpenSocket(AF_NETLINK, SOCK_RAW, 0); }, {EAFNOSUPPORT});
  Expect("generic netlink", kBase, [] { return OpenSocket(AF_NETLINK, SOCK_RAW, 16); }, {EAFNOSUPPORT});
  Expect("packet", kBase, [] { return OpenSocket(AF_PACKET, SOCK_RAW, 0); }, {EAFNOSUPPORT});
  Expect("alg", kBase, [] { return OpenSocket(AF_ALG, SOCK_SEQPACKET, 0); }, {EAFNOSUPPORT});
  Expect("vsock", kBase, [] { return OpenSocket(AF_VSOCK, SOCK_STREAM, 0); }, {EAFNOSUPPORT});
  Expect("raw", kBase, [] { return OpenSocket(AF_INET, SOCK_RAW, IPPROTO_ICMP); }, {EPERM});
  Expect("mptcp", kBase, [] { return OpenSocket(AF_INET, SOCK_STREAM, 262); }, {EPROTONOSUPPORT});
  Expect("udp-lite", kBase, [] { return OpenSocket(AF_INET6, SOCK_DGRAM, IPPROTO_UDPLITE); },
         {EPROTONOSUPPORT});
  Expect("tcp", kBase, [] { return OpenSocket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP); }, {});
  Expect("udp", kBase, [] { return OpenSocket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK, 0); }, {});
  Expect("unix", kBase, [] { return OpenSocket(AF_UNIX, SOCK_STREAM, 0); }, {});
  Expect("tcp with no-inet", kNoInet, [] { return OpenSocket(AF_INET, SOCK_STREAM, 0); }, {EACCES});
  Expect("udp 6 with no-inet", kNoInet, [] { return OpenSocket(AF_INET6, SOCK_DGRAM, 0); }, {EACCES});
  Expect("unix with no-unix", kNoUnix, [] { return OpenSocket(AF_UNIX, SOCK_STREAM, 0); }, {EACCES});
  Expect("dirty family with no-unix", kNoUnix,
         [] { return RawSyscall(__NR_socket, kDirtyHigh | AF_UNIX, kDirtyHigh | SOCK_STREAM, kDirtyHigh); },
         {EACCES});
  Expect("stream pair with no-unix", kNoUnix, [] { return OpenPair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC); },
         {});
  Expect("seqpacket pair with no-unix", kNoUnix, [] { return OpenPair(AF_UNIX, SOCK_SEQPACKET); }, {});
  Expect("datagram pair with no-unix", kNoUnix, [] { return OpenPair(AF_UNIX, SOCK_DGRAM); }, {EACCES});
  Expect("raw pair with no-unix", kNoUnix, [] { return OpenPair(AF_UNIX, SOCK_RAW); }, {EACCES});
  Expect("fast open by sendto", kBase, [] { return RawSyscall(__NR_sendto, -1, nullptr, 0, MSG_FASTOPEN); },
         {EOPNOTSUPP});
  Expect("fast open by sendmsg", kBase, [] { return RawSyscall(__NR_sendmsg, -1, nullptr, MSG_FASTOPEN); },
         {EOPNOTSUPP});
  Expect("fast open by sendmmsg", kBase,
         [] { return RawSyscall(__NR_sendmmsg, -1, nullptr, 1, MSG_FASTOPEN); }, {EOPNOTSUPP});
}

void TestControls() {
  Expect("TIOCSTI", kBase, [] { return RawSyscall(__NR_ioctl, -1, 0x5412, ""); }, {EPERM});
  Expect("dirty TIOCSTI", kBase, [] { return RawSyscall(__NR_ioctl, -1, kDirtyHigh | 0x5412, ""); }, {EPERM});
  Expect("TIOCLINUX", kBase, [] { return RawSyscall(__NR_ioctl, -1, 0x541c, ""); }, {EPERM});
  Expect("btrfs subvolume", kBase, [] { return RawSyscall(__NR_ioctl, -1, 0x5000940e, nullptr); }, {ENOTTY});
  Expect("dirty clone flags", kBase,
         [] { return RawSyscall(__NR_clone, kDirtyHigh | CLONE_NEWUSER | CLONE_THREAD); }, {EPERM});
  Expect("other controls", kAll,
         [] { return RawSyscall(__NR_ioctl, -1, TCGETS, nullptr) == -EBADF ? 0L : -EIO; }, {});
}

#if defined(__x86_64__)
// getpid by the 32-bit entry, where the number means something else.
long EnterBy32Bits() {
  long result = 0;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory", "r8", "r9", "r10", "r11");
  return result < 0 ? result : 0;
}

void TestForeignEntries() {
  Expect("32-bit entry", kBase, EnterBy32Bits, {0, SIGSYS});
  Expect("x32 number", kBase, [] { return RawSyscall(0x40000000 | __NR_getpid); }, {0, SIGSYS});
  Expect("x32 number of ptrace", kBase, [] { return RawSyscall(0x40000000 | 521, 0); }, {0, SIGSYS});
}
#endif

long RunThread() {
  pthread_t thread{};
  const int error = pthread_create(
      &thread, nullptr, [](void* value) -> void* { return value; }, nullptr);
  if (error != 0) return -error;
  return -pthread_join(thread, nullptr);
}

long RunTrue() {
  pid_t child = 0;
  char name[] = "true";
  char* const arguments[] = {&name[0], nullptr};
  const int error = posix_spawn(&child, "/bin/true", nullptr, nullptr, arguments, environ);
  if (error != 0) return -error;
  int status = 0;
  if (waitpid(child, &status, 0) != child) return -errno;
  return status == 0 ? 0 : -ECHILD;
}

long NestFilter() {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -errno;
  std::vector<sock_filter> program = CompileFilter(kAll);
  return InstallFilter({static_cast<unsigned short>(program.size()), program.data()});
}

long UseSignalDescriptor() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGUSR1);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  pollfd entry = {signalfd(-1, &signals, SFD_CLOEXEC), POLLIN, 0};
  if (entry.fd < 0 || kill(getpid(), SIGUSR1) != 0) return -errno;
  return poll(&entry, 1, 0) == 1 ? 0 : -EIO;
}

// What the launcher, our init and a sandbox inside the sandbox still do behind the filter.
void TestAllowedCalls() {
  Expect("threads", kAll, RunThread, {});
  Expect("fork, exec and wait", kAll, RunTrue, {});
  Expect("a second filter", kAll, NestFilter, {});
  Expect("signalfd, kill and poll", kAll, UseSignalDescriptor, {});
  Expect("close_range", kAll, [] { return RawSyscall(kSysCloseRange, 700, ~0U, 0); }, {});
  Expect("dup3", kAll, [] { return RawSyscall(__NR_dup3, 1, 700, O_CLOEXEC) == 700 ? 0L : -EIO; }, {});
  Expect("landlock", kAll, [] { return RawSyscall(kSysLandlockCreateRuleset, nullptr, 0, 1); }, {});
  Expect("pidfd_open", kAll, [] { return RawSyscall(kSysPidfdOpen, getpid(), 0); }, {});
  Expect("own limits", kAll,
         [] {
           rlimit limit{};
           return RawSyscall(__NR_prlimit64, 0, RLIMIT_NOFILE, nullptr, &limit);
         },
         {});
  Expect("own priority", kAll, [] { return RawSyscall(__NR_setpriority, PRIO_PROCESS, 0, 5); }, {});
  Expect("unshare files", kAll, [] { return RawSyscall(__NR_unshare, CLONE_FILES | CLONE_FS); }, {});
}

void TestInstall() {
  const long refused = InstallFilter({0, nullptr});
  Report("an empty program is refused", refused == -EINVAL ? "" : std::to_string(refused));
}

int Main() {
  TestInstall();
  TestRefusedCalls();
  TestSockets();
  TestControls();
#if defined(__x86_64__)
  TestForeignEntries();
#endif
  TestAllowedCalls();
  return failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace moated

int main() {
  return moated::Main();
}
