// A permanent thread that starts runs and watches them. On Linux parent-death signals follow the thread that
// cloned, so it must never end.
#pragma once

#include <atomic>
#include <vector>

#include "engine/ref_counted.h"
#include "mutex_lock.h"
#include "poller.h"
#include "posix/run.h"
#include "restocker.h"

namespace moated {

class Spawner {
 public:
  Spawner(Machine& machine, Restocker& restocker) : machine_(machine), restocker_(restocker) {}
  Spawner(const Spawner&) = delete;
  Spawner& operator=(const Spawner&) = delete;

  Failure Start();

  // From any thread.
  void Submit(Ref<Run> run);
  void End(Ref<Run> run, EndReason reason);
  void Signal(Ref<Run> run, int number);
  [[nodiscard]] int load() const { return load_.load(std::memory_order_relaxed); }

 private:
  struct Request {
    enum Kind { kStart, kEnd, kSignal } kind;
    Ref<Run> run;
    EndReason reason = EndReason::kCanceled;
    int number = 0;
  };
  struct Active {
    Ref<Run> run;
    Watched watched[kWatches];
  };

  static void* ThreadMain(void* self);
  void Push(Request request);
  void Loop();
  void HandleRequests();
  void Begin(Ref<Run> run);
  [[nodiscard]] bool WatchRun(Active& active) const;
  void Finish(Run& run) const;
  void Handle(const Watched& watched) const;
  void Sweep(uint64_t now_us);
  void Announce(Run& run);
  [[nodiscard]] uint64_t NextCheckUs() const;

  Machine& machine_;
  Restocker& restocker_;
  ChildStacks stacks_;
  Poller poller_;
  Mutex mutex_;
  std::vector<Request> requests_;
  std::vector<Active*> active_;
  std::atomic<int> load_{0};
};

}  // namespace moated
