#include "engine/output_buffer.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

namespace moated {
namespace {

constexpr size_t kFirstCapacity = size_t{4} << 10;
constexpr size_t kSmallestRead = size_t{2} << 10;
constexpr size_t kDiscardSize = size_t{16} << 10;
// One stream may not starve the other runs of its thread: the rest is read at the next turn of the loop.
constexpr size_t kReadPerTurn = size_t{1} << 20;

}  // namespace

OutputBuffer::~OutputBuffer() {
  free(data_);
}

bool OutputBuffer::MakeRoom(uint64_t limit) {
  if (size_ >= limit) return false;
  if (capacity_ - size_ >= kSmallestRead || capacity_ >= limit) return true;
  size_t wanted = std::min<uint64_t>(std::max(kFirstCapacity, capacity_ * 2), limit);
  void* grown = realloc(data_, wanted);
  if (grown == nullptr)
    return size_ < capacity_;  // out of memory: keep what there is room for, count the rest
  data_ = static_cast<char*>(grown);
  capacity_ = wanted;
  return true;
}

OutputBuffer::State OutputBuffer::ReadFrom(int fd, uint64_t limit) {
  char discarded[kDiscardSize];
  for (size_t total = 0; total < kReadPerTurn;) {
    bool keep = MakeRoom(limit);
    ssize_t length =
        keep ? read(fd, data_ + size_, capacity_ - size_) : read(fd, &discarded[0], sizeof discarded);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == EAGAIN) return State::kOpen;
    if (length <= 0) return State::kEnded;
    (keep ? size_ : dropped_) += static_cast<size_t>(length);
    total += static_cast<size_t>(length);
  }
  return State::kOpen;
}

char* OutputBuffer::Release() {
  size_ = 0;
  capacity_ = 0;
  return std::exchange(data_, nullptr);
}

}  // namespace moated
