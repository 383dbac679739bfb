// A permanent thread that starts runs and watches them: parent-death signals follow the thread that cloned,
// so it must never end.
#pragma once

#include <pthread.h>

#include <vector>

#include "engine/ref_counted.h"
#include "linux/child_clone.h"
#include "linux/machine.h"
#include "linux/run.h"
#include "unique_fd.h"

namespace moated {

class Restocker;

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
  // What epoll hands back: which descriptor of which run.
  struct Source {
    Run* run;
    bool exit;  // of init; else a stream
    Watch watch;
  };
  struct Active {
    Ref<Run> run;
    Source exit;
    Source streams[kWatches];
  };

  static void* ThreadMain(void* self);
  void Push(Request request);
  void Loop();
  void HandleRequests();
  void Begin(Ref<Run> run);
  bool Add(int fd, uint32_t events, Source& source);
  void Unwatch(int fd);
  void UnwatchAll(Run& run);
  void Abandon(Active& active);
  void Handle(Source& source);
  void Sweep(uint64_t now_us);
  void Announce(Run& run);
  [[nodiscard]] int NextTimeoutMs() const;

  Machine& machine_;
  Restocker& restocker_;
  ChildStacks stacks_;
  UniqueFd epoll_;
  UniqueFd wake_;
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  std::vector<Request> requests_;
  std::vector<Active*> active_;
  std::atomic<int> load_{0};
};

}  // namespace moated
