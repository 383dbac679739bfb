// What single calls must get, written by hand from the promises of each group and not from the sets.
#pragma once

#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>

#include "linux/syscall_numbers.h"

namespace moated {

using Arguments = std::array<std::uint64_t, 6>;

inline constexpr std::uint32_t kAllow = SECCOMP_RET_ALLOW;

constexpr std::uint32_t Fails(int error) {
  return SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error);
}

struct Case {
  const char* name;
  int number;
  Arguments arguments;
  std::uint32_t action;
};

inline constexpr Case kBaseCases[] = {
    {"read", __NR_read, {}, kAllow},
    {"execve", __NR_execve, {}, kAllow},
    {"seccomp", __NR_seccomp, {}, kAllow},
    {"landlock_restrict_self", kSysLandlockRestrictSelf, {}, kAllow},
    {"close_range", kSysCloseRange, {}, kAllow},
    {"newest call", kNewestSyscall, {}, Fails(EPERM)},
    {"call after the newest", kNewestSyscall + 1, {}, Fails(ENOSYS)},
    {"io_uring_setup", 425, {}, Fails(ENOSYS)},
    {"io_uring_enter", 426, {}, Fails(ENOSYS)},
    {"io_uring_register", 427, {}, Fails(ENOSYS)},
    {"clone3", 435, {}, Fails(ENOSYS)},
    {"pidfd_getfd", 438, {}, Fails(EPERM)},
    {"mount_setattr", 442, {}, Fails(EPERM)},
    {"open_tree_attr", 467, {}, Fails(EPERM)},
    {"ptrace", __NR_ptrace, {}, Fails(EPERM)},
    {"keyctl", __NR_keyctl, {}, Fails(ENOSYS)},
    {"chmod is not of this group", __NR_fchmod, {}, kAllow},
    {"unix socket", __NR_socket, {AF_UNIX, SOCK_STREAM}, kAllow},
    {"tcp", __NR_socket, {AF_INET, SOCK_STREAM}, kAllow},
    {"tcp close-on-exec non-blocking",
     __NR_socket,
     {AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 6},
     kAllow},
    {"udp", __NR_socket, {AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 17}, kAllow},
    {"mptcp", __NR_socket, {AF_INET, SOCK_STREAM, 262}, Fails(EPROTONOSUPPORT)},
    {"smc over inet", __NR_socket, {AF_INET6, SOCK_STREAM, 256}, Fails(EPROTONOSUPPORT)},
    {"udp-lite", __NR_socket, {AF_INET, SOCK_DGRAM, 136}, Fails(EPROTONOSUPPORT)},
    {"ping socket", __NR_socket, {AF_INET, SOCK_DGRAM, 1}, Fails(EPROTONOSUPPORT)},
    {"sctp", __NR_socket, {AF_INET, SOCK_STREAM, 132}, Fails(EPROTONOSUPPORT)},
    {"raw socket", __NR_socket, {AF_INET, SOCK_RAW, 6}, Fails(EPERM)},
    {"packet socket by type", __NR_socket, {AF_INET, 10, 0}, Fails(EPERM)},
    {"dccp", __NR_socket, {AF_INET, 6, 33}, Fails(EPERM)},
    {"unspecified family", __NR_socket, {AF_UNSPEC, SOCK_STREAM}, Fails(EAFNOSUPPORT)},
    {"route netlink", __NR_socket, {AF_NETLINK, SOCK_RAW, 0}, Fails(EAFNOSUPPORT)},
    {"audit netlink", __NR_socket, {AF_NETLINK, SOCK_RAW, 9}, Fails(EAFNOSUPPORT)},
    {"packet", __NR_socket, {AF_PACKET, SOCK_RAW}, Fails(EAFNOSUPPORT)},
    {"alg", __NR_socket, {38, SOCK_SEQPACKET}, Fails(EAFNOSUPPORT)},
    {"vsock", __NR_socket, {40, SOCK_STREAM}, Fails(EAFNOSUPPORT)},
    {"smc", __NR_socket, {43, SOCK_STREAM}, Fails(EAFNOSUPPORT)},
    {"xdp", __NR_socket, {44, SOCK_RAW}, Fails(EAFNOSUPPORT)},
    {"negative family", __NR_socket, {0xffffffff, SOCK_STREAM}, Fails(EAFNOSUPPORT)},
    {"stream pair", __NR_socketpair, {AF_UNIX, SOCK_STREAM}, kAllow},
    {"datagram pair", __NR_socketpair, {AF_UNIX, SOCK_DGRAM}, kAllow},
    {"tipc pair", __NR_socketpair, {30, SOCK_STREAM}, Fails(EAFNOSUPPORT)},
    {"sendto", __NR_sendto, {3, 0, 0, MSG_NOSIGNAL}, kAllow},
    {"sendto fast open", __NR_sendto, {3, 0, 0, MSG_NOSIGNAL | MSG_FASTOPEN}, Fails(EOPNOTSUPP)},
    {"sendto length is no flag", __NR_sendto, {3, 0, MSG_FASTOPEN, 0}, kAllow},
    {"sendmsg fast open", __NR_sendmsg, {3, 0, MSG_FASTOPEN}, Fails(EOPNOTSUPP)},
    {"sendmmsg fast open", __NR_sendmmsg, {3, 0, 1, MSG_FASTOPEN | MSG_DONTWAIT}, Fails(EOPNOTSUPP)},
    {"fork", __NR_clone, {17}, kAllow},
    {"thread", __NR_clone, {0x3d0f00}, kAllow},
    {"exit signal over CLONE_NEWTIME", __NR_clone, {0x80}, kAllow},
    {"clone user namespace", __NR_clone, {CLONE_NEWUSER | 17}, Fails(EPERM)},
    {"clone mount namespace", __NR_clone, {CLONE_NEWNS | 17}, Fails(EPERM)},
    {"clone pid namespace", __NR_clone, {CLONE_NEWPID | 17}, Fails(EPERM)},
    {"clone network namespace", __NR_clone, {CLONE_NEWNET | 17}, Fails(EPERM)},
    {"clone ipc namespace", __NR_clone, {CLONE_NEWIPC | 17}, Fails(EPERM)},
    {"clone uts namespace", __NR_clone, {CLONE_NEWUTS | 17}, Fails(EPERM)},
    {"clone cgroup namespace", __NR_clone, {CLONE_NEWCGROUP | 17}, Fails(EPERM)},
    {"unshare files", __NR_unshare, {CLONE_FILES | CLONE_FS}, kAllow},
    {"unshare user", __NR_unshare, {CLONE_NEWUSER}, Fails(EPERM)},
    {"unshare time", __NR_unshare, {0x80}, Fails(EPERM)},
    {"unshare empty mounts", __NR_unshare, {0x100000}, Fails(EPERM)},
    {"unshare high flag", __NR_unshare, {1ULL << 37}, Fails(EPERM)},
    {"ioctl TCGETS", __NR_ioctl, {0, TCGETS}, kAllow},
    {"ioctl FIONREAD", __NR_ioctl, {0, FIONREAD}, kAllow},
    {"ioctl TIOCSCTTY", __NR_ioctl, {0, TIOCSCTTY}, kAllow},
    {"ioctl TIOCSTI", __NR_ioctl, {0, 0x5412}, Fails(EPERM)},
    {"ioctl TIOCLINUX", __NR_ioctl, {0, 0x541c}, Fails(EPERM)},
    {"ioctl TIOCSETD", __NR_ioctl, {0, 0x5423}, Fails(EPERM)},
    {"ioctl TIOCCONS", __NR_ioctl, {0, 0x541d}, Fails(EPERM)},
    {"ioctl FICLONE", __NR_ioctl, {0, 0x40049409}, kAllow},
    {"ioctl FICLONERANGE", __NR_ioctl, {0, 0x4020940d}, kAllow},
    {"ioctl FIDEDUPERANGE", __NR_ioctl, {0, 0xc0189436}, kAllow},
    {"ioctl btrfs subvolume", __NR_ioctl, {0, 0x5000940e}, Fails(ENOTTY)},
    {"ioctl btrfs subvolume v2", __NR_ioctl, {0, 0x50009418}, Fails(ENOTTY)},
    {"ioctl btrfs snapshot", __NR_ioctl, {0, 0x50009401}, Fails(ENOTTY)},
    {"ioctl btrfs snapshot v2", __NR_ioctl, {0, 0x50009417}, Fails(ENOTTY)},
    {"ioctl btrfs destroy", __NR_ioctl, {0, 0x5000940f}, Fails(ENOTTY)},
    {"ioctl bcachefs subvolume", __NR_ioctl, {0, 0x4020bc10}, Fails(ENOTTY)},
    {"ioctl file system label", __NR_ioctl, {0, 0x81009431}, kAllow},
    {"ioctl verity", __NR_ioctl, {0, 0x40806685}, Fails(EOPNOTSUPP)},
    {"ioctl set flags is not of this group", __NR_ioctl, {0, 0x40086602}, kAllow},
    {"personality query", __NR_personality, {0xffffffff}, kAllow},
    {"personality linux", __NR_personality, {0}, kAllow},
    {"personality read implies exec", __NR_personality, {0x400000}, Fails(EPERM)},
    {"personality svr4", __NR_personality, {0x4100001}, Fails(EPERM)},
    {"prctl no_new_privs", __NR_prctl, {PR_SET_NO_NEW_PRIVS, 1}, kAllow},
    {"prctl seccomp", __NR_prctl, {PR_SET_SECCOMP, 2}, kAllow},
    {"prctl memory map", __NR_prctl, {PR_SET_MM, 1}, Fails(EPERM)},
    {"prlimit64 of another is not of this group", __NR_prlimit64, {1}, kAllow},
};

