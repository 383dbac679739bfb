// What each Landlock ABI can restrict, as one table, and the masks that policies are built from. Pure: no
// system call is made here.
//
// A run enforces two rulesets. The static one decides reading, the network, unix sockets and scopes; it is
// the same for every run of a policy and kept as a descriptor. The run's own one decides everything that
// changes files, because it names objects that exist only during the run. A right that is not handled is not
// restricted, and one that is handled needs a rule; REFER alone is refused by every layer that does not grant
// it, handled or not, as soon as one layer of the domain handles any file access right. So every ruleset
// handles REFER and grants it: the static one on `/`, the run's on what may be written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "linux/landlock_abi.h"

namespace moated::landlock {

struct AbiRow {
  int abi = 0;  // what the kernel claims, at most kNewestAbi; 0: no Landlock
  uint64_t fs = 0;  // for RulesetAttr::handled_access_fs
  uint64_t net = 0;  // for RulesetAttr::handled_access_net
  uint64_t scopes = 0;  // for RulesetAttr::scoped
  uint32_t restrict_flags = 0;  // for landlock_restrict_self
  size_t attr_size = 0;  // for landlock_create_ruleset
};

// All rows, ABI 0 (nothing) first.
std::span<const AbiRow> AbiRows();

// The row of a kernel, by its answer to kCreateVersion. A kernel that is newer than this table gets the
// newest row.
const AbiRow& RowFor(int kernel_abi);

// Makes a ruleset, closes it, and returns 0 or the errno of the refusal.
using CreateFn = int (*)(const RulesetAttr& attributes, size_t size);

// The row of a kernel without what it refuses after all: distribution kernels claim ABIs of which they lack a
// part (RHEL 9 claims 6 without SCOPE_SIGNAL). One call to `create` where the claim is true. Look at the
// masks of the result, not at its number. When nothing could be tried (no descriptor left, Landlock switched
// off) the result is row 0: unknown counts as missing. Flags of landlock_restrict_self cannot be tried
// without taking effect and stay as claimed.
AbiRow Trial(int kernel_abi, CreateFn create);

inline constexpr uint64_t kReadRights = kReadFile | kReadDir | kExecute;

// Everything that changes content or names.
uint64_t WriteRights(const AbiRow& row);

// A device node that may be used as such.
uint64_t DeviceRights(const AbiRow& row);

// The part of a mask that the kernel takes in a rule on anything but a directory.
uint64_t FileOnly(uint64_t rights);

// What the two rulesets handle. Together they are row.fs; they share REFER and nothing else.
uint64_t StaticHandled(const AbiRow& row);
uint64_t RunHandled(const AbiRow& row);

}  // namespace moated::landlock
