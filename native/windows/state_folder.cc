#include "windows/state_folder.h"

#include <vector>

#include "system_words.h"
#include "windows/text.h"

namespace moated {

Failure OpenStateFolder(const char* name, std::string& path) {
  std::vector<wchar_t> buffer(32768);
  DWORD length = GetEnvironmentVariableW(L"LOCALAPPDATA", buffer.data(), static_cast<DWORD>(buffer.size()));
  if (length == 0 || length >= buffer.size()) {
    return {"state", "GetEnvironmentVariableW", ERROR_ENVVAR_NOT_FOUND, "LOCALAPPDATA"};
  }
  path = ToUtf8({buffer.data(), length});
  if (!IsAbsolutePath(path)) return {"state", "GetEnvironmentVariableW", ERROR_BAD_PATHNAME, path};
  for (const char* part : {"moated", name}) {
    path += '\\';
    path += part;
    if (CreateDirectoryW(FilePath(path).get(), nullptr) == 0 && GetLastError() != ERROR_ALREADY_EXISTS) {
      return LastFailure("state", "CreateDirectoryW", path);
    }
  }
  return {};
}

}  // namespace moated
