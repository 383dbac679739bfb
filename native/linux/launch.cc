#include "linux/launch.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>

#include <cerrno>
#include <cstdint>

#include "linux/child_clone.h"
#include "linux/child_report.h"
#include "linux/privileges.h"
#include "linux/raw_syscall.h"
#include "linux/rlimits.h"
#include "linux/seccomp_filter.h"
#include "linux/stay_on_cpu.h"

namespace moated {
namespace {

struct LaunchContext {
  const PreparedPolicy* policy;
  const NamespaceSlot* slot;
  const LaunchRequest* request;
  ChildStacks* stacks;
  sock_fprog filter;
  CpuSet processors;
  ChildReport report;
  long pid = -1;
  int pidfd = -1;
};

// What the host ignores, the command must not: exec resets handlers, but keeps ignored signals ignored.
void ResetSignals() {
  struct {
    uint64_t handler, flags, restorer, mask;
  } standard{};
  for (int number = 1; number <= 64; ++number) {
    RawSyscall(SYS_rt_sigaction, number, &standard, nullptr,
               sizeof(uint64_t));  // SIGKILL and SIGSTOP answer EINVAL
  }
}

// Pid 1 cannot be signalled from inside its namespace; any other init needs a domain between it and the
// command.
bool DomainIsSplit(const LaunchPlan& plan) {
  return plan.landlock && plan.scope_signal && !plan.init_is_pid1;
}

bool EnterDomain(LaunchContext& context) {
  const LandlockDomain* domain = context.policy->domain();
  if (domain == nullptr) return true;
  const int scratch_fd = context.request->scratch_fd;
  return DomainIsSplit(context.policy->plan()) ? domain->EnterOuter(scratch_fd, context.report)
                                               : domain->EnterBoth(scratch_fd, context.report);
}

bool Confine(LaunchContext& context) {
  const PreparedPolicy& policy = *context.policy;
  if (policy.plan().keep_privileges) return SetOpenFilesLimit(policy.plan().limits, context.report);
  if (!DropPrivileges(context.report)) return false;
  if (!EnterDomain(context)) return false;
  if (!SetOpenFilesLimit(policy.plan().limits, context.report)) return false;
  long result = InstallFilter(context.filter);
  return result == 0 || context.report.Fail("seccomp", "seccomp(SECCOMP_SET_MODE_FILTER)", result);
}

// The sandboxee's own steps, in the order that each needs: mounts before the rulesets that speak of them,
// privileges last.
bool BecomeSandboxee(LaunchContext& context) {
  const PreparedPolicy& policy = *context.policy;
  const LaunchRequest& request = *context.request;
  ChildReport& report = context.report;
  RawSyscall(SYS_setsid);  // no controlling terminal; we are nobody's group leader, so it cannot fail
  if (policy.view() != nullptr && !MountView::MountProc(report)) return false;
  long result = RawSyscall(SYS_chdir, request.cwd);
  if (result != 0) return report.Fail("chdir", "chdir", result, request.cwd);
  // Where uid 0 is mapped to itself it is exempt from RLIMIT_NPROC; the watchdog counts instead.
  if (!SetLimits(policy.plan().limits, policy.plan().user_namespace, report)) return false;
  if (!PlaceDescriptors(request.descriptors, report)) return false;
  ResetSignals();
  context.processors.Leave();
  if (!Confine(context)) return false;
  result = RawSyscall(SYS_execveat, request.init_image, "", request.argv, request.envp, AT_EMPTY_PATH);
  return report.Fail("init", "execveat", result, "moated-init");
}

int SandboxeeChild(void* argument) {
  BecomeSandboxee(*static_cast<LaunchContext*>(argument));
  return 1;
}

// Only the sandboxee is in its group: whoever joins the namespaces for it would count as one of its
// processes.
long CloneSandboxee(LaunchContext& context, void* stack_top, unsigned long flags) {
  const int cgroup = context.request->cgroup;
  return cgroup < 0 ? CloneVfork(SandboxeeChild, stack_top, flags, &context, &context.pidfd)
                    : CloneVforkInto(cgroup, SandboxeeChild, stack_top, flags, &context, &context.pidfd);
}

// A thread of a multi-threaded process may not join a user namespace, but a child may: it joins, and clones
// the sandboxee as its sibling. It shares our descriptor table, so the pidfd arrives here.
int JoiningChild(void* argument) {
  auto& context = *static_cast<LaunchContext*>(argument);
  if (!JoinForRun(context.policy->plan(), *context.slot, context.report)) return 1;
  context.pid = CloneSandboxee(context, context.stacks->inner_top(),
                               RunCloneFlags(context.policy->plan()) | CLONE_PARENT);
  if (context.pid < 0) context.report.Fail("namespaces", "clone", context.pid);
  return 0;
}

}  // namespace

void InitFlags(const LaunchPlan& plan, bool announce, char (&flags)[8]) {
  char* next = &flags[0];
  *next++ = plan.init_is_pid1 ? 'p' : 's';
  if (DomainIsSplit(plan)) *next++ = 'd';
  if (announce) *next++ = 'a';
  *next = '\0';
}

Failure Launch(const PreparedPolicy& policy, const NamespaceSlot& slot, const LaunchRequest& request,
               ChildStacks& stacks, Launched& launched) {
  LaunchContext context{};
  context.policy = &policy;
  context.slot = &slot;
  context.request = &request;
  context.stacks = &stacks;
  // The kernel's struct is not const-correct: it only reads.
  context.filter = {static_cast<unsigned short>(policy.filter().size()),
                    const_cast<sock_filter*>(policy.filter().data())};

  const bool joins = policy.plan().user_namespace;
  context.processors.StayHere();
  long cloned = joins ? CloneVfork(JoiningChild, stacks.outer_top(), CLONE_FILES, &context, nullptr)
                      : CloneSandboxee(context, stacks.outer_top(), 0);
  context.processors.Leave();
  if (cloned < 0) return {"clone", "clone", static_cast<int>(-cloned), ""};
  if (joins) {
    ReapChild(static_cast<pid_t>(cloned));
  } else {
    context.pid = cloned;
  }
  launched.pid = static_cast<pid_t>(context.pid);
  if (context.pid > 0) launched.pidfd.Reset(context.pidfd);
  const ChildReport& report = context.report;
  if (!report.failed() && context.pid > 0) return {};
  if (!report.failed()) return {"clone", "clone", ECHILD, ""};  // the joining child was killed
  if (context.pid > 0) ReapChild(launched.pid);
  return {report.stage, report.syscall, report.os_error, report.path};
}

}  // namespace moated
