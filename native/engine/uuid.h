// A random UUID, version 4 (RFC 9562).
#pragma once

#include <string>

#include "failure.h"

namespace moated {

Failure RandomUuid(std::string& uuid);

}  // namespace moated
