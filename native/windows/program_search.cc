#include "windows/program_search.h"

#include <string_view>

#include "system_words.h"
#include "windows/text.h"

namespace moated {
namespace {

constexpr std::string_view kProgramEndings[] = {".exe", ".com"};
constexpr std::string_view kBatchEndings[] = {".bat", ".cmd"};

bool EndsWith(std::string_view text, std::string_view lower) {
  if (text.size() < lower.size()) return false;
  std::string_view tail = text.substr(text.size() - lower.size());
  for (size_t i = 0; i < lower.size(); ++i) {
    char c = tail[i];
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
    if (c != lower[i]) return false;
  }
  return true;
}

bool EndsWithOneOf(std::string_view text, const std::string_view (&endings)[2]) {
  return EndsWith(text, endings[0]) || EndsWith(text, endings[1]);
}

// The file system drops these from the end of a name, so `x.bat. ` is a batch file too.
std::string_view Stripped(std::string_view name) {
  while (!name.empty() && (name.back() == '.' || name.back() == ' '))
    name.remove_suffix(1);
  return name;
}

bool IsFile(const std::string& path) {
  DWORD attributes = GetFileAttributesW(WideText(path).get());
  return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0;
}

// Whether a colon is anywhere but after the drive: what follows it would be a stream of a file.
bool NamesStream(std::string_view path) {
  constexpr std::string_view kVerbatim = R"(\\?\)";
  size_t drive = path.substr(0, kVerbatim.size()) == kVerbatim ? kVerbatim.size() : 0;
  return path.find(':', drive + 2) != std::string_view::npos;
}

Failure NotFound(const std::string& name) {
  return {"resolve", "SearchPathW", ERROR_FILE_NOT_FOUND, name};
}

Failure NoProgram(const std::string& path) {
  return {"resolve", "CreateProcessW", ERROR_BAD_EXE_FORMAT, path};
}

// `base` as it is when it ends like a program, else with the endings of programs. A batch file in their place
// is the answer too, since it is what the user would have got from a shell.
Failure TryBase(const std::string& base, std::string& found) {
  if (EndsWithOneOf(Stripped(base), kBatchEndings)) return IsFile(base) ? NoProgram(base) : NotFound(base);
  if (EndsWithOneOf(base, kProgramEndings)) {
    if (!IsFile(base)) return NotFound(base);
    found = base;
    return {};
  }
  for (std::string_view ending : kProgramEndings) {
    std::string candidate = base + std::string(ending);
    if (!IsFile(candidate)) continue;
    found = std::move(candidate);
    return {};
  }
  for (std::string_view ending : kBatchEndings) {
    std::string candidate = base + std::string(ending);
    if (IsFile(candidate)) return NoProgram(candidate);
  }
  return IsFile(base) ? NoProgram(base) : NotFound(base);
}

}  // namespace

Failure FindProgram(const std::string& name, const std::string& path, const std::string& cwd,
                    std::string& found) {
  if (name.find_first_of("\\/") != std::string::npos) {
    if (IsAbsolutePath(name)) return NamesStream(name) ? NotFound(name) : TryBase(name, found);
    // `\x` and `C:x` mean something that only the process of the host knows.
    if (name[0] == '\\' || name[0] == '/' || name.find(':') != std::string::npos) return NotFound(name);
    return TryBase(cwd + "\\" + name, found);
  }
  // Also a stream of a file, and a drive-relative name.
  if (name.empty() || name.find(':') != std::string::npos) return NotFound(name);
  std::string_view rest = path;
  while (!rest.empty()) {
    size_t end = rest.find(';');
    std::string directory(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (!IsAbsolutePath(directory)) continue;
    if (directory.back() != '\\' && directory.back() != '/') directory += '\\';
    Failure failure = TryBase(directory + name, found);
    if (failure.os_error != ERROR_FILE_NOT_FOUND) return failure;
  }
  return NotFound(name);
}

}  // namespace moated
