#include "linux/landlock_domain.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "linux/descriptors.h"
#include "linux/mount_calls.h"
#include "linux/raw_syscall.h"
#include "linux/read_rules.h"
#include "linux/scratch_directory.h"
#include "linux/syscall_numbers.h"

namespace moated {
namespace {

constexpr const char* kStage = "landlock";

bool Contains(const std::vector<std::string>& list, const char* value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool IsBelowScratchRoot(const std::string& path) {
  std::string root = ScratchRoot();
  return path.compare(0, root.size(), root) == 0;
}

long AddPathRule(long ruleset, int object, uint64_t access) {
  landlock::PathBeneathAttr rule{access, object};
  return RawSyscall(SYS_landlock_add_rule, ruleset, landlock::kRulePathBeneath, &rule, 0);
}

}  // namespace

Failure LandlockDomain::AddRule(Layer& layer, const char* path, uint64_t access, const PathFact* fact) const {
  long opened = OpenPathNoSymlinks(path);
  if (opened < 0) return {"prepare", "openat2", static_cast<int>(-opened), path};
  UniqueFd object(static_cast<int>(opened));
  struct stat status {};
  if (fstat(object.get(), &status) != 0) return {"prepare", "fstat", errno, path};
  // A rule on anything but what the policy saw could open a tree that nobody granted.
  bool swapped = fact != nullptr && (status.st_dev != fact->device || status.st_ino != fact->inode);
  if (swapped) return {"prepare", "openat2", ESTALE, path};
  if (!S_ISDIR(status.st_mode)) access = landlock::FileOnly(access);
  access &= layer.attributes.handled_access_fs;
  if (access != 0) layer.rules.push_back({std::move(object), access});
  return {};
}

// Without mounts a hidden path is hidden by listing everything else.
Failure LandlockDomain::AddReadable(const LaunchPlan& plan, const PathFacts& facts, bool by_listing) {
  std::vector<std::string> excluded = plan.hides;
  if (by_listing) excluded.emplace_back("/dev");  // terminals, disks, shared memory of others
  for (const std::string& tree : plan.readable) {
    if (!by_listing) {
      if (Failure failure = AddRule(static_layer_, tree.c_str(), landlock::kReadRights, facts.Find(tree)))
        return failure;
      continue;
    }
    // Names may be listed everywhere below; contents only where a rule says so.
    if (Failure failure = AddRule(static_layer_, tree.c_str(), landlock::kReadDir, facts.Find(tree)))
      return failure;
    for (const std::string& path : ListReadable(tree, excluded)) {
      Failure failure = AddRule(static_layer_, path.c_str(), landlock::kReadRights, nullptr);
      // What vanished meanwhile, or is not ours to open, needs no rule.
      bool passing = failure.os_error == ENOENT || failure.os_error == EACCES || failure.os_error == ELOOP;
      if (failure && !passing) return failure;
    }
  }
  return {};
}

Failure LandlockDomain::Prepare(const LaunchPlan& plan, const PathFacts& facts, const MountView* view,
                                const landlock::AbiRow& row) {
  attributes_size_ = row.attr_size;
  static_layer_.attributes.handled_access_fs = landlock::StaticHandled(row);
  if (plan.deny_tcp) static_layer_.attributes.handled_access_net = row.net;
  if (plan.scope_signal) static_layer_.attributes.scoped |= landlock::kScopeSignal;
  if (plan.scope_abstract_unix) static_layer_.attributes.scoped |= landlock::kScopeAbstractUnixSocket;
  run_layer_.attributes.handled_access_fs = landlock::RunHandled(row);
  // Also init, where it is not in the static layer, must reach nobody but the run.
  run_layer_.attributes.scoped = static_layer_.attributes.scoped;

  const uint64_t write = landlock::WriteRights(row);
  const uint64_t device = landlock::DeviceRights(row);
  if (Failure failure = AddReadable(plan, facts, view == nullptr)) return failure;
  // Every layer refuses moving between directories unless it is allowed; where, is the run layer's to say.
  if (Failure failure = AddRule(static_layer_, "/", landlock::kRefer, nullptr)) return failure;
  for (const std::string& path : plan.writable) {
    for (const std::string& hidden : plan.hides) {
      // A listing cannot exclude what lies in a tree whose names are not known beforehand.
      if (view == nullptr && hidden.compare(0, path.size() + 1, path + "/") == 0) {
        return {"plan", "hide", EINVAL, hidden};
      }
    }
    if (Failure failure = AddRule(static_layer_, path.c_str(), landlock::kReadRights, facts.Find(path)))
      return failure;
    if (Failure failure = AddRule(run_layer_, path.c_str(), write, facts.Find(path))) return failure;
  }
  for (const std::string& path : plan.devices) {
    if (facts.Find(path) == nullptr) return {"plan", "device", EINVAL, path};
    if (Failure failure = AddRule(static_layer_, path.c_str(), device, facts.Find(path))) return failure;
    if (Failure failure = AddRule(run_layer_, path.c_str(), device, facts.Find(path))) return failure;
  }
  run_layer_.scratch_access = write;
  static_layer_.scratch_access = landlock::kReadRights;
  if (view != nullptr) {
    for (const MountView::FreshMount& mount : view->fresh_mounts()) {
      static_layer_.fresh.push_back({mount.path, landlock::kReadRights});
      uint64_t access = (mount.writable ? write : 0) | (mount.terminals ? device : 0);
      access &= run_layer_.attributes.handled_access_fs;
      if (access != 0) run_layer_.fresh.push_back({mount.path, access});
    }
    if (plan.minimal_dev) static_layer_.fresh.push_back({"/dev", landlock::kReadRights});
  }
  // A rule on the root reaches into every mount, fresh or not, and into the scratch directories to come: the
  // static ruleset can then be built here, once.
  bool reaches_fresh =
      view != nullptr || std::none_of(plan.hides.begin(), plan.hides.end(), IsBelowScratchRoot);
  if (Contains(plan.readable, "/") && reaches_fresh) {
    static_layer_.fresh.clear();
    static_layer_.scratch_access = 0;
    ChildReport report;
    long ruleset = Build(static_layer_, -1, report);
    if (ruleset < 0) return {report.stage, report.syscall, report.os_error, report.path};
    static_ruleset_.Reset(static_cast<int>(ruleset));
    static_layer_.rules.clear();
  }
  return {};
}

long LandlockDomain::Build(const Layer& layer, int scratch_fd, ChildReport& report) const {
  long ruleset = RawSyscall(SYS_landlock_create_ruleset, &layer.attributes, attributes_size_, 0);
  if (ruleset < 0) {
    report.Fail(kStage, "landlock_create_ruleset", ruleset);
    return ruleset;
  }
  for (const Rule& rule : layer.rules) {
    long result = AddPathRule(ruleset, rule.object.get(), rule.access);
    if (result == 0) continue;
    report.Fail(kStage, "landlock_add_rule", result);
    return result;
  }
  for (const FreshRule& rule : layer.fresh) {
    long object = RawSyscall(SYS_openat, AT_FDCWD, rule.path, O_PATH | O_CLOEXEC | O_NOFOLLOW);
    long result = object < 0 ? object : AddPathRule(ruleset, static_cast<int>(object), rule.access);
    if (object >= 0) RawSyscall(SYS_close, object);
    if (result == 0) continue;
    report.Fail(kStage, "landlock_add_rule", result, rule.path);
    return result;
  }
  if (scratch_fd >= 0 && layer.scratch_access != 0) {
    long result = AddPathRule(ruleset, scratch_fd, layer.scratch_access);
    if (result == 0) return ruleset;
    report.Fail(kStage, "landlock_add_rule", result, "scratch");
    return result;
  }
  return ruleset;
}

bool LandlockDomain::Restrict(long ruleset, ChildReport& report) {
  long result = RawSyscall(SYS_landlock_restrict_self, ruleset, 0);
  return result == 0 || report.Fail(kStage, "landlock_restrict_self", result);
}

long LandlockDomain::StaticRuleset(int scratch_fd, ChildReport& report) const {
  return static_ruleset_ ? static_ruleset_.get() : Build(static_layer_, scratch_fd, report);
}

// Both are built before one is entered: rules are added from paths that the other may refuse to open.
bool LandlockDomain::EnterBoth(int scratch_fd, ChildReport& report) const {
  long of_run = Build(run_layer_, scratch_fd, report);
  if (of_run < 0) return false;
  long fixed = StaticRuleset(scratch_fd, report);
  return fixed >= 0 && Restrict(of_run, report) && Restrict(fixed, report);
}

bool LandlockDomain::EnterOuter(int scratch_fd, ChildReport& report) const {
  long of_run = Build(run_layer_, scratch_fd, report);
  if (of_run < 0) return false;
  long fixed = StaticRuleset(scratch_fd, report);
  if (fixed < 0 || !Restrict(of_run, report)) return false;
  long placed = fixed == kCommandDomainFd ? RawSyscall(SYS_fcntl, fixed, F_SETFD, 0)
                                          : RawSyscall(SYS_dup3, fixed, kCommandDomainFd, 0);
  return placed >= 0 || report.Fail(kStage, "dup3", placed);
}

}  // namespace moated
