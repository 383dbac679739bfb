// The little that portable code must know of the system it runs on.
#pragma once

#include <cerrno>
#include <string_view>

namespace moated {

// `Failure::os_error` of a run that was refused because its host is ending.
constexpr int kCanceledError = ECANCELED;

inline bool IsAbsolutePath(std::string_view path) {
  return !path.empty() && path.front() == '/';
}

}  // namespace moated
