// Randomness of the kernel.
#pragma once

#include <cstddef>

#include "failure.h"

namespace moated {

// At most 256 bytes.
Failure RandomBytes(void* bytes, size_t size);

}  // namespace moated
