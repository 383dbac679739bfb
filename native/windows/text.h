// UTF-8, which the host speaks, to UTF-16, which the system speaks, and failures with the system's code. Text
// that is not well-formed becomes an empty one, which calls refuse: with a replacement character in it, it
// would name something else.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "failure.h"
#include "windows/win.h"

namespace moated {

// Ends with a NUL. A vector, since std::wstring would need more of the C++ library than native/minirt.cc has.
class WideText {
 public:
  WideText() : units_(1, L'\0') {}
  explicit WideText(std::string_view utf8);
  [[nodiscard]] const wchar_t* get() const { return units_.data(); }
  // For calls that write into their argument.
  wchar_t* data() { return units_.data(); }
  // Without the NUL.
  [[nodiscard]] size_t size() const { return units_.size() - 1; }

 private:
  std::vector<wchar_t> units_;
};

std::string ToUtf8(std::wstring_view text);

// An absolute path as the file system takes it: no limit on its length, and no name in it that means a
// device.
WideText FilePath(std::string_view path);

// With the code of the last call that failed.
Failure LastFailure(const char* stage, const char* call, std::string_view path = {});

}  // namespace moated
