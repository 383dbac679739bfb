#include "linux/run_cgroup.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "linux/cgroup_parent.h"

namespace moated {
namespace {

// After a kill of a group, what is cloned into one of the same name is killed too: each run has its own.
std::atomic<uint64_t> next_number{0};

uint64_t FieldOf(const std::string& text, const char* name) {
  size_t at = ("\n" + text).find("\n" + std::string(name) + " ");
  return at == std::string::npos ? 0 : strtoull(text.c_str() + at + strlen(name) + 1, nullptr, 10);
}

}  // namespace

Failure RunCgroup::Create(const CgroupParent& parent, const Limits& limits) {
  name_ = "run-" + std::to_string(next_number.fetch_add(1));
  if (mkdirat(parent.fd(), name_.c_str(), 0755) != 0) return {"cgroup", "mkdirat", errno, parent.path()};
  parent_ = parent.fd();
  directory_.Reset(openat(parent_, name_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory_) return {"cgroup", "openat", errno, parent.path()};
  auto set = [&](const char* file, uint64_t value) {
    return WriteControl(directory_.get(), file, std::to_string(value));
  };
  if (limits.memory != 0) {
    if (!set("memory.max", limits.memory)) return {"cgroup", "write", errno, "memory.max"};
    // All of the run or nothing: half of a process tree is of no use to anybody.
    if (!set("memory.oom.group", 1)) return {"cgroup", "write", errno, "memory.oom.group"};
    // Kernels without swap accounting do not have the file.
    if (!set("memory.swap.max", 0) && errno != ENOENT) return {"cgroup", "write", errno, "memory.swap.max"};
  }
  // One more than asked for: our init is counted too.
  if (limits.processes != 0 && !set("pids.max", limits.processes + 1))
    return {"cgroup", "write", errno, "pids.max"};
  return {};
}

bool RunCgroup::OutOfMemory() const {
  return directory_ && FieldOf(ReadControl(directory_.get(), "memory.events"), "oom_kill") > 0;
}

uint64_t RunCgroup::PeakMemory() const {
  return directory_ ? strtoull(ReadControl(directory_.get(), "memory.peak").c_str(), nullptr, 10) : 0;
}

void RunCgroup::End() const {
  if (!directory_) return;
  UniqueFd events(openat(directory_.get(), "cgroup.events", O_RDONLY | O_CLOEXEC));
  if (!events) return;
  constexpr int kMaxTurns = 20;
  for (int turn = 0; turn < kMaxTurns; ++turn) {
    // Through the same descriptor, from which the kernel tells changes since the last look.
    char text[256];
    ssize_t length = pread(events.get(), text, sizeof text, 0);
    if (length <= 0 || FieldOf({text, static_cast<size_t>(length)}, "populated") == 0) return;
    // Linux 5.14. Before, those that are left have been killed all the same.
    if (turn == 0) WriteControl(directory_.get(), "cgroup.kill", "1");
    pollfd changed{events.get(), POLLPRI, 0};
    poll(&changed, 1, 10);
  }
}

void RunCgroup::Remove() {
  if (parent_ < 0) return;
  directory_.Reset();
  unlinkat(parent_, name_.c_str(), AT_REMOVEDIR);
  parent_ = -1;
}

}  // namespace moated
