#include "posix/watchdog.h"

#include <algorithm>

namespace moated {
namespace {

constexpr uint64_t kIntervalUs = 50'000;

}  // namespace

void Watchdog::Start(uint64_t now_us) {
  if (request_.timeout_ms != 0) deadline_us_ = now_us + request_.timeout_ms * 1000;
  Again(now_us);
}

bool Watchdog::Measures() const {
  return request_.max_memory != 0 || request_.max_processes != 0 || request_.max_cpu_ms != 0;
}

EndReason Watchdog::Compare(const TreeUsage& usage) const {
  if (request_.max_memory != 0 && usage.memory_bytes > request_.max_memory) return EndReason::kMemory;
  if (request_.max_processes != 0 && usage.tasks > request_.max_processes) return EndReason::kProcesses;
  if (request_.max_cpu_ms != 0 && usage.cpu_ms > request_.max_cpu_ms) return EndReason::kCpu;
  return EndReason::kExit;
}

void Watchdog::Again(uint64_t now_us) {
  next_us_ = deadline_us_;
  if (!Measures()) return;
  uint64_t next = now_us + kIntervalUs;
  next_us_ = deadline_us_ == 0 ? next : std::min(next, deadline_us_);
}

}  // namespace moated
