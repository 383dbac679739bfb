#include "windows/run_usage.h"

#include "windows/win.h"

// Of psapi.h, without its library.
extern "C" BOOL WINAPI K32GetProcessMemoryInfo(HANDLE process, void* counters, DWORD size);

namespace moated {
namespace {

struct MemoryCounters {
  DWORD size;
  DWORD faults;
  SIZE_T peak_working_set;
  SIZE_T others[7];
};

}  // namespace

void FillUsage(const Job& job, HANDLE process, Outcome& outcome) {
  JobUsage usage;
  if (job.Measure(usage)) {
    outcome.user_us = usage.user_us;
    outcome.system_us = usage.system_us;
    outcome.minor_faults = usage.page_faults;
    outcome.blocks_in = usage.reads;
    outcome.blocks_out = usage.writes;
  }
  MemoryCounters counters{};
  counters.size = sizeof counters;
  if (process != nullptr && K32GetProcessMemoryInfo(process, &counters, sizeof counters) != 0) {
    outcome.max_rss_bytes = counters.peak_working_set;
  }
}

}  // namespace moated