inline constexpr Case kNoInetCases[] = {
    {"tcp", __NR_socket, {AF_INET, SOCK_STREAM}, Fails(EACCES)},
    {"udp 6", __NR_socket, {AF_INET6, SOCK_DGRAM}, Fails(EACCES)},
    {"raw", __NR_socket, {AF_INET, SOCK_RAW, 1}, Fails(EACCES)},
    {"unix", __NR_socket, {AF_UNIX, SOCK_STREAM}, kAllow},
    {"netlink", __NR_socket, {AF_NETLINK, SOCK_RAW, 9}, Fails(EAFNOSUPPORT)},
};

inline constexpr Case kNoUnixCases[] = {
    {"stream", __NR_socket, {AF_UNIX, SOCK_STREAM}, Fails(EACCES)},
    {"datagram", __NR_socket, {AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC}, Fails(EACCES)},
    {"tcp", __NR_socket, {AF_INET, SOCK_STREAM}, kAllow},
    {"stream pair", __NR_socketpair, {AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC}, kAllow},
    {"seqpacket pair", __NR_socketpair, {AF_UNIX, SOCK_SEQPACKET}, kAllow},
    {"datagram pair", __NR_socketpair, {AF_UNIX, SOCK_DGRAM}, Fails(EACCES)},
    {"raw pair, which is a datagram pair",
     __NR_socketpair,
     {AF_UNIX, SOCK_RAW | SOCK_NONBLOCK},
     Fails(EACCES)},
};

