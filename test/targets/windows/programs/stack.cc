// What the addon is protected by (native/windows/stack_guard.cc), in a program of its own.
//
// stack guard: the number that lies below every return address, in hexadecimal.
//
// stack write N: writes N bytes into 16 of the stack.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

extern "C" uintptr_t __stack_chk_guard;

namespace {

// The compiler must not see how many.
[[gnu::noinline]] int Write(volatile size_t count) {
  volatile char bytes[16];
  for (size_t i = 0; i < count; ++i)
    bytes[i] = 'x';
  return bytes[0];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "guard") == 0) {
    std::printf("%llx\n", static_cast<unsigned long long>(__stack_chk_guard));
    return 0;
  }
  if (argc == 3 && std::strcmp(argv[1], "write") == 0)
    return Write(static_cast<size_t>(std::atoi(argv[2]))) == 'x' ? 0 : 1;
  return 92;
}
