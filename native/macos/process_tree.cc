#include "macos/process_tree.h"

#include <libproc.h>
#include <mach/mach_time.h>
#include <signal.h>
#include <sys/proc_info.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

namespace moated {
namespace {

constexpr uint32_t kZombie = 5;  // SZOMB of <sys/proc.h>
constexpr int kRounds = 200;
constexpr useconds_t kPauseUs = 1000;

std::vector<pid_t> AllProcesses() {
  std::vector<pid_t> pids;
  // More may have started between asking how many there are and the list.
  for (int room = proc_listallpids(nullptr, 0) + 64; room > 64; room *= 2) {
    pids.resize(static_cast<size_t>(room));
    int count = proc_listallpids(pids.data(), room * static_cast<int>(sizeof(pid_t)));
    if (count < 0) return {};
    if (count < room) {
      pids.resize(static_cast<size_t>(count));
      return pids;
    }
  }
  return {};
}

uint64_t Milliseconds(uint64_t ticks) {
  mach_timebase_info_data_t base{1, 1};
  mach_timebase_info(&base);
  return ticks / 1'000'000 * base.numer / base.denom;
}

void Add(pid_t pid, TreeUsage& usage) {
  rusage_info_v2 used{};
  if (proc_pid_rusage(pid, RUSAGE_INFO_V2, reinterpret_cast<rusage_info_t*>(&used)) == 0) {
    usage.memory_bytes += used.ri_phys_footprint;
    usage.cpu_ms += Milliseconds(used.ri_user_time + used.ri_system_time + used.ri_child_user_time +
                                 used.ri_child_system_time);
  }
  proc_taskinfo task{};
  int size = proc_pidinfo(pid, PROC_PIDTASKINFO, 0, &task, sizeof task);
  usage.tasks += size == static_cast<int>(sizeof task) ? static_cast<uint64_t>(task.pti_threadnum) : 1;
}

}  // namespace

std::vector<pid_t> ProcessTree::Find() const {
  struct Entry {
    pid_t pid;
    pid_t parent;
    bool zombie;
    bool member;
  };
  std::vector<Entry> entries;
  const pid_t self = getpid();
  for (pid_t pid : AllProcesses()) {
    // Whatever the kernel answers, this is neither us nor launchd.
    if (pid <= 1 || pid == self) continue;
    proc_bsdinfo info{};
    if (proc_pidinfo(pid, PROC_PIDTBSDINFO, 0, &info, sizeof info) != static_cast<int>(sizeof info)) continue;
    bool zombie = info.pbi_status == kZombie;
    bool member = pid == leader_ || static_cast<pid_t>(info.pbi_pgid) == leader_ || getsid(pid) == leader_ ||
                  (!zombie && mark_.IsOn(pid));
    entries.push_back({pid, static_cast<pid_t>(info.pbi_ppid), zombie, member});
  }
  // Children of members, also where they left the session and have no mark: those of `trusted`.
  for (bool grown = true; grown;) {
    grown = false;
    for (Entry& entry : entries) {
      if (entry.member) continue;
      entry.member = std::any_of(entries.begin(), entries.end(), [&](const Entry& other) {
        return other.member && other.pid == entry.parent;
      });
      grown = grown || entry.member;
    }
  }
  std::vector<pid_t> found;
  for (const Entry& entry : entries) {
    if (entry.member && !entry.zombie) found.push_back(entry.pid);
  }
  return found;
}

TreeUsage ProcessTree::Measure() const {
  TreeUsage usage;
  for (pid_t pid : Find())
    Add(pid, usage);
  return usage;
}

bool ProcessTree::Kill() const {
  if (leader_ <= 1) return true;
  for (int round = 0; round < kRounds; ++round) {
    // One call for most of them, which none of the group can fork away from.
    killpg(leader_, SIGKILL);
    std::vector<pid_t> living = Find();
    if (living.empty()) return true;
    for (pid_t pid : living)
      kill(pid, SIGKILL);
    // A killed process is on the list until it has let go of its memory. What it forked before it died is
    // found in the next round.
    if (round > 0) usleep(kPauseUs);
  }
  return false;
}

}  // namespace moated
