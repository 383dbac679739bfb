// How a run is ended, with the clock in the hands of the test.
#include "posix/run.h"

#include <poll.h>

#include <string_view>

#include "linux/child_clone.h"
#include "linux/machine.h"
#include "test/check.h"

namespace moated {
namespace {

// Init is a subreaper here: those whom it reaps stay when it is killed.
constexpr std::string_view kTrusted[] = {"init", "subreaper", "landlock", "off", "privileges", "keep"};

class Observer : public RunObserver {
 public:
  void OnStarted(Run& /*run*/) override {}
  void OnEnded(Run& /*run*/) override {}
};

RunRequest Sleeping() {
  RunRequest request;
  request.argv = {"/bin/sleep", "1000"};
  request.cwd.assign(1, '/');  // GCC 12 warns of an assigned literal
  return request;
}

// Starts a run, looks at it when it wants to be looked at, and says what is not as it should be.
std::string Ends(RunRequest request, EndReason reason) {
  Machine machine;
  ChildStacks stacks;
  Observer observer;
  LaunchPlan plan;
  if (DecodePlan(kTrusted, plan)) return "the plan was refused";
  Ref<SharedPolicy> policy(new SharedPolicy(std::move(plan), machine.landlock()));
  Ref<Run> run(new Run(std::move(policy), std::move(request), observer));
  if (!run->Start(machine, stacks)) return run->outcome().failure.syscall;
  run->CheckLimits(run->next_check_us() - 1);
  bool early = run->outcome().reason != EndReason::kExit;
  run->CheckLimits(run->next_check_us());
  uint64_t next = run->next_check_us();
  pollfd exit{run->WatchedFd(Watch::kExit), POLLIN, 0};
  run->End(EndReason::kCanceled);  // changes nothing, unless the test has failed
  poll(&exit, 1, -1);
  run->OnExit();
  if (early) return "ended before its time";
  if (run->outcome().reason != reason) return "the reason is another";
  return next == 0 ? "" : "init would be killed before the others are gone";
}

std::string EndsAtItsTime() {
  RunRequest request = Sleeping();
  request.timeout_ms = 1000;
  return Ends(std::move(request), EndReason::kTimeout);
}

std::string EndsOverALimit() {
  RunRequest request = Sleeping();
  request.max_memory = 1;
  return Ends(std::move(request), EndReason::kMemory);
}

std::string EndsOverALimitBeforeItsTime() {
  RunRequest request = Sleeping();
  request.max_memory = 1;
  request.timeout_ms = 1000;
  return Ends(std::move(request), EndReason::kMemory);
}

}  // namespace
}  // namespace moated

int main() {
  using namespace moated;
  Case("a run ends at its time", EndsAtItsTime());
  Case("a run over a limit ends, and its init is left to end the others", EndsOverALimit());
  Case("so does one that has a time limit too", EndsOverALimitBeforeItsTime());
  return failed_cases == 0 ? 0 : 1;
}
