// The failure that makes the host resolve its policy again.
#pragma once

#include <string>

#include "failure.h"
#include "windows/win.h"

namespace moated {

// ERROR_FILE_INVALID: what is there is not what was there when the policy was resolved.
constexpr int kStaleError = ERROR_FILE_INVALID;

inline Failure StaleFailure(const char* call, const std::string& path) {
  return {"prepare", call, kStaleError, path};
}

}  // namespace moated
