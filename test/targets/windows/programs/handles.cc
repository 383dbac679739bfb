// An inheritable handle, and who has it.
//
// handles give FILE PROGRAM LINE: starts PROGRAM with the command line LINE. It has an inheritable handle to
// FILE, whose number is in MOATED_TEST_HANDLE. Its exit code is ours.
//
// handles take NUMBER NAME: says what can be read through that handle, and which handles lead to a file of
// that name, as one line of JSON.
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <shellapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

static int Fail(const char* call) {
  fprintf(stderr, "%s: %lu\n", call, GetLastError());
  return 90;
}

static int Give(wchar_t** argv) {
  SECURITY_ATTRIBUTES inheritable{sizeof(SECURITY_ATTRIBUTES), nullptr, TRUE};
  HANDLE file = CreateFileW(argv[2], GENERIC_READ, FILE_SHARE_READ, &inheritable, OPEN_EXISTING, 0, nullptr);
  if (file == INVALID_HANDLE_VALUE) return Fail("CreateFileW");
  wchar_t number[24];
  swprintf(number, 24, L"%lu", (unsigned long)(ULONG_PTR)file);
  SetEnvironmentVariableW(L"MOATED_TEST_HANDLE", number);
  STARTUPINFOW startup{.cb = sizeof(STARTUPINFOW)};
  PROCESS_INFORMATION process;
  if (!CreateProcessW(argv[3], argv[4], nullptr, nullptr, TRUE, 0, nullptr, nullptr, &startup, &process))
    return Fail("CreateProcessW");
  WaitForSingleObject(process.hProcess, INFINITE);
  DWORD code = 91;
  GetExitCodeProcess(process.hProcess, &code);
  return (int)code;
}

static int Leads(HANDLE handle, const wchar_t* name) {
  wchar_t path[1024];
  // Asking a pipe for its name can wait for whoever reads it.
  if (GetFileType(handle) != FILE_TYPE_DISK) return 0;
  DWORD length = GetFinalPathNameByHandleW(handle, path, 1024, 0);
  return length != 0 && length < 1024 && wcsstr(path, name) != nullptr;
}

static int Take(wchar_t** argv) {
  char text[64] = "";
  OVERLAPPED start{};
  DWORD size = 0;
  HANDLE given = (HANDLE)(ULONG_PTR)wcstoul(argv[2], nullptr, 10);
  if (Leads(given, argv[3]) && ReadFile(given, text, sizeof text - 1, &size, &start)) text[size] = 0;
  printf("{\"read\":\"%s\",\"found\":[", text);
  const char* comma = "";
  for (ULONG_PTR number = 4; number <= 4096; number += 4) {
    if (!Leads((HANDLE)number, argv[3])) continue;
    printf("%s%lu", comma, (unsigned long)number);
    comma = ",";
  }
  printf("]}\n");
  return 0;
}

int main(void) {
  int argc = 0;
  wchar_t** argv = CommandLineToArgvW(GetCommandLineW(), &argc);
  if (argv == nullptr) return 93;
  if (argc == 5 && wcscmp(argv[1], L"give") == 0) return Give(argv);
  if (argc == 4 && wcscmp(argv[1], L"take") == 0) return Take(argv);
  return 92;
}
