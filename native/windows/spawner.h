// A permanent thread that starts runs and waits for what happens to them on one completion port.
#pragma once

#include <atomic>
#include <vector>

#include "engine/ref_counted.h"
#include "windows/mutex_lock.h"
#include "windows/run.h"
#include "windows/unique_handle.h"

namespace moated {

class Spawner {
 public:
  Spawner() = default;
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

  static DWORD WINAPI ThreadMain(void* self);
  void Push(Request request);
  void Loop();
  void HandleRequests();
  void Begin(Ref<Run> run);
  void Handle(ULONG_PTR key, OVERLAPPED* overlapped, bool succeeded, DWORD bytes);
  [[nodiscard]] Run* Find(uint64_t id) const;
  void Sweep(uint64_t now_us);
  void Announce(Run& run);
  [[nodiscard]] DWORD NextTimeoutMs() const;

  UniqueHandle port_;
  Mutex mutex_;
  std::vector<Request> requests_;
  std::vector<Ref<Run>> active_;
  uint64_t next_id_ = 1;  // a late message of a job must not find another run
  std::atomic<int> load_{0};
};

}  // namespace moated
