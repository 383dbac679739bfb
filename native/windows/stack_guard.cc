// The two names that -fstack-protector-strong asks for: the cross compiler's C library has neither. Compiled
// without that option, since it runs before there is a guard.
//
// The guard is what the load configuration of the image calls its security cookie: the loader of Windows puts
// a random number in its place before any code of ours runs.
#include <cstdint>

#include "windows/win.h"

// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the names are theirs
extern "C" {

// The number by which the loader knows a cookie that nobody has chosen yet.
uintptr_t __stack_chk_guard = 0x0000'2B99'2DDF'A232;

// Ends the process at once, without asking handlers of exceptions, which are found by a stack that cannot be
// trusted. It is __fastfail, which compilers know in Microsoft's mode only.
[[noreturn]] void __stack_chk_fail() {
#ifdef __aarch64__
  asm volatile("mov w0, %0\n\tbrk #0xf003" : : "i"(FAST_FAIL_STACK_COOKIE_CHECK_FAILURE) : "w0");
#else
  asm volatile("int $0x29" : : "c"(FAST_FAIL_STACK_COOKIE_CHECK_FAILURE));
#endif
  __builtin_unreachable();
}

// The linker knows it by this name.
extern const IMAGE_LOAD_CONFIG_DIRECTORY64 _load_config_used;
const IMAGE_LOAD_CONFIG_DIRECTORY64 _load_config_used = {
    .Size = sizeof(IMAGE_LOAD_CONFIG_DIRECTORY64),
    .SecurityCookie = reinterpret_cast<ULONGLONG>(&__stack_chk_guard),
};

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
