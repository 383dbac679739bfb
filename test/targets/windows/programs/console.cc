// Whose console a process has.
//
// console own PROGRAM LINE: starts PROGRAM with the command line LINE in a console of its own, without a
// window. Its exit code is ours.
//
// console members: the numbers of the processes that share its console, as one line of JSON.
//
// console type: types a key into its console, and says whether that was possible.
//
// console typed: how many of those keys wait in its console.
//
// console input: whether its standard input is a console.
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <shellapi.h>
#include <stdio.h>
#include <wchar.h>

static int Own(wchar_t** argv) {
  STARTUPINFOW startup{.cb = sizeof(STARTUPINFOW), .dwFlags = STARTF_USESTDHANDLES};
  startup.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
  startup.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
  startup.hStdError = GetStdHandle(STD_ERROR_HANDLE);
  PROCESS_INFORMATION process;
  if (!CreateProcessW(argv[2], argv[3], nullptr, nullptr, TRUE, CREATE_NO_WINDOW, nullptr, nullptr, &startup,
                      &process)) {
    fprintf(stderr, "CreateProcessW: %lu\n", GetLastError());
    return 90;
  }
  WaitForSingleObject(process.hProcess, INFINITE);
  DWORD code = 91;
  GetExitCodeProcess(process.hProcess, &code);
  return (int)code;
}

static int Members(void) {
  DWORD members[64];
  DWORD count = GetConsoleProcessList(members, 64);
  printf("[");
  for (DWORD i = 0; i < count && i < 64; ++i)
    printf("%s%lu", i == 0 ? "" : ",", members[i]);
  printf("]\n");
  return 0;
}

static int IsInput(void) {
  DWORD mode = 0;
  printf("%s\n", GetConsoleMode(GetStdHandle(STD_INPUT_HANDLE), &mode) ? "true" : "false");
  return 0;
}

static HANDLE Input(void) {
  return CreateFileW(L"CONIN$", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr,
                     OPEN_EXISTING, 0, nullptr);
}

static int Type(void) {
  INPUT_RECORD key{.EventType = KEY_EVENT};
  key.Event.KeyEvent.bKeyDown = TRUE;
  key.Event.KeyEvent.wRepeatCount = 1;
  key.Event.KeyEvent.uChar.UnicodeChar = L'x';
  DWORD written = 0;
  BOOL done = WriteConsoleInputW(Input(), &key, 1, &written);
  printf("%s\n", done && written == 1 ? "true" : "false");
  return 0;
}

static int Typed(void) {
  DWORD count = 0;
  INPUT_RECORD events[64];
  DWORD keys = 0;
  if (PeekConsoleInputW(Input(), events, 64, &count))
    for (DWORD i = 0; i < count; ++i)
      if (events[i].EventType == KEY_EVENT && events[i].Event.KeyEvent.uChar.UnicodeChar == L'x') ++keys;
  printf("%lu\n", keys);
  return 0;
}

int main(void) {
  int argc = 0;
  wchar_t** argv = CommandLineToArgvW(GetCommandLineW(), &argc);
  if (argv == nullptr) return 93;
  if (argc == 4 && wcscmp(argv[1], L"own") == 0) return Own(argv);
  if (argc == 2 && wcscmp(argv[1], L"members") == 0) return Members();
  if (argc == 2 && wcscmp(argv[1], L"type") == 0) return Type();
  if (argc == 2 && wcscmp(argv[1], L"typed") == 0) return Typed();
  if (argc == 2 && wcscmp(argv[1], L"input") == 0) return IsInput();
  return 92;
}
