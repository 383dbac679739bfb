#include "macos/spawner.h"

#include <fcntl.h>
#include <sys/event.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <utility>

#include "posix/thread.h"

namespace moated {
namespace {

constexpr int kEventsPerTurn = 64;
// The one user event of each queue: it wakes the thread.
constexpr uint64_t kWakeIdent = 0;

int16_t FilterOf(Watch watch) {
  return watch == Watch::kStdin ? EVFILT_WRITE : EVFILT_READ;
}

}  // namespace

Failure Spawner::Start() {
  queue_.Reset(kqueue());
  if (!queue_) return {"engine", "kqueue", errno, ""};
  // A kqueue is not inherited by fork, but by posix_spawn unless it says otherwise.
  if (fcntl(queue_.get(), F_SETFD, FD_CLOEXEC) != 0) return {"engine", "fcntl", errno, ""};
  if (!Change(kWakeIdent, EVFILT_USER, EV_ADD | EV_CLEAR, 0, nullptr)) return {"engine", "kevent", errno, ""};
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
  Change(kWakeIdent, EVFILT_USER, 0, NOTE_TRIGGER, nullptr);
}

bool Spawner::Change(uint64_t ident, int16_t filter, uint16_t flags, uint32_t details, Source* source) const {
  struct kevent change {};
  EV_SET(&change, ident, filter, flags, details, 0, source);
  return kevent(queue_.get(), &change, 1, nullptr, 0, nullptr) == 0;
}

void Spawner::Loop() {
  struct kevent events[kEventsPerTurn];
  for (;;) {
    uint64_t next = NextCheckUs();
    uint64_t now = MonotonicMicroseconds();
    uint64_t wait = next > now ? next - now : 0;
    timespec timeout{static_cast<time_t>(wait / 1'000'000), static_cast<long>(wait % 1'000'000 * 1000)};
    int count = kevent(queue_.get(), nullptr, 0, &events[0], kEventsPerTurn, next == 0 ? nullptr : &timeout);
    bool woken = false;
    // Exits last: what a process wrote before it ended is read before.
    for (int pass = 0; pass < 2; ++pass) {
      for (int i = 0; i < count; ++i) {
        bool exit = events[i].filter == EVFILT_PROC;
        if (events[i].filter == EVFILT_USER) {
          woken = true;
        } else if (exit == (pass == 1)) {
          Handle(*static_cast<Source*>(events[i].udata));
        }
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
}

void Spawner::Begin(Ref<Run> run) {
  if (!run->Start(machine_)) {
    Announce(*run);
    return;
  }
  auto* active = new Active{std::move(run), {}, {}};
  active_.push_back(active);
  Run& watched = *active->run;
  active->exit = {&watched, true, {}};
  // Stopped as it is, it cannot end before it is watched.
  bool added = Change(static_cast<uint64_t>(watched.pid()), EVFILT_PROC, EV_ADD | EV_ONESHOT, NOTE_EXIT,
                      &active->exit);
  for (int i = 0; i < kWatches && added; ++i) {
    active->streams[i] = {&watched, false, static_cast<Watch>(i)};
    added = WatchStream(active->streams[i]);
  }
  if (added) {
    watched.Continue();
    return;
  }
  // It would never end for the host, so it ends here, before it did anything.
  watched.End(EndReason::kCanceled);
  Finish(watched);
}

bool Spawner::WatchStream(Source& source) const {
  int fd = source.run->WatchedFd(source.watch);
  return fd < 0 || Change(static_cast<uint64_t>(fd), FilterOf(source.watch), EV_ADD, 0, &source);
}

void Spawner::Unwatch(const Source& source) const {
  int fd = source.run->WatchedFd(source.watch);
  if (fd >= 0) Change(static_cast<uint64_t>(fd), FilterOf(source.watch), EV_DELETE, 0, nullptr);
}

// Closing its descriptors takes them out of the queue.
void Spawner::Finish(Run& run) const {
  run.OnExit();
}

void Spawner::Handle(Source& source) const {
  Run& run = *source.run;
  if (run.ended()) return;  // an earlier event of this turn ended it
  if (source.exit) {
    Finish(run);
  } else if (!run.OnReady(source.watch)) {
    Unwatch(source);
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

uint64_t Spawner::NextCheckUs() const {
  uint64_t next = 0;
  for (const Active* active : active_) {
    uint64_t check = active->run->next_check_us();
    if (check != 0 && (next == 0 || check < next)) next = check;
  }
  return next;
}

}  // namespace moated
