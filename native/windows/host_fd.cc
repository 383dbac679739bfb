#include "windows/host_fd.h"

#include <string>

#include "windows/text.h"

namespace moated {
namespace {

constexpr int kDirectoryNotSupported = 336;  // ERROR_DIRECTORY_NOT_SUPPORTED; older headers lack it

// Of node.exe, whatever it is called, or of the library that it is in.
template <typename T>
T FindInHost(const char* name) {
  for (const wchar_t* module : {static_cast<const wchar_t*>(nullptr), L"libnode.dll", L"node.dll"}) {
    HMODULE library = GetModuleHandleW(module);
    FARPROC found = library == nullptr ? nullptr : GetProcAddress(library, name);
    if (found != nullptr) return reinterpret_cast<T>(reinterpret_cast<void*>(found));
  }
  return nullptr;
}

bool IsDirectory(HANDLE handle) {
  FILE_BASIC_INFO info{};
  return GetFileType(handle) == FILE_TYPE_DISK &&
         GetFileInformationByHandleEx(handle, FileBasicInfo, &info, sizeof info) != 0 &&
         (info.FileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
}

}  // namespace

int ToHostDescriptor(UniqueHandle handle) {
  auto open = FindInHost<int (*)(HANDLE)>("uv_open_osfhandle");
  if (open == nullptr || !handle) return -1;
  int descriptor = open(handle.get());
  if (descriptor >= 0) handle.Release();
  return descriptor;
}

Failure FromHostDescriptor(int descriptor, UniqueHandle& handle) {
  std::string name = "descriptor " + std::to_string(descriptor);
  auto lookup = FindInHost<HANDLE (*)(int)>("uv_get_osfhandle");
  if (lookup == nullptr) return {"stdio", "uv_get_osfhandle", ERROR_NOT_SUPPORTED, name};
  HANDLE found = lookup(descriptor);
  if (found == nullptr || found == INVALID_HANDLE_VALUE) {
    return {"stdio", "uv_get_osfhandle", ERROR_INVALID_HANDLE, name};
  }
  // A directory that was opened by the host is a way around what the token may open.
  if (IsDirectory(found)) return {"stdio", "GetFileInformationByHandleEx", kDirectoryNotSupported, name};
  HANDLE self = GetCurrentProcess();
  if (DuplicateHandle(self, found, self, handle.Receive(), 0, FALSE, DUPLICATE_SAME_ACCESS) == 0) {
    return LastFailure("stdio", "DuplicateHandle", name);
  }
  return {};
}

bool IsConsole(HANDLE handle) {
  DWORD mode = 0;
  return GetFileType(handle) == FILE_TYPE_CHAR && GetConsoleMode(handle, &mode) != 0;
}

}  // namespace moated
