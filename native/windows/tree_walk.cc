#include "windows/tree_walk.h"

#include <vector>

#include <winternl.h>

#include "windows/stale.h"
#include "windows/text.h"

namespace moated {
namespace {

constexpr size_t kBufferSize = size_t{32} << 10;
// Every level holds a handle and a frame of the stack.
constexpr int kDeepest = 256;
constexpr ULONG kOpenDirectoryFlags = 0x20;  // FILE_SYNCHRONOUS_IO_NONALERT
constexpr ULONG kOpenForBackup = 0x4000;
constexpr ULONG kOpenReparsePoint = 0x200000;
constexpr DWORD kShareAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

// Of ntstatus.h, which cannot be included beside windows.h.
constexpr auto kNameNotFound = static_cast<NTSTATUS>(0xC0000034);
constexpr auto kDeletePending = static_cast<NTSTATUS>(0xC0000056);
constexpr auto kAccessDenied = static_cast<NTSTATUS>(0xC0000022);

int Win32Of(NTSTATUS status) {
  return status == kAccessDenied ? ERROR_ACCESS_DENIED : ERROR_SHARING_VIOLATION;
}

using NtOpenFileFunction = NTSTATUS(NTAPI*)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, PIO_STATUS_BLOCK, ULONG,
                                            ULONG);

class Walk {
 public:
  Walk(ACCESS_MASK access, TreeVisitor& visitor) : access_(access), visitor_(visitor) {
    HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
    open_ = reinterpret_cast<NtOpenFileFunction>(
        reinterpret_cast<void*>(ntdll == nullptr ? nullptr : GetProcAddress(ntdll, "NtOpenFile")));
  }
  [[nodiscard]] bool valid() const { return open_ != nullptr; }

  Failure Object(HANDLE handle, bool root, int depth) {
    FILE_BASIC_INFO info{};
    if (GetFileInformationByHandleEx(handle, FileBasicInfo, &info, sizeof info) == 0) {
      return LastFailure("grants", "GetFileInformationByHandleEx");
    }
    bool directory = (info.FileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
    TreeObject object{handle, directory, root};
    if (Failure failure = visitor_.Visit(object)) return failure;
    // A junction, a symbolic link or a mount point is an object of its own; what it leads to is not in the
    // tree.
    bool link = (info.FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
    if (directory && !link && visitor_.Enter(object)) {
      if (Failure failure = Children(handle, depth + 1)) return failure;
    }
    return visitor_.Leave(object);
  }

 private:
  Failure Children(HANDLE directory, int depth) {
    if (depth > kDeepest)
      return visitor_.PassedBy({"grants", "GetFileInformationByHandleEx", ERROR_BUFFER_OVERFLOW, "too deep"});
    std::vector<char> buffer(kBufferSize);
    FILE_INFO_BY_HANDLE_CLASS what = FileFullDirectoryRestartInfo;
    while (GetFileInformationByHandleEx(directory, what, buffer.data(), kBufferSize) != 0) {
      what = FileFullDirectoryInfo;
      const char* next = buffer.data();
      for (;;) {
        const auto& entry = *reinterpret_cast<const FILE_FULL_DIR_INFO*>(next);
        if (Failure failure = Child(directory, entry, depth)) return failure;
        if (entry.NextEntryOffset == 0) break;
        next += entry.NextEntryOffset;
      }
    }
    if (GetLastError() == ERROR_NO_MORE_FILES) return {};
    return visitor_.PassedBy(LastFailure("grants", "GetFileInformationByHandleEx"));
  }

  Failure Child(HANDLE directory, const FILE_FULL_DIR_INFO& entry, int depth) {
    std::wstring_view name(&entry.FileName[0], entry.FileNameLength / sizeof(wchar_t));
    if (name == L"." || name == L"..") return {};
    if (entry.FileNameLength > MAXWORD - 1)  // no file system has such names, and the length has 16 bits
      return visitor_.PassedBy({"grants", "NtOpenFile", ERROR_FILENAME_EXCED_RANGE, ""});
    UNICODE_STRING text{};
    text.Length = text.MaximumLength = static_cast<USHORT>(entry.FileNameLength);
    text.Buffer = const_cast<PWSTR>(name.data());
    OBJECT_ATTRIBUTES attributes{};
    attributes.Length = sizeof attributes;
    attributes.RootDirectory = directory;
    attributes.ObjectName = &text;
    IO_STATUS_BLOCK status{};
    UniqueHandle child;
    bool list = (entry.FileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
    ACCESS_MASK access = access_ | SYNCHRONIZE | FILE_READ_ATTRIBUTES | (list ? FILE_LIST_DIRECTORY : 0);
    NTSTATUS result = open_(child.Receive(), access, &attributes, &status, kShareAll,
                            kOpenDirectoryFlags | kOpenForBackup | kOpenReparsePoint);
    if (result == kNameNotFound || result == kDeletePending) return {};
    if (result < 0) return visitor_.PassedBy({"grants", "NtOpenFile", Win32Of(result), ToUtf8(name)});
    return Object(child.get(), false, depth);
  }

  ACCESS_MASK access_;
  TreeVisitor& visitor_;
  NtOpenFileFunction open_ = nullptr;
};

// Whether a path led where it says, without a link on its way.
bool IsAt(HANDLE handle, const std::string& path) {
  std::vector<wchar_t> buffer(32768);
  DWORD length = GetFinalPathNameByHandleW(handle, buffer.data(), static_cast<DWORD>(buffer.size()),
                                           FILE_NAME_NORMALIZED | VOLUME_NAME_DOS);
  if (length == 0 || length >= buffer.size()) return false;
  WideText wanted = FilePath(path);
  return CompareStringOrdinal(buffer.data(), static_cast<int>(length), wanted.get(),
                              static_cast<int>(wanted.size()), TRUE) == CSTR_EQUAL;
}

}  // namespace

Failure WalkTree(const std::string& root, ACCESS_MASK access, TreeVisitor& visitor) {
  Walk walk(access, visitor);
  if (!walk.valid()) return {"grants", "GetProcAddress", ERROR_PROC_NOT_FOUND, "NtOpenFile"};
  UniqueHandle handle(CreateFileW(
      FilePath(root).get(), access | SYNCHRONIZE | FILE_READ_ATTRIBUTES | FILE_LIST_DIRECTORY, kShareAll,
      nullptr, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, nullptr));
  if (!handle) return LastFailure("grants", "CreateFileW", root);
  FILE_ATTRIBUTE_TAG_INFO tag{};
  if (GetFileInformationByHandleEx(handle.get(), FileAttributeTagInfo, &tag, sizeof tag) == 0) {
    return LastFailure("grants", "GetFileInformationByHandleEx", root);
  }
  bool link =
      (tag.FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0 && IsReparseTagNameSurrogate(tag.ReparseTag);
  if (link || !IsAt(handle.get(), root)) return StaleFailure("GetFinalPathNameByHandleW", root);
  Failure failure = walk.Object(handle.get(), true, 0);
  if (failure && failure.path.empty()) failure.path = root;
  return failure;
}

}  // namespace moated
