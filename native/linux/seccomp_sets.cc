#include "linux/seccomp_sets.h"

#include <linux/fs.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cerrno>

#include "linux/syscall_numbers.h"

namespace moated {
namespace {

// EPERM is what a program without privilege is used to. ENOSYS is for calls that programs know how to do
// without: they fall back in silence.

constexpr RefusedSyscall kAsynchronousIo[] = {
    {kSysIoUringSetup, "its operations open, connect and send without passing this filter"},
    {kSysIoUringEnter, "as io_uring_setup, for a ring that was handed over"},
    {kSysIoUringRegister, "as io_uring_setup, for a ring that was handed over"},
};

constexpr RefusedSyscall kOtherProcesses[] = {
    {__NR_ptrace, "controls another process"},
    {__NR_process_vm_readv, "reads the memory of another process"},
    {__NR_process_vm_writev, "writes the memory of another process"},
    {__NR_kcmp, "compares kernel objects of other processes"},
    {kSysPidfdGetfd, "takes a descriptor out of another process"},
    {kSysProcessMrelease, "frees the memory of another process"},
};

constexpr RefusedSyscall kOtherProcessesWithFallback[] = {
    {kSysProcessMadvise, "steers the memory of another process; allocators fall back to madvise"},
    {kSysListns, "lists the namespaces of the whole machine"},
};

constexpr RefusedSyscall kNamespaces[] = {
    {__NR_setns, "joins the namespaces of another process"},
};

// Its flags lie in memory, where a filter cannot see them. The C libraries, Go and Node fall back to clone.
constexpr RefusedSyscall kHiddenFlags[] = {
    {kSysClone3, "could make namespaces unseen"},
};

constexpr RefusedSyscall kMounts[] = {
    {__NR_mount, "changes what paths mean"},
    {__NR_umount2, "uncovers what a mount hides"},
    {__NR_pivot_root, "changes the root"},
    {__NR_chroot, "changes the root"},
    {kSysFchroot, "changes the root"},
    {kSysOpenTree, "copies a mount"},
    {kSysOpenTreeAttr, "copies a mount with other attributes"},
    {kSysMoveMount, "attaches a mount"},
    {kSysFsopen, "prepares a mount"},
    {kSysFsconfig, "prepares a mount"},
    {kSysFsmount, "makes a mount"},
    {kSysFspick, "changes a mounted file system"},
    {kSysMountSetattr, "makes a read-only mount writable"},
};

constexpr RefusedSyscall kKernelInterfaces[] = {
    {__NR_bpf, "loads programs into the kernel"},
    {__NR_perf_event_open, "observes the machine, with a long record of kernel bugs"},
    {__NR_userfaultfd, "stops the kernel in the middle of a copy, the usual aid of exploits"},
    {__NR_fanotify_init, "watches and decides the file accesses of others"},
    {__NR_fanotify_mark, "as fanotify_init, for a group that was handed over"},
    {__NR_open_by_handle_at, "opens an inode without walking a path, past hidden directories"},
    {__NR_lookup_dcookie, "reads paths from the kernel's profiler"},
    {__NR_syslog, "reads the kernel's log"},
};

// Not one of them belongs to a namespace: what one process stores, others of the same user find.
constexpr RefusedSyscall kKeyrings[] = {
    {__NR_add_key, "stores in keyrings that reach beyond the run"},
    {__NR_request_key, "reads keyrings and starts a helper of the host as root"},
    {__NR_keyctl, "reads and changes keyrings that reach beyond the run"},
};

constexpr RefusedSyscall kMachine[] = {
    {__NR_swapon, "administers the machine"},
    {__NR_swapoff, "administers the machine"},
    {__NR_quotactl, "administers file systems"},
    {kSysQuotactlFd, "administers file systems"},
    {__NR_acct, "writes a record of every process to a file"},
    {__NR_init_module, "loads code into the kernel"},
    {__NR_finit_module, "loads code into the kernel"},
    {__NR_delete_module, "removes code from the kernel"},
    {__NR_kexec_load, "replaces the kernel"},
    {__NR_kexec_file_load, "replaces the kernel"},
    {__NR_reboot, "stops the machine"},
    {__NR_vhangup, "cuts off a terminal"},
    {MOATED_X86_64_ONLY(iopl), "drives hardware"},
    {MOATED_X86_64_ONLY(ioperm), "drives hardware"},
    {__NR_clock_settime, "sets the clock"},
    {__NR_clock_adjtime, "sets the clock"},
    {__NR_settimeofday, "sets the clock"},
    {__NR_adjtimex, "sets the clock"},
    {__NR_sethostname, "renames the machine"},
    {__NR_setdomainname, "renames the machine"},
};

constexpr RefusedSyscall kObsolete[] = {
    {MOATED_X86_64_ONLY(nfsservctl), "gone from the kernel"},
    {MOATED_X86_64_ONLY(modify_ldt), "segments of 16-bit programs, with a long record of kernel bugs"},
    {MOATED_X86_64_ONLY(uselib), "loads a library by a path of its own"},
    {MOATED_X86_64_ONLY(ustat), "replaced by statfs"},
    {MOATED_X86_64_ONLY(sysfs), "replaced by /proc/filesystems"},
    {MOATED_X86_64_ONLY(_sysctl), "replaced by /proc/sys"},
    {MOATED_X86_64_ONLY(create_module), "gone from the kernel"},
    {MOATED_X86_64_ONLY(query_module), "gone from the kernel"},
    {MOATED_X86_64_ONLY(get_kernel_syms), "gone from the kernel"},
};

// Landlock restricts none of them, and all of them take a path or a read-only descriptor.
constexpr RefusedSyscall kMetadata[] = {
    {MOATED_X86_64_ONLY(chmod), "changes the mode of a file"},
    {__NR_fchmod, "changes the mode of a file"},
    {__NR_fchmodat, "changes the mode of a file"},
    {kSysFchmodat2, "changes the mode of a file"},
    {MOATED_X86_64_ONLY(chown), "changes the owner of a file"},
    {MOATED_X86_64_ONLY(lchown), "changes the owner of a file"},
    {__NR_fchown, "changes the owner of a file"},
    {__NR_fchownat, "changes the owner of a file"},
    {MOATED_X86_64_ONLY(utime), "changes the times of a file"},
    {MOATED_X86_64_ONLY(utimes), "changes the times of a file"},
    {MOATED_X86_64_ONLY(futimesat), "changes the times of a file"},
    {__NR_utimensat, "changes the times of a file"},
    {__NR_setxattr, "changes an extended attribute"},
    {__NR_lsetxattr, "changes an extended attribute"},
    {__NR_fsetxattr, "changes an extended attribute"},
    {kSysSetxattrat, "changes an extended attribute"},
    {__NR_removexattr, "removes an extended attribute"},
    {__NR_lremovexattr, "removes an extended attribute"},
    {__NR_fremovexattr, "removes an extended attribute"},
    {kSysRemovexattrat, "removes an extended attribute"},
    {kSysFileSetattr, "changes the flags of an inode"},
};

constexpr RefusedSyscall kIpc[] = {
    {__NR_shmget, "reaches the host's System V shared memory"},
    {__NR_shmat, "reaches the host's System V shared memory"},
    {__NR_shmctl, "reaches the host's System V shared memory"},
    {__NR_shmdt, "of no use without shmat"},
    {__NR_semget, "reaches the host's System V semaphores"},
    {__NR_semop, "reaches the host's System V semaphores"},
    {__NR_semtimedop, "reaches the host's System V semaphores"},
    {__NR_semctl, "reaches the host's System V semaphores"},
    {__NR_msgget, "reaches the host's System V message queues"},
    {__NR_msgsnd, "reaches the host's System V message queues"},
    {__NR_msgrcv, "reaches the host's System V message queues"},
    {__NR_msgctl, "reaches the host's System V message queues"},
    {__NR_mq_open, "reaches the host's POSIX message queues"},
    {__NR_mq_unlink, "removes the host's POSIX message queues"},
    {__NR_mq_timedsend, "of no use without mq_open"},
    {__NR_mq_timedreceive, "of no use without mq_open"},
    {__NR_mq_notify, "of no use without mq_open"},
    {__NR_mq_getsetattr, "of no use without mq_open"},
};

constexpr SyscallSet kSyscallSets[] = {
    {FilterGroup::kBase, "asynchronous-io", ENOSYS, kAsynchronousIo},
    {FilterGroup::kBase, "other-processes", EPERM, kOtherProcesses},
    {FilterGroup::kBase, "other-processes-with-fallback", ENOSYS, kOtherProcessesWithFallback},
    {FilterGroup::kBase, "namespaces", EPERM, kNamespaces},
    {FilterGroup::kBase, "hidden-flags", ENOSYS, kHiddenFlags},
    {FilterGroup::kBase, "mounts", EPERM, kMounts},
    {FilterGroup::kBase, "kernel-interfaces", EPERM, kKernelInterfaces},
    {FilterGroup::kBase, "keyrings", ENOSYS, kKeyrings},
    {FilterGroup::kBase, "machine", EPERM, kMachine},
    {FilterGroup::kBase, "obsolete", ENOSYS, kObsolete},
    {FilterGroup::kNoMetadata, "metadata", EPERM, kMetadata},
    {FilterGroup::kNoIpc, "ipc", EPERM, kIpc},
};

using Values = std::span<const std::uint32_t>;

constexpr std::uint32_t kZero[] = {0};

constexpr ArgumentTest Is(std::uint8_t argument, Values values, std::uint32_t mask = ~0U) {
  return {argument, mask, true, values};
}

constexpr ArgumentTest IsNot(std::uint8_t argument, Values values, std::uint32_t mask = ~0U) {
  return {argument, mask, false, values};
}

constexpr ArgumentTest HasAnyBit(std::uint8_t argument, std::uint32_t bits) {
  return {argument, bits, false, kZero};
}

// Sockets. The type carries SOCK_CLOEXEC and SOCK_NONBLOCK above SOCK_TYPE_MASK.
constexpr std::uint32_t kTypeMask = 0xf;
constexpr std::uint32_t kUnix[] = {AF_UNIX};
constexpr std::uint32_t kInet[] = {AF_INET, AF_INET6};
constexpr std::uint32_t kFamilies[] = {AF_UNIX, AF_INET, AF_INET6};
constexpr std::uint32_t kInetTypes[] = {SOCK_STREAM, SOCK_DGRAM};
constexpr std::uint32_t kInetProtocols[] = {IPPROTO_IP, IPPROTO_TCP, IPPROTO_UDP};
constexpr std::uint32_t kConnectedTypes[] = {SOCK_STREAM, SOCK_SEQPACKET};

constexpr ArgumentTest kInetFamily[] = {Is(0, kInet)};
constexpr ArgumentTest kUnixFamily[] = {Is(0, kUnix)};
constexpr ArgumentTest kUnixUnconnected[] = {Is(0, kUnix), IsNot(1, kConnectedTypes, kTypeMask)};
constexpr ArgumentTest kOtherFamily[] = {IsNot(0, kFamilies)};
constexpr ArgumentTest kOtherPairFamily[] = {IsNot(0, kUnix)};
constexpr ArgumentTest kOtherInetType[] = {Is(0, kInet), IsNot(1, kInetTypes, kTypeMask)};
constexpr ArgumentTest kOtherInetProtocol[] = {Is(0, kInet), IsNot(2, kInetProtocols)};
constexpr ArgumentTest kFastOpenInFourth[] = {HasAnyBit(3, MSG_FASTOPEN)};
constexpr ArgumentTest kFastOpenInThird[] = {HasAnyBit(2, MSG_FASTOPEN)};

// Namespaces. CLONE_NEWTIME overlaps the exit signal of clone, which cannot ask for it; unshare can.
constexpr std::uint32_t kNewNamespaces =
    CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
constexpr std::uint32_t kUnshareable = CLONE_FILES | CLONE_FS | CLONE_SYSVSEM;
constexpr ArgumentTest kClonesNamespace[] = {HasAnyBit(0, kNewNamespaces)};
constexpr ArgumentTest kUnsharesNamespace[] = {HasAnyBit(0, ~kUnshareable)};
constexpr ArgumentTest kUnsharesUnknown[] = {{0, ~0U, false, kZero, ArgumentTest::Half::kHigh}};

// Device and file controls: `unsigned int` in the kernel, with the subsystem in the second byte. Btrfs has
// 0x94 to itself but for four controls of every file system: FICLONE, FICLONERANGE, FS_IOC_GETFSLABEL,
// FIDEDUPERANGE.
constexpr std::uint32_t kTerminalControls[] = {TIOCSTI, TIOCLINUX, TIOCSETD, TIOCCONS};
constexpr std::uint32_t kSubvolumeTypes[] = {0x9400 /* btrfs */, 0xbc00 /* bcachefs */};
constexpr std::uint32_t kSharedWithBtrfs[] = {9, 13, 49, 54};
constexpr std::uint32_t kSealControls[] = {0x40806685 /* FS_IOC_ENABLE_VERITY */,
                                           0x800c6613 /* FS_IOC_SET_ENCRYPTION_POLICY */};
constexpr std::uint32_t kInodeControls[] = {FS_IOC_SETFLAGS,     FS_IOC32_SETFLAGS,
                                            FS_IOC_FSSETXATTR,   FS_IOC_SETVERSION,
                                            FS_IOC32_SETVERSION, 0x40086604 /* EXT4_IOC_SETVERSION */,
                                            0x40047211 /* FAT_IOCTL_SET_ATTRIBUTES */};
constexpr ArgumentTest kDrivesTerminal[] = {Is(1, kTerminalControls)};
constexpr ArgumentTest kDrivesSubvolumes[] = {Is(1, kSubvolumeTypes, 0xff00),
                                              IsNot(1, kSharedWithBtrfs, 0xff)};
constexpr ArgumentTest kSealsFile[] = {Is(1, kSealControls)};
constexpr ArgumentTest kSetsInodeFlags[] = {Is(1, kInodeControls)};

// PER_LINUX, PER_LINUX32, each with UNAME26, ADDR_NO_RANDOMIZE (sanitizers and SBCL start themselves again
// with it), and the question for the current one.
constexpr std::uint32_t kPersonalities[] = {0, 0x8, 0x20000, 0x20008, 0x40000, 0xffffffff};
constexpr std::uint32_t kMemoryMapOptions[] = {PR_SET_MM};
constexpr ArgumentTest kOddPersonality[] = {IsNot(0, kPersonalities)};
constexpr ArgumentTest kEditsMemoryMap[] = {Is(0, kMemoryMapOptions)};

// Processes by number. Zero is the caller itself; PRIO_USER and IOPRIO_WHO_USER mean every process of the
// user.
constexpr std::uint32_t kPriorityTargets[] = {PRIO_PROCESS, PRIO_PGRP};
constexpr std::uint32_t kIoPriorityTargets[] = {1 /* IOPRIO_WHO_PROCESS */, 2 /* IOPRIO_WHO_PGRP */};
constexpr ArgumentTest kForeignInFirst[] = {IsNot(0, kZero)};
constexpr ArgumentTest kForeignInSecond[] = {IsNot(1, kZero)};
constexpr ArgumentTest kPriorityOfUser[] = {IsNot(0, kPriorityTargets)};
constexpr ArgumentTest kIoPriorityOfUser[] = {IsNot(0, kIoPriorityTargets)};

constexpr Because kForeignReason = "changes how a process outside of the run is scheduled or limited";
constexpr Because kFastOpenReason = "connects without connect, past Landlock's port rules";

// The order counts where two rules of one call apply: a family that the policy refuses is refused as such.
constexpr ArgumentRule kArgumentRules[] = {
    {FilterGroup::kNoInet, __NR_socket, EACCES, kInetFamily, "reaches the network"},
    {FilterGroup::kNoUnix, __NR_socket, EACCES, kUnixFamily, "reaches services of the host by path"},
    {FilterGroup::kNoUnix, __NR_socketpair, EACCES, kUnixUnconnected,
     "a datagram socket can send to any path"},
    {FilterGroup::kBase, __NR_socket, EAFNOSUPPORT, kOtherFamily,
     "netlink, packet, vsock, alg and their like"},
    {FilterGroup::kBase, __NR_socket, EPERM, kOtherInetType, "raw packets"},
    {FilterGroup::kBase, __NR_socket, EPROTONOSUPPORT, kOtherInetProtocol,
     "MPTCP, SMC, SCTP, UDP-Lite and ICMP, which Landlock's port rules do not see"},
    {FilterGroup::kBase, __NR_socketpair, EAFNOSUPPORT, kOtherPairFamily, "only AF_UNIX has useful pairs"},
    // The answer of a kernel whose TCP Fast Open is switched off.
    {FilterGroup::kBase, __NR_sendto, EOPNOTSUPP, kFastOpenInFourth, kFastOpenReason},
    {FilterGroup::kBase, __NR_sendmsg, EOPNOTSUPP, kFastOpenInThird, kFastOpenReason},
    {FilterGroup::kBase, __NR_sendmmsg, EOPNOTSUPP, kFastOpenInFourth, kFastOpenReason},

    {FilterGroup::kBase, __NR_clone, EPERM, kClonesNamespace,
     "a user namespace gives every capability in it"},
    {FilterGroup::kBase, __NR_unshare, EPERM, kUnsharesNamespace,
     "a user namespace gives every capability in it"},
    {FilterGroup::kBase, __NR_unshare, EPERM, kUnsharesUnknown, "no such flag yet"},

    {FilterGroup::kBase, __NR_ioctl, EPERM, kDrivesTerminal,
     "types into, or redirects, a terminal of the host"},
    // "Not a file system of that kind". Verified on btrfs: an ordinary user in a Landlock domain made a
    // subvolume where nothing may be created, and read a hidden file through a snapshot.
    {FilterGroup::kBase, __NR_ioctl, ENOTTY, kDrivesSubvolumes,
     "makes, copies and removes whole subvolumes on a read-only descriptor, unseen by Landlock"},
    {FilterGroup::kBase, __NR_ioctl, EOPNOTSUPP, kSealsFile, "seals a file on a read-only descriptor"},
    {FilterGroup::kNoMetadata, __NR_ioctl, EPERM, kSetsInodeFlags, "changes the flags of an inode"},

    {FilterGroup::kBase, __NR_personality, EPERM, kOddPersonality, "emulations of other systems"},
    {FilterGroup::kBase, __NR_prctl, EPERM, kEditsMemoryMap, "for checkpoint and restore only"},

    {FilterGroup::kNoForeignPids, __NR_prlimit64, EPERM, kForeignInFirst, kForeignReason},
    {FilterGroup::kNoForeignPids, __NR_sched_setparam, EPERM, kForeignInFirst, kForeignReason},
    {FilterGroup::kNoForeignPids, __NR_sched_setscheduler, EPERM, kForeignInFirst, kForeignReason},
    {FilterGroup::kNoForeignPids, __NR_sched_setaffinity, EPERM, kForeignInFirst, kForeignReason},
    {FilterGroup::kNoForeignPids, __NR_sched_setattr, EPERM, kForeignInFirst, kForeignReason},
    {FilterGroup::kNoForeignPids, __NR_migrate_pages, EPERM, kForeignInFirst, kForeignReason},
    {FilterGroup::kNoForeignPids, __NR_move_pages, EPERM, kForeignInFirst, kForeignReason},
    {FilterGroup::kNoForeignPids, __NR_setpriority, EPERM, kPriorityOfUser, kForeignReason},
    {FilterGroup::kNoForeignPids, __NR_setpriority, EPERM, kForeignInSecond, kForeignReason},
    {FilterGroup::kNoForeignPids, __NR_ioprio_set, EPERM, kIoPriorityOfUser, kForeignReason},
    {FilterGroup::kNoForeignPids, __NR_ioprio_set, EPERM, kForeignInSecond, kForeignReason},
};

struct GroupName {
  std::string_view name;
  FilterGroup group;
};

constexpr GroupName kGroupNames[] = {
    {"base", FilterGroup::kBase},      {"no-inet", FilterGroup::kNoInet},
    {"no-unix", FilterGroup::kNoUnix}, {"no-metadata", FilterGroup::kNoMetadata},
    {"no-ipc", FilterGroup::kNoIpc},   {"no-foreign-pids", FilterGroup::kNoForeignPids},
};

}  // namespace

std::optional<FilterGroup> ParseFilterGroup(std::string_view name) {
  for (const GroupName& entry : kGroupNames) {
    if (entry.name == name) return entry.group;
  }
  return std::nullopt;
}

std::span<const SyscallSet> SyscallSets() {
  return kSyscallSets;
}

std::span<const ArgumentRule> ArgumentRules() {
  return kArgumentRules;
}

}  // namespace moated
