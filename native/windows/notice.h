// What a completion port says about a run: its number, and what happened.
#pragma once

#include <cstdint>

#include "windows/win.h"

namespace moated {

enum class Notice : uint8_t { kWake, kTransfer, kExit, kJob };
constexpr ULONG_PTR NoticeKey(uint64_t id, Notice notice) {
  return static_cast<ULONG_PTR>((id << 2) | static_cast<uint64_t>(notice));
}

}  // namespace moated
