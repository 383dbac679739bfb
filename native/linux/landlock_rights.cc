#include "linux/landlock_rights.h"

#include <cerrno>
#include <iterator>

namespace moated::landlock {
namespace {

constexpr uint64_t kFs1 = kExecute | kWriteFile | kReadFile | kReadDir | kRemoveDir | kRemoveFile |
                          kMakeChar | kMakeDir | kMakeReg | kMakeSock | kMakeFifo | kMakeBlock | kMakeSym;
constexpr uint64_t kFs2 = kFs1 | kRefer;
constexpr uint64_t kFs3 = kFs2 | kTruncate;
constexpr uint64_t kFs5 = kFs3 | kIoctlDev;
constexpr uint64_t kFs9 = kFs5 | kResolveUnix;

constexpr uint64_t kNet4 = kBindTcp | kConnectTcp;
constexpr uint64_t kNet10 = kNet4 | kBindUdp | kConnectSendUdp;

constexpr uint64_t kScopes6 = kScopeAbstractUnixSocket | kScopeSignal;

constexpr uint32_t kFlags7 = kRestrictLogSameExecOff | kRestrictLogNewExecOn | kRestrictLogSubdomainsOff;
constexpr uint32_t kFlags8 = kFlags7 | kRestrictTsync;
constexpr uint32_t kFlags11 = kFlags8 | kRestrictNoNewPrivs;

constexpr size_t kSize1 = offsetof(RulesetAttr, handled_access_net);
constexpr size_t kSize4 = offsetof(RulesetAttr, scoped);
constexpr size_t kSize6 = offsetof(RulesetAttr, quiet_access_fs);
constexpr size_t kSize10 = sizeof(RulesetAttr);

constexpr AbiRow kRows[] = {
    // abi, fs, net, scopes, restrict flags, size of the attributes
    {0, 0, 0, 0, 0, 0},
    {1, kFs1, 0, 0, 0, kSize1},  // Linux 5.13
    {2, kFs2, 0, 0, 0, kSize1},  // 5.19
    {3, kFs3, 0, 0, 0, kSize1},  // 6.2
    {4, kFs3, kNet4, 0, 0, kSize4},  // 6.7
    {5, kFs5, kNet4, 0, 0, kSize4},  // 6.10
    {6, kFs5, kNet4, kScopes6, 0, kSize6},  // 6.12
    {7, kFs5, kNet4, kScopes6, kFlags7, kSize6},  // 6.15
    {8, kFs5, kNet4, kScopes6, kFlags8, kSize6},  // 7.0
    {9, kFs9, kNet4, kScopes6, kFlags8, kSize6},  // 7.1
    {10, kFs9, kNet10, kScopes6, kFlags8, kSize10},  // 7.2
    {11, kFs9, kNet10, kScopes6, kFlags11, kSize10}  // 7.3
};
static_assert(std::size(kRows) == kNewestAbi + 1);

constexpr uint64_t kFileRights = kExecute | kWriteFile | kReadFile | kTruncate | kIoctlDev | kResolveUnix;

// The kernel's words for "I do not know this bit" and "I do not know this field".
bool IsUnknown(int error) {
  return error == EINVAL || error == E2BIG;
}

// Tries the bits of one field, each alone. False when the answer of a trial says nothing about the bit.
bool KeepAccepted(uint64_t& mask, uint64_t RulesetAttr::*field, size_t size, CreateFn create) {
  uint64_t accepted = 0;
  for (uint64_t rest = mask; rest != 0; rest &= rest - 1) {
    const uint64_t bit = rest & -rest;
    RulesetAttr attributes{};
    attributes.*field = bit;
    const int error = create(attributes, size);
    if (error == 0) {
      accepted |= bit;
    } else if (!IsUnknown(error)) {
      return false;
    }
  }
  mask = accepted;
  return true;
}

}  // namespace

std::span<const AbiRow> AbiRows() {
  return kRows;
}

const AbiRow& RowFor(int kernel_abi) {
  if (kernel_abi < 0) return kRows[0];
  return kRows[kernel_abi < kNewestAbi ? kernel_abi : kNewestAbi];
}

AbiRow Trial(int kernel_abi, CreateFn create) {
  AbiRow row = RowFor(kernel_abi);
  if (row.abi == 0) return row;
  RulesetAttr all{};
  all.handled_access_fs = row.fs;
  all.handled_access_net = row.net;
  all.scoped = row.scopes;
  const int error = create(all, row.attr_size);
  if (error == 0) return row;
  const bool tried = IsUnknown(error) &&
                     KeepAccepted(row.fs, &RulesetAttr::handled_access_fs, row.attr_size, create) &&
                     KeepAccepted(row.net, &RulesetAttr::handled_access_net, row.attr_size, create) &&
                     KeepAccepted(row.scopes, &RulesetAttr::scoped, row.attr_size, create);
  return tried && row.fs != 0 ? row : kRows[0];
}

uint64_t WriteRights(const AbiRow& row) {
  return row.fs & (kWriteFile | kTruncate | kRemoveDir | kRemoveFile | kMakeChar | kMakeDir | kMakeReg |
                   kMakeSock | kMakeFifo | kMakeBlock | kMakeSym | kRefer);
}

uint64_t DeviceRights(const AbiRow& row) {
  return row.fs & (kReadFile | kWriteFile | kTruncate | kIoctlDev);
}

uint64_t FileOnly(uint64_t rights) {
  return rights & kFileRights;
}

uint64_t StaticHandled(const AbiRow& row) {
  return row.fs & (kReadRights | kRefer | kResolveUnix);
}

uint64_t RunHandled(const AbiRow& row) {
  return WriteRights(row) | (row.fs & kIoctlDev);
}

}  // namespace moated::landlock
