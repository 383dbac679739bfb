// System calls without errno: what runs between clone and exec shares its memory, and its thread-local errno,
// with Node.
#pragma once

#include <sys/syscall.h>

namespace moated {

// Returns the kernel's answer: a value, or a negative errno.
inline long RawSyscall6(long number, long a, long b, long c, long d, long e, long f) {
#if defined(__x86_64__)
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
#else
#error "moated supports x86_64 and aarch64"
#endif
}

namespace internal {
inline long SyscallArgument(long value) {
  return value;
}
inline long SyscallArgument(int value) {
  return value;
}
inline long SyscallArgument(unsigned int value) {
  return static_cast<long>(value);
}
inline long SyscallArgument(unsigned long value) {
  return static_cast<long>(value);
}
inline long SyscallArgument(const volatile void* value) {
  return reinterpret_cast<long>(value);
}
inline long SyscallArgument(decltype(nullptr)) {
  return 0;
}
}  // namespace internal

template <typename A = long, typename B = long, typename C = long, typename D = long, typename E = long,
          typename F = long>
inline long RawSyscall(long number, A a = 0, B b = 0, C c = 0, D d = 0, E e = 0, F f = 0) {
  using internal::SyscallArgument;
  return RawSyscall6(number, SyscallArgument(a), SyscallArgument(b), SyscallArgument(c), SyscallArgument(d),
                     SyscallArgument(e), SyscallArgument(f));
}

}  // namespace moated
