// A permanent thread that starts runs and watches them with a kqueue.
#pragma once

#include <atomic>
#include <vector>

#include "engine/ref_counted.h"
#include "macos/machine.h"
#include "macos/run.h"
#include "mutex_lock.h"
#include "unique_fd.h"

namespace moated {

class Spawner {
 public:
  explicit Spawner(Machine& machine) : machine_(machine) {}
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
  // What kqueue hands back: which event of which run.
  struct Source {
    Run* run;
    bool exit;  // of the process; else a stream
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
  bool Change(uint64_t ident, int16_t filter, uint16_t flags, uint32_t details, Source* source) const;
  bool WatchStream(Source& source) const;
  void Unwatch(const Source& source) const;
  void Finish(Run& run) const;
  void Handle(Source& source) const;
  void Sweep(uint64_t now_us);
  void Announce(Run& run);
  [[nodiscard]] uint64_t NextCheckUs() const;

  Machine& machine_;
  UniqueFd queue_;
  Mutex mutex_;
  std::vector<Request> requests_;
  std::vector<Active*> active_;
  std::atomic<int> load_{0};
};

}  // namespace moated
