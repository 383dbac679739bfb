#include "windows/job.h"

#include <algorithm>

#include "windows/text.h"

namespace moated {
namespace {

// Of TerminateJobObject. The outcome says why, not this number.
constexpr UINT kEndedByUs = 1;

SIZE_T ToSize(uint64_t bytes) {
  return static_cast<SIZE_T>(std::min<uint64_t>(bytes, SIZE_MAX));
}

JOBOBJECT_EXTENDED_LIMIT_INFORMATION LimitsOf(const Limits& limits) {
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION info{};
  JOBOBJECT_BASIC_LIMIT_INFORMATION& basic = info.BasicLimitInformation;
  // The second one: a crash ends the process instead of waiting for somebody to look at a dialog.
  basic.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION;
  if (limits.processes != 0) {
    basic.LimitFlags |= JOB_OBJECT_LIMIT_ACTIVE_PROCESS;
    basic.ActiveProcessLimit = static_cast<DWORD>(std::min<uint64_t>(limits.processes, MAXDWORD));
  }
  if (limits.cpu_ms != 0) {
    basic.LimitFlags |= JOB_OBJECT_LIMIT_JOB_TIME;
    basic.PerJobUserTimeLimit.QuadPart =
        static_cast<LONGLONG>(std::min<uint64_t>(limits.cpu_ms, INT64_MAX / 10'000) * 10'000);
  }
  if (limits.memory != 0) {
    basic.LimitFlags |= JOB_OBJECT_LIMIT_JOB_MEMORY;
    info.JobMemoryLimit = ToSize(limits.memory);
  }
  if (limits.process_memory != 0) {
    basic.LimitFlags |= JOB_OBJECT_LIMIT_PROCESS_MEMORY;
    info.ProcessMemoryLimit = ToSize(limits.process_memory);
  }
  return info;
}

}  // namespace

Failure Job::Create(const LaunchPlan& plan) {
  handle_.Reset(CreateJobObjectW(nullptr, nullptr));
  if (!handle_) return LastFailure("job", "CreateJobObjectW");
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = LimitsOf(plan.limits);
  if (SetInformationJobObject(get(), JobObjectExtendedLimitInformation, &limits, sizeof limits) == 0) {
    return LastFailure("job", "SetInformationJobObject", "limits");
  }
  if (plan.ui_limits == 0) return {};
  JOBOBJECT_BASIC_UI_RESTRICTIONS ui{plan.ui_limits};
  if (SetInformationJobObject(get(), JobObjectBasicUIRestrictions, &ui, sizeof ui) == 0) {
    return LastFailure("job", "SetInformationJobObject", "user interface");
  }
  return {};
}

Failure Job::ReportTo(HANDLE port, ULONG_PTR key) const {
  JOBOBJECT_ASSOCIATE_COMPLETION_PORT association{};
  // A number all the way: the port hands it back as one.
  association.CompletionKey = reinterpret_cast<PVOID>(key);  // NOLINT(performance-no-int-to-ptr)
  association.CompletionPort = port;
  if (SetInformationJobObject(get(), JobObjectAssociateCompletionPortInformation, &association,
                              sizeof association) == 0) {
    return LastFailure("job", "SetInformationJobObject", "completion port");
  }
  return {};
}

void Job::End() const {
  if (handle_) TerminateJobObject(get(), kEndedByUs);
}

bool Job::Measure(JobUsage& usage) const {
  JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION info{};
  if (QueryInformationJobObject(get(), JobObjectBasicAndIoAccountingInformation, &info, sizeof info,
                                nullptr) == 0) {
    return false;
  }
  usage.active = info.BasicInfo.ActiveProcesses;
  usage.user_us = static_cast<uint64_t>(info.BasicInfo.TotalUserTime.QuadPart) / 10;
  usage.system_us = static_cast<uint64_t>(info.BasicInfo.TotalKernelTime.QuadPart) / 10;
  usage.page_faults = static_cast<int64_t>(info.BasicInfo.TotalPageFaultCount);
  usage.reads = static_cast<int64_t>(info.IoInfo.ReadOperationCount);
  usage.writes = static_cast<int64_t>(info.IoInfo.WriteOperationCount);
  return true;
}

}  // namespace moated
