#include "linux/landlock_probe.h"

#include <unistd.h>

#include <cerrno>

#include "linux/raw_syscall.h"
#include "linux/syscall_numbers.h"

namespace moated {
namespace {

int TryRuleset(const landlock::RulesetAttr& attributes, size_t size) {
  long fd = RawSyscall(SYS_landlock_create_ruleset, &attributes, size, 0);
  if (fd < 0) return static_cast<int>(-fd);
  close(static_cast<int>(fd));
  return 0;
}

}  // namespace

LandlockSupport ProbeLandlock() {
  LandlockSupport support;
  long abi = RawSyscall(SYS_landlock_create_ruleset, nullptr, 0, landlock::kCreateVersion);
  if (abi < 0) {
    // EOPNOTSUPP: in the kernel, but not among the security modules of this boot.
    support.state = abi == -EOPNOTSUPP ? LandlockState::kDisabled : LandlockState::kMissing;
    support.row = landlock::RowFor(0);
    return support;
  }
  support.abi = static_cast<int>(abi);
  support.row = landlock::Trial(support.abi, TryRuleset);
  support.state = support.row.fs != 0 ? LandlockState::kEnabled : LandlockState::kDisabled;
  return support;
}

}  // namespace moated
