// A random UUID, version 4 (RFC 9562).
#pragma once

#include <string>

namespace moated {

// Empty when the kernel has no randomness to give.
std::string RandomUuid();

}  // namespace moated
