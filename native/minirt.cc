// The part of a C++ runtime that the prebuilt addon and launcher need. With it they link without libc++,
// libc++abi and libunwind, which keeps them small and free of any C++ library of the machine. Only compiled
// in the cross build; see cmake/zig.cmake.
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>

namespace {

// Exhausted memory ends the process: there are no exceptions to report it with.
void* Allocate(std::size_t size) {
  void* memory = std::malloc(size != 0 ? size : 1);
  if (memory == nullptr) std::abort();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) {
  return Allocate(size);
}
void* operator new[](std::size_t size) {
  return Allocate(size);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return std::malloc(size != 0 ? size : 1);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return std::malloc(size != 0 ? size : 1);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

extern "C" void __cxa_pure_virtual() {
  std::abort();
}

const std::nothrow_t std::nothrow{};

_LIBCPP_BEGIN_NAMESPACE_STD

[[noreturn]] void __libcpp_verbose_abort(const char*, ...) {
  std::abort();
}

// Declared `extern template` by the header, defined by the library that is not there.
template class basic_string<char>;
template string operator+(const char*, const string&);

string to_string(unsigned long long value) {
  char digits[20];
  char* end = digits + sizeof digits;
  char* begin = end;
  do {
    *--begin = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  return string(begin, end);
}
string to_string(unsigned long value) {
  return to_string(static_cast<unsigned long long>(value));
}
string to_string(unsigned value) {
  return to_string(static_cast<unsigned long long>(value));
}
string to_string(long long value) {
  if (value >= 0) return to_string(static_cast<unsigned long long>(value));
  return "-" + to_string(0 - static_cast<unsigned long long>(value));
}
string to_string(long value) {
  return to_string(static_cast<long long>(value));
}
string to_string(int value) {
  return to_string(static_cast<long long>(value));
}

_LIBCPP_END_NAMESPACE_STD
