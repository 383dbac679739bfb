#include "linux/poller.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "posix/run.h"

namespace moated {
namespace {

int TimeoutMs(uint64_t until_us) {
  if (until_us == 0) return -1;
  uint64_t now = MonotonicMicroseconds();
  if (until_us <= now) return 0;
  return static_cast<int>(std::min<uint64_t>((until_us - now + 999) / 1000, INT_MAX));
}

}  // namespace

Failure Poller::Open() {
  epoll_.Reset(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll_) return {"engine", "epoll_create1", errno, ""};
  wake_.Reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake_) return {"engine", "eventfd", errno, ""};
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event) != 0)
    return {"engine", "epoll_ctl", errno, ""};
  return {};
}

void Poller::Wake() const {
  uint64_t one = 1;
  // Full only when the thread was woken 2^64 times without reading: it is awake.
  [[maybe_unused]] ssize_t written = write(wake_.get(), &one, sizeof one);
}

bool Poller::Add(Watched& watched) const {
  int fd = watched.run->WatchedFd(watched.watch);
  epoll_event event{};
  event.events = watched.watch == Watch::kStdin ? EPOLLOUT : EPOLLIN;
  event.data.ptr = &watched;
  return fd < 0 || epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void Poller::RemoveFd(int fd) const {
  if (fd >= 0) epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

void Poller::Remove(const Watched& watched) const {
  RemoveFd(watched.run->WatchedFd(watched.watch));
}

// Closing a descriptor does not take it out of an epoll as long as a child that has not executed yet holds a
// copy: everything is taken out before it is closed, or an event would point to a run that is gone.
void Poller::RemoveAll(const Run& run) const {
  for (int i = 0; i < kWatches; ++i)
    RemoveFd(run.WatchedFd(static_cast<Watch>(i)));
}

int Poller::Wait(uint64_t until_us, Watched* (&ready)[kEventsPerTurn]) const {
  epoll_event events[kEventsPerTurn];
  int count = epoll_wait(epoll_.get(), &events[0], kEventsPerTurn, TimeoutMs(until_us));
  for (int i = 0; i < count; ++i) {
    ready[i] = static_cast<Watched*>(events[i].data.ptr);
    if (ready[i] != nullptr) continue;
    uint64_t ignored = 0;
    [[maybe_unused]] ssize_t length = read(wake_.get(), &ignored, sizeof ignored);
  }
  return count;
}

}  // namespace moated
