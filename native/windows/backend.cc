#include "windows/backend.h"

#include "windows/app_container.h"
#include "windows/token.h"

namespace moated {
namespace {

// GetVersionEx answers what the host's manifest claims to know.
DWORD BuildNumber() {
  using Function = LONG(WINAPI*)(OSVERSIONINFOW*);
  HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
  auto get = reinterpret_cast<Function>(
      reinterpret_cast<void*>(ntdll == nullptr ? nullptr : GetProcAddress(ntdll, "RtlGetVersion")));
  OSVERSIONINFOW version{};
  version.dwOSVersionInfoSize = sizeof version;
  return get != nullptr && get(&version) == 0 ? version.dwBuildNumber : 0;
}

// Wine accepts limits and forgets them.
bool JobLimitsWork() {
  LaunchPlan plan;
  plan.limits.processes = 1;
  Job job;
  if (job.Create(plan)) return false;
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION info{};
  return QueryInformationJobObject(job.get(), JobObjectExtendedLimitInformation, &info, sizeof info,
                                   nullptr) != 0 &&
         (info.BasicLimitInformation.LimitFlags & JOB_OBJECT_LIMIT_ACTIVE_PROCESS) != 0;
}

bool InJob() {
  BOOL inside = TRUE;
  return IsProcessInJob(GetCurrentProcess(), nullptr, &inside) == 0 || inside != 0;
}

}  // namespace

Ref<SharedPolicy> MakePolicy(LaunchPlan plan) {
  return Ref<SharedPolicy>(new SharedPolicy(std::move(plan)));
}

// In the order of WindowsProbe of src/types.ts.
Failure ProbeMachine(ProbeFacts& facts) {
  facts.push_back(ProbeFact::Text("system", "windows"));
  facts.push_back(ProbeFact::Number("build", BuildNumber()));
  facts.push_back(ProbeFact::Boolean("wine", IsWine()));
  facts.push_back(ProbeFact::Boolean("appContainer", AppContainersWork()));
  facts.push_back(ProbeFact::Boolean("restrictedToken", RestrictedTokensWork()));
  facts.push_back(ProbeFact::Boolean("jobLimits", JobLimitsWork()));
  facts.push_back(ProbeFact::Boolean("inJob", InJob()));
  facts.push_back(ProbeFact::Boolean("elevated", IsElevated()));
  return {};
}

}  // namespace moated
