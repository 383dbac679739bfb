#include "macos/poller.h"

#include <fcntl.h>
#include <sys/event.h>

#include <cerrno>
#include <ctime>

#include "posix/run.h"

namespace moated {
namespace {

// The one user event of each queue: it wakes the thread.
constexpr uint64_t kWakeIdent = 0;

int16_t FilterOf(Watch watch) {
  return watch == Watch::kStdin ? EVFILT_WRITE : EVFILT_READ;
}

}  // namespace

Failure Poller::Open() {
  queue_.Reset(kqueue());
  if (!queue_) return {"engine", "kqueue", errno, ""};
  // A kqueue is not inherited by fork, but by posix_spawn unless it says otherwise.
  if (fcntl(queue_.get(), F_SETFD, FD_CLOEXEC) != 0) return {"engine", "fcntl", errno, ""};
  if (!Change(kWakeIdent, EVFILT_USER, EV_ADD | EV_CLEAR, 0, nullptr)) return {"engine", "kevent", errno, ""};
  return {};
}

bool Poller::Change(uint64_t ident, int16_t filter, uint16_t flags, uint32_t details,
                    Watched* watched) const {
  struct kevent change {};
  EV_SET(&change, ident, filter, flags, details, 0, watched);
  return kevent(queue_.get(), &change, 1, nullptr, 0, nullptr) == 0;
}

void Poller::Wake() const {
  Change(kWakeIdent, EVFILT_USER, 0, NOTE_TRIGGER, nullptr);
}

bool Poller::Add(Watched& watched) const {
  if (watched.watch == Watch::kExit) {
    return Change(static_cast<uint64_t>(watched.run->pid()), EVFILT_PROC, EV_ADD | EV_ONESHOT, NOTE_EXIT,
                  &watched);
  }
  int fd = watched.run->WatchedFd(watched.watch);
  return fd < 0 || Change(static_cast<uint64_t>(fd), FilterOf(watched.watch), EV_ADD, 0, &watched);
}

void Poller::Remove(const Watched& watched) const {
  int fd = watched.run->WatchedFd(watched.watch);
  if (fd >= 0) Change(static_cast<uint64_t>(fd), FilterOf(watched.watch), EV_DELETE, 0, nullptr);
}

int Poller::Wait(uint64_t until_us, Watched* (&ready)[kEventsPerTurn]) const {
  struct kevent events[kEventsPerTurn];
  uint64_t now = MonotonicMicroseconds();
  uint64_t wait = until_us > now ? until_us - now : 0;
  timespec timeout{static_cast<time_t>(wait / 1'000'000), static_cast<long>(wait % 1'000'000 * 1000)};
  int count =
      kevent(queue_.get(), nullptr, 0, &events[0], kEventsPerTurn, until_us == 0 ? nullptr : &timeout);
  for (int i = 0; i < count; ++i)
    ready[i] = static_cast<Watched*>(events[i].udata);
  return count;
}

}  // namespace moated
