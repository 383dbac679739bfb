// The clock that deadlines and durations are counted by.
#pragma once

#include <cstdint>

namespace moated {

// Never goes back, whatever happens to the time of day.
uint64_t MonotonicMicroseconds();

}  // namespace moated
