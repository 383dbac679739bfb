// The three streams of a run: the ends that it gets, those that the host keeps, and what is on its way in
// between.
#pragma once

#include "engine/run_request.h"
#include "failure.h"
#include "windows/transfer.h"
#include "windows/unique_handle.h"

namespace moated {

class RunStreams {
 public:
  RunStreams() = default;
  RunStreams(const RunStreams&) = delete;
  RunStreams& operator=(const RunStreams&) = delete;

  // Makes the pipes whose ends the host keeps, and looks up the host's descriptors. On the host's thread.
  Failure OpenHostEnds(const RunRequest& request);
  // The host's end of a `pipe` stream as a descriptor, given away; -1 for the others.
  int TakeHostEnd(int stream);

  // Opens the others. What is captured is posted to `port` and lands in `outcome`; `request` and `outcome`
  // stay where they are. With a console of its own, the run has no part in the host's.
  Failure Open(const RunRequest& request, bool own_console, HANDLE port, ULONG_PTR key, Outcome& outcome);

  // What the process gets.
  [[nodiscard]] HANDLE run_end(int stream) const { return run_ends_[stream].get(); }
  // The process has them, or nobody will: a pipe ends when its last holder ends.
  void CloseRunEnds();

  // Operations under way complete into this object, which must last until none is pending.
  [[nodiscard]] bool AnyPending() const;
  void Cancel();

 private:
  UniqueHandle host_ends_[3];
  UniqueHandle run_ends_[3];
  Transfer transfers_[3];
};

}  // namespace moated
