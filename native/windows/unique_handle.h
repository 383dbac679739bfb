// A kernel handle that is closed by its owner.
#pragma once

#include <utility>

#include "windows/win.h"

namespace moated {

class UniqueHandle {
 public:
  UniqueHandle() = default;
  explicit UniqueHandle(HANDLE handle) { Reset(handle); }
  UniqueHandle(UniqueHandle&& other) noexcept : handle_(other.Release()) {}
  UniqueHandle& operator=(UniqueHandle&& other) noexcept {
    Reset(other.Release());
    return *this;
  }
  UniqueHandle(const UniqueHandle&) = delete;
  UniqueHandle& operator=(const UniqueHandle&) = delete;
  ~UniqueHandle() { Reset(); }

  [[nodiscard]] HANDLE get() const { return handle_; }
  [[nodiscard]] explicit operator bool() const { return handle_ != nullptr; }
  HANDLE Release() { return std::exchange(handle_, nullptr); }
  // Some calls say "none" by null, others by INVALID_HANDLE_VALUE. Here it is null.
  void Reset(HANDLE handle = nullptr) {
    HANDLE old = std::exchange(handle_, handle == INVALID_HANDLE_VALUE ? nullptr : handle);
    if (old != nullptr) CloseHandle(old);
  }
  // Where a call puts a handle.
  HANDLE* Receive() {
    Reset();
    return &handle_;
  }

 private:
  HANDLE handle_ = nullptr;
};

}  // namespace moated
