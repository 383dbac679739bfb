// The table of Landlock ABIs: its shape, the masks, the trial against a simulated kernel, and all of it
// against the running kernel.
#include "linux/landlock_rights.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

namespace moated::landlock {
namespace {

int failures = 0;

// An empty reason is a success.
void Report(const char* name, const std::string& why) {
  if (why.empty()) {
    std::printf("ok %s\n", name);
    return;
  }
  ++failures;
  std::printf("not ok %s: %s\n", name, why.c_str());
}

std::string At(int abi, const char* what) {
  return "ABI " + std::to_string(abi) + ": " + what;
}

std::string TableGrows() {
  const AbiRow* before = nullptr;
  for (const AbiRow& row : AbiRows()) {
    if (before != nullptr) {
      if (row.abi != before->abi + 1) return At(row.abi, "a row is missing before it");
      if ((before->fs & ~row.fs) != 0) return At(row.abi, "lost a file right");
      if ((before->net & ~row.net) != 0) return At(row.abi, "lost a network right");
      if ((before->scopes & ~row.scopes) != 0) return At(row.abi, "lost a scope");
      if ((before->restrict_flags & ~row.restrict_flags) != 0) return At(row.abi, "lost a flag");
      if (before->attr_size > row.attr_size) return At(row.abi, "its attributes shrank");
      const bool same = before->fs == row.fs && before->net == row.net && before->scopes == row.scopes &&
                        before->restrict_flags == row.restrict_flags;
      if (same) return At(row.abi, "adds nothing");
    } else if (row.abi != 0 || row.fs != 0 || row.attr_size != 0) {
      return "the first row must be ABI 0, which has nothing";
    }
    before = &row;
  }
  return before != nullptr && before->abi == kNewestAbi ? "" : "the last row is not the newest ABI";
}

// Figures of the kernel's own headers, written down apart from the table.
std::string TableHasTheKernelsFigures() {
  struct Figures {
    int abi;
    uint64_t fs, net, scopes;
    uint32_t flags;
    size_t size;
  };
  constexpr Figures kFigures[] = {
      {1, 0x1fff, 0, 0, 0, 8},        {2, 0x3fff, 0, 0, 0, 8},         {3, 0x7fff, 0, 0, 0, 8},
      {4, 0x7fff, 3, 0, 0, 16},       {5, 0xffff, 3, 0, 0, 16},        {6, 0xffff, 3, 3, 0, 24},
      {7, 0xffff, 3, 3, 7, 24},       {8, 0xffff, 3, 3, 0xf, 24},      {9, 0x1ffff, 3, 3, 0xf, 24},
      {10, 0x1ffff, 0xf, 3, 0xf, 48}, {11, 0x1ffff, 0xf, 3, 0x1f, 48},
  };
  for (const Figures& want : kFigures) {
    const AbiRow& row = RowFor(want.abi);
    if (row.abi != want.abi) return At(want.abi, "not found");
    const bool equal = row.fs == want.fs && row.net == want.net && row.scopes == want.scopes &&
                       row.restrict_flags == want.flags && row.attr_size == want.size;
    if (!equal) return At(want.abi, "differs from the kernel's header");
  }
  return "";
}

std::string RowsAreClamped() {
  if (RowFor(kNewestAbi + 1).abi != kNewestAbi || RowFor(1 << 30).abi != kNewestAbi)
    return "newer than the table";
  if (RowFor(0).abi != 0 || RowFor(-1).abi != 0 || RowFor(-ENOSYS).abi != 0) return "no Landlock";
  return "";
}

std::string MasksPartition() {
  for (const AbiRow& row : AbiRows()) {
    const uint64_t fixed = StaticHandled(row);
    const uint64_t run = RunHandled(row);
    if ((fixed | run) != row.fs)
      return At(row.abi, "a right is handled by no ruleset, or by one that lacks it");
    if ((fixed & run) != (row.fs & kRefer))
      return At(row.abi, "the rulesets must share REFER and nothing else");
    if ((WriteRights(row) & ~run) != 0) return At(row.abi, "a write right is not handled for the run");
    if ((WriteRights(row) & kReadRights) != 0) return At(row.abi, "a read right counts as write right");
    if ((DeviceRights(row) & ~(fixed | run)) != 0) return At(row.abi, "a device right is not handled");
    if (row.abi > 0 && (kReadRights & ~fixed) != 0) return At(row.abi, "a read right is not handled");
    if (FileOnly(FileOnly(row.fs)) != FileOnly(row.fs)) return At(row.abi, "FileOnly is not idempotent");
    if ((FileOnly(row.fs) & ~row.fs) != 0) return At(row.abi, "FileOnly adds rights");
    if (FileOnly(DeviceRights(row)) != DeviceRights(row)) return At(row.abi, "a device rule must fit a file");
  }
  return "";
}

struct FakeKernel {
  AbiRow knows;  // what it takes, whatever it claims
  int error = 0;  // when set, the answer to everything
  mutable int calls = 0;
};
const FakeKernel* fake = nullptr;

int FakeCreate(const RulesetAttr& attributes, size_t size) {
  ++fake->calls;
  if (fake->error != 0) return fake->error;
  const AbiRow& knows = fake->knows;
  // Like the kernel: bytes behind its own structure must be zero, whether or not the bit would be known.
  unsigned char bytes[sizeof attributes];
  std::memcpy(bytes, &attributes, sizeof bytes);
  for (size_t i = knows.attr_size; i < size; ++i) {
    if (bytes[i] != 0) return E2BIG;
  }
  if ((attributes.handled_access_fs & ~knows.fs) != 0 || (attributes.handled_access_net & ~knows.net) != 0 ||
      (attributes.scoped & ~knows.scopes) != 0) {
    return EINVAL;
  }
  return (attributes.handled_access_fs | attributes.handled_access_net | attributes.scoped) == 0 ? ENOMSG : 0;
}

bool SameMasks(const AbiRow& a, const AbiRow& b) {
  return a.fs == b.fs && a.net == b.net && a.scopes == b.scopes;
}

AbiRow TrialOn(const FakeKernel& kernel, int claim) {
  fake = &kernel;
  return Trial(claim, FakeCreate);
}

std::string TrialBelievesTruth() {
  for (const AbiRow& row : AbiRows()) {
    FakeKernel kernel{row};
    if (!SameMasks(TrialOn(kernel, row.abi), row)) return At(row.abi, "lost something");
    if (kernel.calls != (row.abi == 0 ? 0 : 1)) return At(row.abi, "one call was enough");
  }
  FakeKernel newer{RowFor(kNewestAbi)};
  newer.knows.fs |= uint64_t{1} << 40;
  return SameMasks(TrialOn(newer, kNewestAbi + 5), RowFor(kNewestAbi)) ? "" : "a newer kernel";
}

std::string TrialFindsEachMissingBit() {
  uint64_t AbiRow::*const fields[] = {&AbiRow::fs, &AbiRow::net, &AbiRow::scopes};
  for (const AbiRow& row : AbiRows()) {
    for (uint64_t AbiRow::*field : fields) {
      for (uint64_t rest = row.*field; rest != 0; rest &= rest - 1) {
        FakeKernel kernel{row};
        kernel.knows.*field &= ~(rest & -rest);
        if (!SameMasks(TrialOn(kernel, row.abi), kernel.knows))
          return At(row.abi, "a missing right was not found");
      }
    }
  }
  return "";
}

std::string TrialFindsRhel9() {
  FakeKernel kernel{RowFor(6)};
  kernel.knows.scopes = kScopeAbstractUnixSocket;
  const AbiRow row = TrialOn(kernel, 6);
  if (row.scopes != kScopeAbstractUnixSocket) return "SCOPE_SIGNAL must go and the other scope stay";
  return row.fs == RowFor(6).fs && row.net == RowFor(6).net ? "" : "a right was lost with it";
}

// A structure that is too short answers E2BIG instead of EINVAL.
std::string TrialFindsShortAttributes() {
  for (int claim = 4; claim <= kNewestAbi; ++claim) {
    for (int truth = 1; truth < claim; ++truth) {
      FakeKernel kernel{RowFor(truth)};
      if (!SameMasks(TrialOn(kernel, claim), RowFor(truth))) return At(claim, "claimed by an older kernel");
    }
  }
  return "";
}

std::string TrialFailsClosed() {
  for (int error : {ENOSYS, EOPNOTSUPP, EMFILE, ENFILE, ENOMEM, EPERM, EINTR, EINVAL, E2BIG}) {
    FakeKernel kernel{RowFor(7), error};
    if (TrialOn(kernel, 7).abi != 0)
      return std::string("Landlock was reported although every call failed with ") + strerror(error);
  }
  return "";
}

void TestAll() {
  Report("each ABI is a superset of the one before", TableGrows());
  Report("the table has the kernel's figures", TableHasTheKernelsFigures());
  Report("unknown ABIs are clamped", RowsAreClamped());
  Report("the masks partition each row", MasksPartition());
  Report("trial: a true claim is believed with one call", TrialBelievesTruth());
  Report("trial: each missing right is found", TrialFindsEachMissingBit());
  Report("trial: ABI 6 without SCOPE_SIGNAL (RHEL 9)", TrialFindsRhel9());
  Report("trial: an older kernel than claimed", TrialFindsShortAttributes());
  Report("trial: what cannot be tried counts as missing", TrialFailsClosed());
}

}  // namespace
}  // namespace moated::landlock

int main() {
  moated::landlock::TestAll();
  return moated::landlock::failures == 0 ? 0 : 1;
}
