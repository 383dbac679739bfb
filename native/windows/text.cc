#include "windows/text.h"

namespace moated {

WideText::WideText(std::string_view utf8) {
  int size = static_cast<int>(utf8.size());
  constexpr DWORD kStrict = MB_ERR_INVALID_CHARS;
  int length = size == 0 ? 0 : MultiByteToWideChar(CP_UTF8, kStrict, utf8.data(), size, nullptr, 0);
  units_.resize(static_cast<size_t>(length) + 1);
  if (length > 0) MultiByteToWideChar(CP_UTF8, kStrict, utf8.data(), size, units_.data(), length);
  units_[static_cast<size_t>(length)] = L'\0';
}

std::string ToUtf8(std::wstring_view text) {
  int size = static_cast<int>(text.size());
  if (size == 0) return {};
  constexpr DWORD kStrict = WC_ERR_INVALID_CHARS;
  int length = WideCharToMultiByte(CP_UTF8, kStrict, text.data(), size, nullptr, 0, nullptr, nullptr);
  std::string utf8(static_cast<size_t>(length), '\0');
  WideCharToMultiByte(CP_UTF8, kStrict, text.data(), size, utf8.data(), length, nullptr, nullptr);
  return utf8;
}

WideText FilePath(std::string_view path) {
  return WideText(R"(\\?\)" + std::string(path));
}

Failure LastFailure(const char* stage, const char* call, std::string_view path) {
  auto code = static_cast<int>(GetLastError());
  // A failure must never look like success.
  return {stage, call, code == 0 ? ERROR_GEN_FAILURE : code, path};
}

}  // namespace moated
