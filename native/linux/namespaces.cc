#include "linux/namespaces.h"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "linux/raw_syscall.h"

namespace moated {
namespace {

constexpr const char* kStage = "namespaces";

bool WriteFile(const char* path, const char* text, ChildReport& report) {
  long fd = RawSyscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return report.Fail(kStage, "openat", fd, path);
  long written = RawSyscall(SYS_write, fd, text, strlen(text));
  RawSyscall(SYS_close, fd);
  return written > 0 || report.Fail(kStage, "write", written, path);
}

bool OpenNamespace(const char* path, int& out, ChildReport& report) {
  long fd = RawSyscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return report.Fail(kStage, "openat", fd, path);
  out = static_cast<int>(fd);
  return true;
}

// What the plan wants and the slot does not have is refused by the kernel (EBADF), never passed over.
bool Join(bool wanted, const UniqueFd& fd, int type, const char* name, ChildReport& report) {
  if (!wanted) return true;
  long result = RawSyscall(SYS_setns, fd.get(), type);
  return result == 0 || report.Fail(kStage, "setns", result, name);
}

}  // namespace

unsigned long SlotCloneFlags(const LaunchPlan& plan) {
  unsigned long flags = CLONE_NEWUSER;
  if (plan.mount_namespace) flags |= CLONE_NEWNS;
  if (plan.uts_namespace) flags |= CLONE_NEWUTS;
  if (plan.net_namespace) flags |= CLONE_NEWNET;
  return flags;
}

unsigned long RunUnshareFlags(const LaunchPlan& plan) {
  unsigned long flags = 0;
  if (plan.mount_namespace) flags |= CLONE_NEWNS;
  if (plan.ipc_namespace) flags |= CLONE_NEWIPC;
  return flags;
}

unsigned long RunCloneFlags(const LaunchPlan& plan) {
  return plan.pid_namespace ? CLONE_NEWPID : 0;
}

IdMaps MakeIdMaps() {
  IdMaps maps{};
  snprintf(maps.user, sizeof maps.user, "%u %u 1", geteuid(), geteuid());
  snprintf(maps.group, sizeof maps.group, "%u %u 1", getegid(), getegid());
  return maps;
}

bool WriteIdMaps(const IdMaps& maps, ChildReport& report) {
  // The kernel asks for this before an unprivileged gid map: a group that is there to deny must not be
  // dropped.
  return WriteFile("/proc/self/setgroups", "deny", report) &&
         WriteFile("/proc/self/uid_map", maps.user, report) &&
         WriteFile("/proc/self/gid_map", maps.group, report);
}

bool OpenSlotNamespaces(const LaunchPlan& plan, SlotDescriptors& out, ChildReport& report) {
  return OpenNamespace("/proc/self/ns/user", out.user, report) &&
         (!plan.mount_namespace || OpenNamespace("/proc/self/ns/mnt", out.mount, report)) &&
         (!plan.uts_namespace || OpenNamespace("/proc/self/ns/uts", out.uts, report)) &&
         (!plan.net_namespace || OpenNamespace("/proc/self/ns/net", out.net, report));
}

bool OpenRunNamespaces(const LaunchPlan& plan, RunDescriptors& out, ChildReport& report) {
  return (!plan.mount_namespace || OpenNamespace("/proc/self/ns/mnt", out.mount, report)) &&
         (!plan.ipc_namespace || OpenNamespace("/proc/self/ns/ipc", out.ipc, report));
}

bool BringLoopbackUp(ChildReport& report) {
  long fd = RawSyscall(SYS_socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return report.Fail(kStage, "socket", fd, "lo");
  ifreq request{};
  memcpy(request.ifr_name, "lo", sizeof "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  long result = RawSyscall(SYS_ioctl, fd, SIOCSIFFLAGS, &request);
  RawSyscall(SYS_close, fd);
  return result == 0 || report.Fail(kStage, "ioctl(SIOCSIFFLAGS)", result, "lo");
}

// The user namespace first: it gives the capabilities that joining the others needs.
bool JoinForRun(const LaunchPlan& plan, const NamespaceSlot& slot, ChildReport& report) {
  return Join(plan.user_namespace, slot.user, CLONE_NEWUSER, "user", report) &&
         Join(plan.net_namespace, slot.net, CLONE_NEWNET, "net", report) &&
         Join(plan.uts_namespace, slot.uts, CLONE_NEWUTS, "uts", report) &&
         Join(plan.ipc_namespace, slot.run.ipc, CLONE_NEWIPC, "ipc", report) &&
         Join(plan.mount_namespace, slot.run.mount, CLONE_NEWNS, "mount", report);
}

bool JoinBase(const LaunchPlan& plan, const NamespaceSlot& slot, ChildReport& report) {
  return Join(plan.user_namespace, slot.user, CLONE_NEWUSER, "user", report) &&
         Join(plan.mount_namespace, slot.mount, CLONE_NEWNS, "mount", report);
}

}  // namespace moated
