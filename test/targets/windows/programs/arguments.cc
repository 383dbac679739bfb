// Prints what it got as arguments, one line each, in hexadecimal UTF-16: as Microsoft's C library finds them,
// then, after a line `shell32`, as CommandLineToArgvW does.
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <shellapi.h>
#include <stdio.h>

// What a program's own `wmain` gets, whatever C library this one was built with.
typedef int(__cdecl* WideArguments)(int*, wchar_t***, wchar_t***, int, int*);

static void Print(int count, wchar_t** words) {
  for (int i = 1; i < count; ++i) {
    for (const wchar_t* unit = words[i]; *unit != 0; ++unit)
      printf("%04x", (unsigned)*unit);
    printf("\n");
  }
}

int main(void) {
  HMODULE library = LoadLibraryW(L"msvcrt.dll");
  WideArguments arguments =
      (WideArguments)(void*)(library == nullptr ? nullptr : GetProcAddress(library, "__wgetmainargs"));
  if (arguments == nullptr) return 91;
  int count = 0;
  int mode = 0;
  wchar_t** words = nullptr;
  wchar_t** environment = nullptr;
  arguments(&count, &words, &environment, 0, &mode);
  Print(count, words);
  printf("shell32\n");
  words = CommandLineToArgvW(GetCommandLineW(), &count);
  if (words == nullptr) return 90;
  Print(count, words);
  return 0;
}
