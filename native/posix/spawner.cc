#include "posix/spawner.h"

#include <cerrno>
#include <cstdint>
#include <utility>

#include "posix/thread.h"

namespace moated {

Failure Spawner::Start() {
  if (!stacks_.valid()) return {"engine", "mmap", errno, ""};
  if (Failure failure = poller_.Open()) return failure;
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
  poller_.Wake();
}

void Spawner::Loop() {
  Watched* ready[Poller::kEventsPerTurn];
  for (;;) {
    int count = poller_.Wait(NextCheckUs(), ready);
    bool woken = false;
    for (int i = 0; i < count; ++i) {
      if (ready[i] == nullptr) {
        woken = true;
      } else {
        Handle(*ready[i]);
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
  restocker_.Submit(run.policy());
}

void Spawner::Begin(Ref<Run> run) {
  if (!run->Start(machine_, stacks_)) {
    Announce(*run);
    return;
  }
  auto* active = new Active{std::move(run), {}};
  active_.push_back(active);
  if (WatchRun(*active)) {
    active->run->Continue();
    return;
  }
  // The kernel has no memory left to watch the run: it would never end for the host, so it ends here, and we
  // wait for it.
  active->run->End(EndReason::kCanceled);
  Finish(*active->run);
}

bool Spawner::WatchRun(Active& active) const {
  for (int i = 0; i < kWatches; ++i) {
    active.watched[i] = {active.run.get(), static_cast<Watch>(i)};
    if (!poller_.Add(active.watched[i])) return false;
  }
  return true;
}

void Spawner::Finish(Run& run) const {
  poller_.RemoveAll(run);
  run.OnExit();
}

void Spawner::Handle(const Watched& watched) const {
  Run& run = *watched.run;
  if (run.ended()) return;  // an earlier event of this turn ended it
  if (watched.watch == Watch::kExit) {
    Finish(run);
  } else if (!run.OnReady(watched.watch)) {
    poller_.Remove(watched);
    run.OnUnwatched(watched.watch);
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
