#include "linux/privileges.h"

#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>

#include <cerrno>

#include "linux/raw_syscall.h"

namespace moated {
namespace {

constexpr const char* kStage = "privileges";

// Every bit is locked: uid 0 has no special capabilities, and nothing raises them again.
constexpr unsigned long kLockedBits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
                                      SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
                                      SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

}  // namespace

bool DropPrivileges(ChildReport& report) {
  // The bounding set and the securebits need CAP_SETPCAP. Without it (an ordinary user outside of a user
  // namespace) there is no capability to lose either, and no_new_privs below keeps it so.
  for (long capability = 0; capability < 64; ++capability) {
    long result = RawSyscall(SYS_prctl, PR_CAPBSET_DROP, capability, 0L, 0L, 0L);
    if (result == -EINVAL || result == -EPERM) break;  // the last one was dropped, or none may be
    if (result != 0) return report.Fail(kStage, "prctl(PR_CAPBSET_DROP)", result);
  }
  long result = RawSyscall(SYS_prctl, PR_SET_SECUREBITS, kLockedBits, 0L, 0L, 0L);
  if (result != 0 && result != -EPERM) return report.Fail(kStage, "prctl(PR_SET_SECUREBITS)", result);

  result = RawSyscall(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0L, 0L, 0L);
  if (result != 0) return report.Fail(kStage, "prctl(PR_CAP_AMBIENT)", result);

  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2]{};
  result = RawSyscall(SYS_capset, &header, &none[0]);
  if (result != 0) return report.Fail(kStage, "capset", result);

  // Also what lets an ordinary user install Landlock domains and seccomp filters.
  result = RawSyscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L);
  return result == 0 || report.Fail(kStage, "prctl(PR_SET_NO_NEW_PRIVS)", result);
}

}  // namespace moated
