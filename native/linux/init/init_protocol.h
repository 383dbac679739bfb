// What init tells the host, over a pipe: records of eight bytes. The other way, a byte is a signal for the
// command, in the order sent.
#pragma once

#include <stdint.h>

namespace moated {

enum StatusKind : uint32_t {
  kStatusStarted = 1,  // value: pid of the command, as init sees it
  kStatusExited = 2,  // value: wait status of the command
  kStatusExecFailed = 3,  // value: errno of execve
  kStatusDomainFailed = 4,  // value: errno of the nested Landlock domain
  kStatusMaxRss = 6,  // value: kilobytes of the largest process, sent last
  kStatusInitFailed = 5,  // value: errno; the command was not started
};

struct StatusRecord {
  uint32_t kind;
  int32_t value;
};

}  // namespace moated
