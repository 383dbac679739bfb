// What the process of a run says on the way to its command.
#pragma once

#include <cstdint>

namespace moated {

enum class Report : uint8_t {
  kMoreToCome,
  kStarted,  // the command runs
  kOver,  // nothing that anybody waits for
};

}  // namespace moated
