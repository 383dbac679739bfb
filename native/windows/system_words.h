// The little that portable code must know of the system it runs on.
#pragma once

#include <string_view>

namespace moated {

// `Failure::os_error` of a run that was refused because its host is ending: ERROR_CANCELLED.
constexpr int kCanceledError = 1223;

// With a drive, or a share. `\name` and `C:name` depend on where the host happens to be.
inline bool IsAbsolutePath(std::string_view path) {
  auto separator = [&path](size_t at) { return path[at] == '\\' || path[at] == '/'; };
  if (path.size() < 3) return false;
  char drive = static_cast<char>(path[0] | 0x20);
  if (drive >= 'a' && drive <= 'z' && path[1] == ':') return separator(2);
  return separator(0) && separator(1);
}

}  // namespace moated
