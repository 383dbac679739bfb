#include "windows/shared_policy.h"

#include "windows/text.h"

namespace moated {
namespace {

bool Exists(const std::string& path) {
  if (GetFileAttributesW(FilePath(path).get()) != INVALID_FILE_ATTRIBUTES) return true;
  DWORD error = GetLastError();
  // Whatever else it says, something is there.
  return error != ERROR_FILE_NOT_FOUND && error != ERROR_PATH_NOT_FOUND;
}

}  // namespace

std::string SharedPolicy::StalePath() const {
  for (const std::string& path : plan_.absents) {
    if (Exists(path)) return path;
  }
  for (const auto* list : {&plan_.hides, &plan_.protects, &plan_.pins, &plan_.readable, &plan_.writable}) {
    for (const std::string& path : *list) {
      if (!Exists(path)) return path;
    }
  }
  return {};
}

}  // namespace moated
