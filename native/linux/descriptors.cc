#include "linux/descriptors.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdint>

#include "linux/raw_syscall.h"
#include "linux/syscall_numbers.h"

namespace moated {
namespace {

constexpr const char* kStage = "descriptors";
constexpr int kPlaced = 5;
constexpr unsigned kCloseRangeCloexec = 1U << 2;  // CLOSE_RANGE_CLOEXEC

// For a kernel before 5.11, which knows no such flag. Node marks nearly all of its own, so there is little to
// do; without /proc nothing is known, and the run fails.
bool MarkEach(ChildReport& report) {
  struct Entry {  // linux_dirent64
    uint64_t inode;
    int64_t offset;
    unsigned short length;
    unsigned char type;
    char name[1];
  };
  long folder = RawSyscall(SYS_openat, AT_FDCWD, "/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return report.Fail(kStage, "openat", folder);
  alignas(Entry) char entries[1024] = {};  // the analyser knows no getdents64
  long size = 0;
  while ((size = RawSyscall(SYS_getdents64, folder, &entries[0], sizeof entries)) > 0) {
    for (long at = 0; at < size;) {
      const auto* entry = reinterpret_cast<const Entry*>(&entries[at]);
      at += entry->length;
      int fd = 0;
      for (const char* digit = &entry->name[0]; *digit >= '0' && *digit <= '9'; ++digit)
        fd = fd * 10 + (*digit - '0');
      if (fd < kPlaced) continue;  // also `.` and `..`
      long result = RawSyscall(SYS_fcntl, fd, F_SETFD, FD_CLOEXEC);
      if (result < 0) return report.Fail(kStage, "fcntl", result);
    }
  }
  RawSyscall(SYS_close, folder);
  return size == 0 || report.Fail(kStage, "getdents64", size);
}

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
  if (result == -EINVAL || result == -ENOSYS) return MarkEach(report);
  return result == 0 || report.Fail(kStage, "close_range", result);
}

}  // namespace moated
