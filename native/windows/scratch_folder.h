// The private temporary folder of a run, which is gone afterwards.
#pragma once

#include <string>

#include "failure.h"
#include "windows/win.h"

namespace moated {

// Where that of a run with this name is.
Failure ScratchPath(const std::string& run_name, std::string& path);
// For the user, and with a low label for what runs below the user's integrity; `container` may be empty.
Failure CreateScratch(const std::string& path, const std::string& container_sid);
// With everything in it. A link in it is removed, not followed.
Failure RemoveScratch(const std::string& path);

}  // namespace moated
