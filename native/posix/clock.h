#pragma once

#include <cstdint>

namespace moated {

uint64_t MonotonicMicroseconds();

}  // namespace moated
