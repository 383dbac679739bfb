// The job object of one run: whoever is in it ends with it, whatever the host does.
#pragma once

#include <cstdint>

#include "failure.h"
#include "windows/launch_plan.h"
#include "windows/unique_handle.h"

namespace moated {

struct JobUsage {
  uint32_t active = 0;  // processes
  uint64_t user_us = 0;
  uint64_t system_us = 0;
  int64_t page_faults = 0;
  int64_t reads = 0;
  int64_t writes = 0;
};

class Job {
 public:
  // Kill on close, and the limits of the plan. Nobody may break away.
  Failure Create(const LaunchPlan& plan);
  // What happens in it is posted to a completion port.
  Failure ReportTo(HANDLE port, ULONG_PTR key) const;
  [[nodiscard]] HANDLE get() const { return handle_.get(); }
  // Ends everybody in it. They are gone when `active` is 0.
  void End() const;
  // False when it cannot be asked: then nothing is known.
  bool Measure(JobUsage& usage) const;
  void Close() { handle_.Reset(); }

 private:
  UniqueHandle handle_;
};

}  // namespace moated
