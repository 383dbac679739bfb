#include "linux/rlimits.h"

#include <sys/resource.h>

#include <cerrno>

#include "linux/raw_syscall.h"

namespace moated {
namespace {

bool SetLimit(int resource, const char* name, uint64_t soft, uint64_t hard, ChildReport& report) {
  rlimit64 current{};
  long result = RawSyscall(SYS_prlimit64, 0, resource, nullptr, &current);
  if (result != 0) return report.Fail("limits", "prlimit64", result, name);
  // A limit of the host stays in force where it is stricter.
  rlimit64 wanted{soft < current.rlim_max ? soft : current.rlim_max,
                  hard < current.rlim_max ? hard : current.rlim_max};
  result = RawSyscall(SYS_prlimit64, 0, resource, &wanted, nullptr);
  return result == 0 || report.Fail("limits", "prlimit64", result, name);
}

bool SetLimit(int resource, const char* name, uint64_t value, ChildReport& report) {
  return value == 0 || SetLimit(resource, name, value, value, report);
}

}  // namespace

bool SetLimits(const Limits& limits, bool count_processes, ChildReport& report) {
  // A core dump would put memory of the run on the host's disk.
  if (!SetLimit(RLIMIT_CORE, "core", 0, 0, report)) return false;
  // One second more for the hard limit: SIGXCPU first, then SIGKILL.
  if (limits.cpu_seconds != 0 &&
      !SetLimit(RLIMIT_CPU, "cpu", limits.cpu_seconds, limits.cpu_seconds + 1, report)) {
    return false;
  }
  // One more than asked for: our init is counted too.
  if (limits.processes != 0 && count_processes &&
      !SetLimit(RLIMIT_NPROC, "processes", limits.processes + 1, report)) {
    return false;
  }
  return SetLimit(RLIMIT_AS, "address-space", limits.address_space, report) &&
         SetLimit(RLIMIT_FSIZE, "file-size", limits.file_size, report);
}

bool SetOpenFilesLimit(const Limits& limits, ChildReport& report) {
  return SetLimit(RLIMIT_NOFILE, "files", limits.files, report);
}

}  // namespace moated
