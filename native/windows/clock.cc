#include "windows/clock.h"

#include "windows/win.h"

namespace moated {

uint64_t MonotonicMicroseconds() {
  LARGE_INTEGER now{};
  LARGE_INTEGER frequency{};
  QueryPerformanceCounter(&now);
  QueryPerformanceFrequency(&frequency);
  auto ticks = static_cast<uint64_t>(now.QuadPart);
  auto each = static_cast<uint64_t>(frequency.QuadPart);
  // In two parts: ticks times a million has no room after a few weeks.
  return ticks / each * 1'000'000 + ticks % each * 1'000'000 / each;
}

}  // namespace moated