inline constexpr Case kNoMetadataCases[] = {
    {"fchmod", __NR_fchmod, {}, Fails(EPERM)},
    {"fchmodat2", 452, {}, Fails(EPERM)},
    {"fchownat", __NR_fchownat, {}, Fails(EPERM)},
    {"utimensat", __NR_utimensat, {}, Fails(EPERM)},
    {"setxattrat", 463, {}, Fails(EPERM)},
    {"getxattrat", 464, {}, kAllow},
    {"removexattrat", 466, {}, Fails(EPERM)},
    {"file_getattr", 468, {}, kAllow},
    {"file_setattr", 469, {}, Fails(EPERM)},
    {"ioctl get flags", __NR_ioctl, {0, 0x80086601}, kAllow},
    {"ioctl set flags", __NR_ioctl, {0, 0x40086602}, Fails(EPERM)},
    {"ioctl set flags of 32 bits", __NR_ioctl, {0, 0x40046602}, Fails(EPERM)},
    {"ioctl set project", __NR_ioctl, {0, 0x401c5820}, Fails(EPERM)},
    {"ioctl set version", __NR_ioctl, {0, 0x40087602}, Fails(EPERM)},
};

inline constexpr Case kNoIpcCases[] = {
    {"shmget", __NR_shmget, {}, Fails(EPERM)}, {"msgsnd", __NR_msgsnd, {}, Fails(EPERM)},
    {"semop", __NR_semop, {}, Fails(EPERM)},   {"mq_open", __NR_mq_open, {}, Fails(EPERM)},
    {"mmap", __NR_mmap, {}, kAllow},           {"futex", __NR_futex, {}, kAllow},
};

inline constexpr Case kNoForeignPidsCases[] = {
    {"prlimit64 of self", __NR_prlimit64, {0, 7}, kAllow},
    {"prlimit64 of another", __NR_prlimit64, {1, 7}, Fails(EPERM)},
    {"sched_setaffinity of self", __NR_sched_setaffinity, {0, 8}, kAllow},
    {"sched_setaffinity of another", __NR_sched_setaffinity, {4711, 8}, Fails(EPERM)},
    {"setpriority of self", __NR_setpriority, {0, 0, 5}, kAllow},
    {"setpriority of own group", __NR_setpriority, {1, 0, 5}, kAllow},
    {"setpriority of another", __NR_setpriority, {0, 4711, 5}, Fails(EPERM)},
    {"setpriority of the user", __NR_setpriority, {2, 0, 5}, Fails(EPERM)},
    {"ioprio_set of self", __NR_ioprio_set, {1, 0, 0}, kAllow},
    {"ioprio_set of the user", __NR_ioprio_set, {3, 0, 0}, Fails(EPERM)},
    {"ioprio_set of another", __NR_ioprio_set, {1, 4711, 0}, Fails(EPERM)},
    {"move_pages of another", __NR_move_pages, {1}, Fails(EPERM)},
    {"kill is a matter of Landlock", __NR_kill, {1, 9}, kAllow},
};

}  // namespace moated
