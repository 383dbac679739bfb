// The table of Landlock ABIs against the running kernel: what a row claims is accepted, what it does not
// claim is refused, and two rulesets made from it have the effects that a run relies on.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <string>

#include "linux/landlock_rights.h"

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

bool SameMasks(const AbiRow& a, const AbiRow& b) {
  return a.fs == b.fs && a.net == b.net && a.scopes == b.scopes;
}

long LiveAbi() {
  return syscall(SYS_landlock_create_ruleset, nullptr, 0, kCreateVersion);
}

int LiveRuleset(const RulesetAttr& attributes, size_t size) {
  return static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, size, 0));
}

int LiveCreate(const RulesetAttr& attributes, size_t size) {
  const int fd = LiveRuleset(attributes, size);
  if (fd < 0) return errno;
  close(fd);
  return 0;
}

RulesetAttr Attributes(uint64_t fs, uint64_t net, uint64_t scopes) {
  return {fs, net, scopes, 0, 0, 0};
}

uint64_t NextBit(uint64_t mask) {
  return mask + 1;
}

std::string KernelTakesEveryClaim(const AbiRow& row) {
  uint64_t AbiRow::*const claims[] = {&AbiRow::fs, &AbiRow::net, &AbiRow::scopes};
  uint64_t RulesetAttr::*const fields[] = {&RulesetAttr::handled_access_fs, &RulesetAttr::handled_access_net,
                                           &RulesetAttr::scoped};
  for (size_t i = 0; i < std::size(fields); ++i) {
    for (uint64_t rest = row.*claims[i]; rest != 0; rest &= rest - 1) {
      RulesetAttr attributes{};
      attributes.*fields[i] = rest & -rest;
      if (LiveCreate(attributes, row.attr_size) != 0) return "refused bit of field " + std::to_string(i);
    }
  }
  return LiveCreate(Attributes(row.fs, row.net, row.scopes), row.attr_size) == 0
             ? ""
             : "refused all of them together";
}

// The control: what the row does not claim is refused, so acceptance above means something.
std::string KernelRefusesTheNextBit(const AbiRow& row) {
  const size_t size = sizeof(RulesetAttr);
  if (LiveCreate(Attributes(NextBit(row.fs), 0, 0), size) != EINVAL) return "a file right";
  const int net = row.net == 0 ? E2BIG : EINVAL;
  if (LiveCreate(Attributes(kExecute, NextBit(row.net), 0), size) != net) return "a network right";
  const int scope = row.scopes == 0 ? E2BIG : EINVAL;
  if (LiveCreate(Attributes(kExecute, 0, NextBit(row.scopes)), size) != scope) return "a scope";
  if (row.attr_size == size) return "";
  unsigned char bytes[sizeof(RulesetAttr)] = {1};
  RulesetAttr attributes;
  std::memcpy(&attributes, bytes, sizeof bytes);
  if (LiveCreate(attributes, size) != 0) return "zeros behind its own structure";
  bytes[row.attr_size] = 1;
  std::memcpy(&attributes, bytes, sizeof bytes);
  return LiveCreate(attributes, size) == E2BIG ? "" : "the structure is longer than the row says";
}

std::string KernelAgreesOnFileRules(const AbiRow& row) {
  const int file = open("/proc/self/exe", O_PATH | O_CLOEXEC);
  const int ruleset = LiveRuleset(Attributes(row.fs, 0, 0), row.attr_size);
  if (file < 0 || ruleset < 0) return "could not prepare";
  for (uint64_t rest = row.fs; rest != 0; rest &= rest - 1) {
    const uint64_t bit = rest & -rest;
    PathBeneathAttr rule{bit, file};
    const bool accepted = syscall(SYS_landlock_add_rule, ruleset, kRulePathBeneath, &rule, 0) == 0;
    if (accepted != (FileOnly(bit) != 0)) return "bit value " + std::to_string(bit);
  }
  close(file);
  close(ruleset);
  return "";
}

std::string TrialAgreesWithTheKernel(int kernel_abi) {
  const AbiRow row = Trial(kernel_abi, LiveCreate);
  return SameMasks(row, RowFor(kernel_abi)) && row.abi == RowFor(kernel_abi).abi ? ""
                                                                                 : "differs from the row";
}

