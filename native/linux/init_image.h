// Our init as a sealed file in memory: it is executed by descriptor, so that no path has to be reachable
// inside a sandbox, and nobody inside can change it.
#pragma once

#include "failure.h"
#include "unique_fd.h"

namespace moated {

Failure OpenInitImage(UniqueFd& image);

}  // namespace moated
