// Finds a program the way execvp does.
#pragma once

#include <string>

#include "failure.h"

namespace moated {

// `name` with a slash is taken as it is; otherwise the first executable file of that name in the absolute
// directories of `path`.
Failure FindProgram(const std::string& name, const std::string& path, std::string& found);

}  // namespace moated
