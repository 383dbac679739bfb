// What a run wrote to a stream: kept up to a limit, counted beyond it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace moated {

class OutputBuffer {
 public:
  OutputBuffer() = default;
  OutputBuffer(const OutputBuffer&) = delete;
  OutputBuffer& operator=(const OutputBuffer&) = delete;
  ~OutputBuffer();

  enum class State { kOpen, kEnded };
  // Reads what a non-blocking descriptor has. Ended: the other side is closed or broken. (POSIX)
  State ReadFrom(int fd, uint64_t limit);
  // Takes over a copy of what was read elsewhere.
  void Append(const char* bytes, size_t size, uint64_t limit);

  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] const char* data() const { return data_; }
  [[nodiscard]] uint64_t dropped() const { return dropped_; }
  [[nodiscard]] uint64_t seen() const { return size_ + dropped_; }
  // Gives the malloc'ed bytes away.
  char* Release();

 private:
  bool MakeRoom(uint64_t limit);

  char* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
  uint64_t dropped_ = 0;
};

}  // namespace moated