// What follows takes effect, so each check runs in a child. The child's exit code is the number of the line
// that failed.
template <typename Body>
std::string InChild(Body body) {
  std::fflush(stdout);
  const pid_t pid = fork();
  if (pid < 0) return "fork";
  if (pid == 0) _exit(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? body() : 99);
  int status = 0;
  waitpid(pid, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return "";
  return "step " + std::to_string(WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
}

bool Restrict(int ruleset, uint32_t flags = 0) {
  return syscall(SYS_landlock_restrict_self, ruleset, flags) == 0;
}

std::string KernelTakesEveryFlag(const AbiRow& row, bool newer) {
  return InChild([&row, newer] {
    // Without a ruleset a known flag is answered with EBADF, or taken, and an unknown one with EINVAL.
    for (uint32_t rest = row.restrict_flags & ~kRestrictNoNewPrivs; rest != 0; rest &= rest - 1) {
      if (!Restrict(-1, rest & -rest) && errno != EBADF) return 1;
    }
    if (!newer && (Restrict(-1, row.restrict_flags + 1) || errno != EINVAL)) return 2;
    if ((row.restrict_flags & kRestrictNoNewPrivs) == 0) return 0;
    const int ruleset = LiveRuleset(Attributes(kMakeSock, 0, 0), row.attr_size);
    return Restrict(ruleset, kRestrictNoNewPrivs) ? 0 : 3;
  });
}

bool Allow(int ruleset, const char* path, uint64_t rights) {
  const int object = open(path, O_PATH | O_CLOEXEC);
  PathBeneathAttr rule{rights, object};
  const bool added = syscall(SYS_landlock_add_rule, ruleset, kRulePathBeneath, &rule, 0) == 0;
  close(object);
  return added;
}

bool Fails(int result, int error) {
  return result != 0 && errno == error;
}

// In the working directory: `in` is writable, `out` is not.
bool EnterBoth(const AbiRow& row, bool refer_on_root) {
  const int fixed = LiveRuleset(Attributes(StaticHandled(row), row.net, row.scopes), row.attr_size);
  const int run = LiveRuleset(Attributes(RunHandled(row), 0, 0), row.attr_size);
  const uint64_t reading = kReadRights | (refer_on_root ? row.fs & kRefer : 0);
  return Allow(fixed, "/", reading) && Allow(run, "in", WriteRights(row)) && Restrict(fixed) && Restrict(run);
}

// A layer that has only scopes, as the init of a run puts on the command.
bool EnterScopes(const AbiRow& row, bool refer) {
  const int nested = LiveRuleset(Attributes(refer ? kRefer : 0, 0, kScopeSignal), row.attr_size);
  return (!refer || Allow(nested, "/", kRefer)) && Restrict(nested);
}

int MoveAndBack() {
  if (rename("in/a/file", "in/b/file") != 0) return 1;
  return rename("in/b/file", "in/a/file") != 0 ? 2 : 0;
}

std::string TwoRulesetsConfine(const AbiRow& row) {
  return InChild([&row] {
    if (MoveAndBack() != 0 || link("out/file", "in/control") != 0 || unlink("in/control") != 0) return 10;
    if (!EnterBoth(row, true)) return 11;
    if (open("out/file", O_RDONLY) < 0 || open("in/a/file", O_WRONLY) < 0) return 12;
    if (open("out/file", O_WRONLY) >= 0 || errno != EACCES) return 13;
    if ((row.fs & kTruncate) != 0 && !Fails(truncate("out/file", 0), EACCES)) return 14;
    if (!Fails(mkdir("out/new", 0700), EACCES) || !Fails(unlink("out/file"), EACCES)) return 15;
    if (!Fails(rename("in/a/file", "out/moved"), EACCES) || !Fails(rename("out/file", "in/moved"), EACCES))
      return 16;
    if (!Fails(link("out/file", "in/linked"), EXDEV)) return 17;
    if ((row.fs & kRefer) == 0) return Fails(rename("in/a/file", "in/b/file"), EXDEV) ? 0 : 18;
    return MoveAndBack();
  });
}

std::string StaticRulesetNeedsRefer(const AbiRow& row) {
  return InChild([&row] {
    if (!EnterBoth(row, false)) return 10;
    return Fails(rename("in/a/file", "in/b/file"), EXDEV) ? 0 : 11;
  });
}

std::string NestedScopesNeedRefer(const AbiRow& row) {
  std::string without = InChild([&row] {
    if (!EnterBoth(row, true) || !EnterScopes(row, false)) return 10;
    return Fails(rename("in/a/file", "in/b/file"), EXDEV) ? 0 : 11;
  });
  if (!without.empty()) return "without it, " + without;
  return InChild([&row] {
    if (!EnterBoth(row, true) || !EnterScopes(row, true)) return 20;
    return MoveAndBack();
  });
}

// What the nested domain finds, as the number of the step that failed.
char FindInNestedDomain(const AbiRow& row, pid_t parent) {
  if (kill(parent, 0) != 0) return 12;
  if (!EnterScopes(row, true)) return 13;
  return Fails(kill(parent, 0), EPERM) ? 0 : 14;
}

std::string SignalsGoDownOnly(const AbiRow& row) {
  return InChild([&row] {
    const pid_t outside = getppid();
    if (kill(outside, 0) != 0 || !EnterBoth(row, true)) return 10;
    if (!Fails(kill(outside, 0), EPERM)) return 11;
    int found[2];
    if (pipe(found) != 0) return 17;
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);  // also where the signal below is refused
      const char step = FindInNestedDomain(row, parent);
      if (write(found[1], &step, 1) != 1) _exit(1);
      for (;;)
        pause();
    }
    char step = 18;
    if (read(found[0], &step, 1) != 1) return 19;
    const bool reached = kill(child, SIGTERM) == 0;
    int status = 0;
    if (reached) waitpid(child, &status, 0);
    if (step != 0) return static_cast<int>(step);
    return reached && WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM ? 0 : 15;
  });
}

