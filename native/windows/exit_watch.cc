#include "windows/exit_watch.h"

#include "windows/text.h"

namespace moated {

void CALLBACK ExitWatch::Post(PVOID self, BOOLEAN /*timed_out*/) {
  const auto& watch = *static_cast<const ExitWatch*>(self);
  PostQueuedCompletionStatus(watch.port_, 0, watch.key_, nullptr);
}

Failure ExitWatch::Start(HANDLE process, HANDLE port, ULONG_PTR key) {
  port_ = port;
  key_ = key;
  if (RegisterWaitForSingleObject(&wait_, process, Post, this, INFINITE, WT_EXECUTEONLYONCE) == 0) {
    wait_ = nullptr;
    return LastFailure("exec", "RegisterWaitForSingleObject");
  }
  return {};
}

void ExitWatch::Stop() {
  // Waits for a call of ours that is just under way, and lasts no longer than posting.
  if (wait_ != nullptr) UnregisterWaitEx(wait_, INVALID_HANDLE_VALUE);
  wait_ = nullptr;
}

}  // namespace moated
