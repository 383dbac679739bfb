// The Windows headers, as every file here wants them: Windows 10, no macros named min and max.
#pragma once

#ifndef NOMINMAX
#define NOMINMAX
#endif
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
// The cross compiler predefines an older one.
#undef _WIN32_WINNT
#define _WIN32_WINNT 0x0A00  // NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
#include <windows.h>