bool MakeTree(const char* root) {
  if (chdir(root) != 0 || mkdir("in", 0700) != 0 || mkdir("in/a", 0700) != 0 || mkdir("in/b", 0700) != 0)
    return false;
  if (mkdir("out", 0700) != 0) return false;
  for (const char* name : {"in/a/file", "out/file"}) {
    const int fd = open(name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    close(fd);
  }
  return true;
}

void RemoveTree(const char* root) {
  for (const char* name : {"in/a/file", "in/b/file", "out/file"})
    unlink(name);
  for (const char* name : {"in/a", "in/b", "in", "out"})
    rmdir(name);
  rmdir(root);
}

void TestEffects(const AbiRow& row) {
  char root[] = "/tmp/moated-landlock-XXXXXX";
  if (mkdtemp(root) == nullptr || !MakeTree(root)) return Report("a tree to work in", strerror(errno));
  Report("two rulesets confine writing and let a workspace work", TwoRulesetsConfine(row));
  if ((row.fs & kRefer) != 0) {
    Report("the static ruleset must grant REFER", StaticRulesetNeedsRefer(row));
  }
  if ((row.scopes & kScopeSignal) != 0) {
    Report("a nested layer of scopes must grant REFER", NestedScopesNeedRefer(row));
    Report("signals go to nested domains only", SignalsGoDownOnly(row));
  }
  RemoveTree(root);
}

void TestRunningKernel() {
  const long abi = LiveAbi();
  if (abi < 1) {
    const char* required = std::getenv("MOATED_REQUIRE");
    if (required != nullptr && std::strstr(required, "landlock") != nullptr) {
      Report("the kernel has Landlock", strerror(errno));
    } else {
      std::printf("ok kernel # skip: %s\n", strerror(errno));
    }
    return;
  }
  const AbiRow& row = RowFor(static_cast<int>(abi));
  const bool newer = abi > kNewestAbi;
  std::printf("# the kernel claims ABI %ld, errata 0x%lx\n", abi,
              syscall(SYS_landlock_create_ruleset, nullptr, 0, kCreateErrata));
  Report("every claimed right is accepted", KernelTakesEveryClaim(row));
  if (!newer) Report("what is not claimed is refused", KernelRefusesTheNextBit(row));
  Report("rights of a rule on a file", KernelAgreesOnFileRules(row));
  Report("flags of restrict_self", KernelTakesEveryFlag(row, newer));
  Report("the trial finds the row", TrialAgreesWithTheKernel(static_cast<int>(abi)));
  TestEffects(row);
}

}  // namespace
}  // namespace moated::landlock

int main() {
  moated::landlock::TestRunningKernel();
  return moated::landlock::failures == 0 ? 0 : 1;
}
