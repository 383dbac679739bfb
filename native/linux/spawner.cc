#include "linux/spawner.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdint>

#include "linux/restocker.h"
#include "mutex_lock.h"
#include "posix/thread.h"

namespace moated {
namespace {

constexpr int kEventsPerTurn = 64;

}  // namespace

Failure Spawner::Start() {
  if (!stacks_.valid()) return {"engine", "mmap", errno, ""};
  epoll_.Reset(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll_) return {"engine", "epoll_create1", errno, ""};
  wake_.Reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake_) return {"engine", "eventfd", errno, ""};
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event) != 0)
    return {"engine", "epoll_ctl", errno, ""};

  return StartThread(ThreadMain, this);
}

void* Spawner::ThreadMain(void* self) {
  static_cast<Spawner*>(self)->Loop();
  return nullptr;
}

void Spawner::Submit(Ref<Run> run) {
  load_.fetch_add(1, std::memory_order_relaxed);
  Push({Request::kStart, std::move(run)});
}

void Spawner::End(Ref<Run> run, EndReason reason) {
  Push({Request::kEnd, std::move(run), reason});
}

void Spawner::Signal(Ref<Run> run, int number) {
  Push({Request::kSignal, std::move(run), EndReason::kExit, number});
}

void Spawner::Push(Request request) {
  {
    MutexLock lock(mutex_);
    requests_.push_back(std::move(request));
  }
  uint64_t one = 1;
  // Full only when the thread was woken 2^64 times without reading: it is awake.
  [[maybe_unused]] ssize_t written = write(wake_.get(), &one, sizeof one);
}

void Spawner::Loop() {
  epoll_event events[kEventsPerTurn];
  for (;;) {
    int count = epoll_wait(epoll_.get(), &events[0], kEventsPerTurn, NextTimeoutMs());
    bool woken = false;
    for (int i = 0; i < count; ++i) {
      if (events[i].data.ptr == nullptr) {
        woken = true;
      } else {
        Handle(*static_cast<Source*>(events[i].data.ptr));
      }
    }
    Sweep(MonotonicMicroseconds());
    if (!woken) continue;
    HandleRequests();
    // A run that could not be watched has ended already.
    Sweep(MonotonicMicroseconds());
  }
}

void Spawner::HandleRequests() {
  uint64_t ignored = 0;
  [[maybe_unused]] ssize_t length = read(wake_.get(), &ignored, sizeof ignored);
  std::vector<Request> requests;
  {
    MutexLock lock(mutex_);
    requests.swap(requests_);
  }
  for (Request& request : requests) {
    if (request.kind == Request::kStart)
      Begin(std::move(request.run));
    else if (request.kind == Request::kEnd)
      request.run->End(request.reason);
    else
      request.run->Signal(request.number);
  }
}

void Spawner::Announce(Run& run) {
  load_.fetch_sub(1, std::memory_order_relaxed);
  run.observer().OnEnded(run);
  restocker_.Submit(run.policy());
}

void Spawner::Begin(Ref<Run> run) {
  if (!run->Start(machine_, stacks_)) {
    Announce(*run);
    return;
  }
  auto* active = new Active{std::move(run), {}, {}};
  active_.push_back(active);
  Run* watched = active->run.get();
  active->exit = {watched, true, {}};
  bool added = Add(watched->exit_fd(), EPOLLIN, active->exit);
  for (int i = 0; i < kWatches && added; ++i) {
    auto watch = static_cast<Watch>(i);
    active->streams[i] = {watched, false, watch};
    added =
        Add(watched->WatchedFd(watch), watched->WantsWrite(watch) ? EPOLLOUT : EPOLLIN, active->streams[i]);
  }
  if (!added) Abandon(*active);
}

bool Spawner::Add(int fd, uint32_t events, Source& source) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &source;
  return fd < 0 || epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

// Closing a descriptor does not take it out of an epoll as long as a child that has not executed yet holds a
// copy: everything is taken out before it is closed, or an event would point to a run that is gone.
void Spawner::Unwatch(int fd) {
  if (fd >= 0) epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

void Spawner::UnwatchAll(Run& run) {
  Unwatch(run.exit_fd());
  for (int i = 0; i < kWatches; ++i)
    Unwatch(run.WatchedFd(static_cast<Watch>(i)));
}

// The kernel has no memory left to watch the run: it would never end for the host, so it ends here, and we
// wait for it.
void Spawner::Abandon(Active& active) {
  UnwatchAll(*active.run);
  active.run->End(EndReason::kCanceled);
  active.run->OnExit();
}

void Spawner::Handle(Source& source) {
  Run& run = *source.run;
  if (run.ended()) return;  // an earlier event of this turn ended it
  if (source.exit) {
    UnwatchAll(run);
    run.OnExit();
  } else if (!run.OnReady(source.watch)) {
    Unwatch(run.WatchedFd(source.watch));
    run.OnUnwatched(source.watch);
  }
}

// Ends what is over its limits, and lets go of what has ended. After the events of a turn: they point into
// what is deleted here.
void Spawner::Sweep(uint64_t now_us) {
  for (size_t i = 0; i < active_.size();) {
    Active* active = active_[i];
    active->run->CheckLimits(now_us);
    if (!active->run->ended()) {
      ++i;
      continue;
    }
    active_[i] = active_.back();
    active_.pop_back();
    Announce(*active->run);
    delete active;
  }
}

int Spawner::NextTimeoutMs() const {
  uint64_t next = UINT64_MAX;
  for (const Active* active : active_) {
    uint64_t check = active->run->next_check_us();
    if (check != 0) next = std::min(next, check);
  }
  if (next == UINT64_MAX) return -1;
  uint64_t now = MonotonicMicroseconds();
  if (next <= now) return 0;
  return static_cast<int>(std::min<uint64_t>((next - now + 999) / 1000, INT_MAX));
}

}  // namespace moated
