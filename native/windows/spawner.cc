#include "windows/spawner.h"

#include <algorithm>
#include <utility>

#include "windows/clock.h"
#include "windows/notice.h"
#include "windows/text.h"

namespace moated {
namespace {

constexpr SIZE_T kThreadStack = SIZE_T{1} << 20;

}  // namespace

Failure Spawner::Start() {
  port_.Reset(CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, 1));
  if (!port_) return LastFailure("engine", "CreateIoCompletionPort");
  // It never ends, so nobody waits for it.
  UniqueHandle thread(CreateThread(nullptr, kThreadStack, ThreadMain, this, 0, nullptr));
  if (!thread) return LastFailure("engine", "CreateThread");
  return {};
}

DWORD WINAPI Spawner::ThreadMain(void* self) {
  static_cast<Spawner*>(self)->Loop();
  return 0;
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
  PostQueuedCompletionStatus(port_.get(), 0, NoticeKey(0, Notice::kWake), nullptr);
}

void Spawner::Loop() {
  for (;;) {
    DWORD bytes = 0;
    ULONG_PTR key = 0;
    OVERLAPPED* overlapped = nullptr;
    bool succeeded = GetQueuedCompletionStatus(port_.get(), &bytes, &key, &overlapped, NextTimeoutMs()) != 0;
    // An operation that failed has an OVERLAPPED; nothing at all means that the time is up.
    if (succeeded || overlapped != nullptr) Handle(key, overlapped, succeeded, bytes);
    Sweep(MonotonicMicroseconds());
  }
}

void Spawner::Handle(ULONG_PTR key, OVERLAPPED* overlapped, bool succeeded, DWORD bytes) {
  auto notice = static_cast<Notice>(key & 3);
  if (notice == Notice::kWake) {
    HandleRequests();
    return;
  }
  Run* run = Find(key >> 2);
  if (run == nullptr) return;  // a message of a job whose run is over
  if (notice == Notice::kTransfer)
    run->OnTransfer(*static_cast<Transfer*>(overlapped), succeeded, bytes);
  else if (notice == Notice::kExit)
    run->OnProcessExit();
  else
    run->OnJobMessage(bytes);
}

Run* Spawner::Find(uint64_t id) const {
  for (const Ref<Run>& run : active_) {
    if (run->id() == id) return run.get();
  }
  return nullptr;
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

void Spawner::Begin(Ref<Run> run) {
  if (run->Start(port_.get(), next_id_++))
    active_.push_back(std::move(run));
  else
    Announce(*run);
}

void Spawner::Announce(Run& run) {
  load_.fetch_sub(1, std::memory_order_relaxed);
  run.observer().OnEnded(run);
}

// Ends what is over its limits, and lets go of what has ended.
void Spawner::Sweep(uint64_t now_us) {
  for (size_t i = 0; i < active_.size();) {
    active_[i]->CheckLimits(now_us);
    if (!active_[i]->ended()) {
      ++i;
      continue;
    }
    Ref<Run> run = std::move(active_[i]);
    active_[i] = std::move(active_.back());
    active_.pop_back();
    Announce(*run);
  }
}

DWORD Spawner::NextTimeoutMs() const {
  uint64_t next = UINT64_MAX;
  for (const Ref<Run>& run : active_) {
    uint64_t check = run->next_check_us();
    if (check != 0) next = std::min(next, check);
  }
  if (next == UINT64_MAX) return INFINITE;
  uint64_t now = MonotonicMicroseconds();
  if (next <= now) return 0;
  return static_cast<DWORD>(std::min<uint64_t>((next - now + 999) / 1000, INFINITE - 1));
}

}  // namespace moated
