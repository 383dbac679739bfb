#include "backend.h"

#include <utility>

namespace moated {

Ref<SharedPolicy> MakePolicy(LaunchPlan plan) {
  return Ref<SharedPolicy>(new SharedPolicy(std::move(plan), Engine::Get().machine().landlock()));
}

Failure ProbeMachine(ProbeFacts& facts) {
  static constexpr const char* kStates[] = {"enabled", "disabled", "missing"};
  Machine& machine = Engine::Get().machine();
  MachineProbe probe = ProbeMachine(machine.init_image());
  const landlock::AbiRow& row = probe.landlock.row;
  facts = {
      ProbeFact::Text("kernel", std::move(probe.kernel)),
      ProbeFact::Number("landlockAbi", probe.landlock.abi),
      ProbeFact::Text("landlockState", kStates[static_cast<int>(probe.landlock.state)]),
      ProbeFact::Boolean("landlockSignalScope", (row.scopes & landlock::kScopeSignal) != 0),
      ProbeFact::Boolean("landlockAbstractUnixScope", (row.scopes & landlock::kScopeAbstractUnixSocket) != 0),
      ProbeFact::Boolean("landlockTruncate", (row.fs & landlock::kTruncate) != 0),
      ProbeFact::Boolean("landlockNet", row.net != 0),
      ProbeFact::Boolean("landlockResolveUnix", (row.fs & landlock::kResolveUnix) != 0),
      ProbeFact::Boolean("seccomp", probe.seccomp),
      ProbeFact::Boolean("namespaces", !probe.namespaces_failure),
      ProbeFact::Boolean("pidfd", probe.pidfd),
      ProbeFact::Number("uid", probe.uid),
  };
  if (probe.namespaces_failure) {
    facts.push_back(ProbeFact::Text("namespacesFailure.stage", std::move(probe.namespaces_failure.stage)));
    facts.push_back(
        ProbeFact::Text("namespacesFailure.syscall", std::move(probe.namespaces_failure.syscall)));
    facts.push_back(ProbeFact::Number("namespacesFailure.errno", probe.namespaces_failure.os_error));
    facts.push_back(ProbeFact::Text("namespacesFailure.path", std::move(probe.namespaces_failure.path)));
  }
  return {};
}

}  // namespace moated
