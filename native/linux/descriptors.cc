#include "linux/descriptors.h"

#include <fcntl.h>

#include "linux/raw_syscall.h"
#include "linux/syscall_numbers.h"

namespace moated {
namespace {

constexpr const char* kStage = "descriptors";
constexpr int kPlaced = 5;
constexpr unsigned kCloseRangeCloexec = 1U << 2;  // CLOSE_RANGE_CLOEXEC

}  // namespace

bool PlaceDescriptors(const DescriptorPlan& plan, ChildReport& report) {
  int sources[kPlaced];
  // A low source could be overwritten before its turn: such ones move up first.
  for (int i = 0; i < kPlaced; ++i) {
    sources[i] = plan.sources[i];
    if (sources[i] >= kFirstFreeFd) continue;
    long moved = RawSyscall(SYS_fcntl, sources[i], F_DUPFD_CLOEXEC, kFirstFreeFd);
    if (moved < 0) return report.Fail(kStage, "fcntl", moved);
    sources[i] = static_cast<int>(moved);
  }
  for (int i = 0; i < kPlaced; ++i) {
    long result = RawSyscall(SYS_dup3, sources[i], i, 0);
    if (result < 0) return report.Fail(kStage, "dup3", result);
  }
  // Not closed but marked: the rulesets and namespaces of this run are still needed until exec.
  long result = RawSyscall(SYS_close_range, kPlaced, ~0U, kCloseRangeCloexec);
  return result == 0 || report.Fail(kStage, "close_range", result);
}

}  // namespace moated
