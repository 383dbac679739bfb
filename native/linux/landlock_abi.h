// The kernel's Landlock interface as of Linux 7.3 (ABI 11), under our own names: the headers that a build
// finds may be years older. Every entry says which ABI brought it; what a kernel really takes is decided in
// landlock_rights.h.
#pragma once

#include <cstdint>

namespace moated::landlock {

inline constexpr int kNewestAbi = 11;

// File access rights (RulesetAttr::handled_access_fs, PathBeneathAttr::allowed_access).
inline constexpr uint64_t kExecute = uint64_t{1} << 0;  // 1
inline constexpr uint64_t kWriteFile = uint64_t{1} << 1;  // 1
inline constexpr uint64_t kReadFile = uint64_t{1} << 2;  // 1
inline constexpr uint64_t kReadDir = uint64_t{1} << 3;  // 1
inline constexpr uint64_t kRemoveDir = uint64_t{1} << 4;  // 1
inline constexpr uint64_t kRemoveFile = uint64_t{1} << 5;  // 1
inline constexpr uint64_t kMakeChar = uint64_t{1} << 6;  // 1
inline constexpr uint64_t kMakeDir = uint64_t{1} << 7;  // 1
inline constexpr uint64_t kMakeReg = uint64_t{1} << 8;  // 1
inline constexpr uint64_t kMakeSock = uint64_t{1} << 9;  // 1
inline constexpr uint64_t kMakeFifo = uint64_t{1} << 10;  // 1
inline constexpr uint64_t kMakeBlock = uint64_t{1} << 11;  // 1
inline constexpr uint64_t kMakeSym = uint64_t{1} << 12;  // 1
inline constexpr uint64_t kRefer = uint64_t{1} << 13;  // 2: link or rename between directories
inline constexpr uint64_t kTruncate = uint64_t{1} << 14;  // 3
inline constexpr uint64_t kIoctlDev = uint64_t{1} << 15;  // 5: ioctl on devices that were opened inside
inline constexpr uint64_t kResolveUnix = uint64_t{1}
                                         << 16;  // 9: reach unix sockets by path that were made outside

// Network rights (RulesetAttr::handled_access_net, NetPortAttr::allowed_access).
inline constexpr uint64_t kBindTcp = uint64_t{1} << 0;  // 4
inline constexpr uint64_t kConnectTcp = uint64_t{1} << 1;  // 4
inline constexpr uint64_t kBindUdp = uint64_t{1} << 2;  // 10: also what a connect or send binds by itself
inline constexpr uint64_t kConnectSendUdp = uint64_t{1} << 3;  // 10

// Scopes (RulesetAttr::scoped).
inline constexpr uint64_t kScopeAbstractUnixSocket = uint64_t{1} << 0;  // 6
inline constexpr uint64_t kScopeSignal = uint64_t{1} << 1;  // 6

// Flags of landlock_create_ruleset. Both ask a question: no attributes, size 0, the answer is the result.
inline constexpr uint32_t kCreateVersion = uint32_t{1} << 0;  // 1: the ABI
inline constexpr uint32_t kCreateErrata = uint32_t{1} << 1;  // 7: bit n-1 is set when erratum n is fixed

// Errata (bits of the answer to kCreateErrata).
inline constexpr uint32_t kErratumTcpOnly = uint32_t{1}
                                            << 0;  // TCP rights stopped covering MPTCP, SMC and SCTP
inline constexpr uint32_t kErratumThreadSignals = uint32_t{1}
                                                  << 1;  // threads of one process may signal each other
inline constexpr uint32_t kErratumDisconnected = uint32_t{1}
                                                 << 2;  // directories moved out of their mount point

// Flags of landlock_add_rule.
inline constexpr uint32_t kAddRuleQuiet = uint32_t{1} << 0;  // 10: refusals on this object are not logged

// Flags of landlock_restrict_self.
inline constexpr uint32_t kRestrictLogSameExecOff = uint32_t{1} << 0;  // 7
inline constexpr uint32_t kRestrictLogNewExecOn = uint32_t{1} << 1;  // 7
inline constexpr uint32_t kRestrictLogSubdomainsOff = uint32_t{1} << 2;  // 7
inline constexpr uint32_t kRestrictTsync = uint32_t{1} << 3;  // 8: all threads of the process at once
inline constexpr uint32_t kRestrictNoNewPrivs = uint32_t{1} << 4;  // 11: sets no_new_privs when it succeeds

// Kinds of rules.
inline constexpr int kRulePathBeneath = 1;  // 1
inline constexpr int kRuleNetPort = 2;  // 4

// Argument of landlock_create_ruleset. A kernel takes a size beyond its own as long as what it does not know
// is zero.
struct RulesetAttr {
  uint64_t handled_access_fs;  // 1
  uint64_t handled_access_net;  // 4
  uint64_t scoped;  // 6
  uint64_t quiet_access_fs;  // 10: subset of handled_access_fs, and so on
  uint64_t quiet_access_net;  // 10
  uint64_t quiet_scoped;  // 10
};
static_assert(sizeof(RulesetAttr) == 48);

// Arguments of landlock_add_rule.
struct [[gnu::packed]] PathBeneathAttr {
  uint64_t allowed_access;
  int32_t parent_fd;
};
static_assert(sizeof(PathBeneathAttr) == 12);

struct NetPortAttr {
  uint64_t allowed_access;
  uint64_t port;  // in host byte order
};
static_assert(sizeof(NetPortAttr) == 16);

}  // namespace moated::landlock
