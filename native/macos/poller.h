// What a spawner thread waits for, with a kqueue.
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
  // Closing its descriptors takes them out of the queue, and the end of a process is told once.
  void RemoveAll(const Run& /*run*/) const {}
  // Waits for events, for Wake, or until a time in monotonic microseconds; 0 is never. Returns how many are
  // ready: null is a Wake.
  int Wait(uint64_t until_us, Watched* (&ready)[kEventsPerTurn]) const;

 private:
  bool Change(uint64_t ident, int16_t filter, uint16_t flags, uint32_t details, Watched* watched) const;

  UniqueFd queue_;
};

}  // namespace moated
