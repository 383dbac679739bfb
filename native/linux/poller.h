// What a spawner thread waits for, with epoll.
#pragma once

#include <cstdint>

#include "failure.h"
#include "unique_fd.h"
#include "watch.h"

namespace moated {

class Poller {
 public:
  static constexpr int kEventsPerTurn = 64;

  Failure Open();
  // From any thread.
  void Wake() const;
  // A stream that the run does not have is added at once. False: the kernel has no memory left.
  bool Add(Watched& watched) const;
  void Remove(const Watched& watched) const;
  // Of a run that is about to close them all.
  void RemoveAll(const Run& run) const;
  // Waits for events, for Wake, or until a time in monotonic microseconds; 0 is never. Returns how many are
  // ready: null is a Wake.
  int Wait(uint64_t until_us, Watched* (&ready)[kEventsPerTurn]) const;

 private:
  void RemoveFd(int fd) const;

  UniqueFd epoll_;
  UniqueFd wake_;
};

}  // namespace moated
