#include <unistd.h>

#include <cerrno>

#include "engine/output_buffer.h"

namespace moated {
namespace {

constexpr size_t kDiscardSize = size_t{16} << 10;
// One stream may not starve the other runs of its thread: the rest is read at the next turn of the loop.
constexpr size_t kReadPerTurn = size_t{1} << 20;

}  // namespace

OutputBuffer::State OutputBuffer::ReadFrom(int fd, uint64_t limit) {
  char discarded[kDiscardSize];
  for (size_t total = 0; total < kReadPerTurn;) {
    bool keep = MakeRoom(limit);
    ssize_t length =
        keep ? read(fd, data_ + size_, capacity_ - size_) : read(fd, &discarded[0], sizeof discarded);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == EAGAIN) return State::kOpen;
    if (length <= 0) return State::kEnded;
    // Two types where size_t is none of the fixed-width ones.
    if (keep)
      size_ += static_cast<size_t>(length);
    else
      dropped_ += static_cast<size_t>(length);
    total += static_cast<size_t>(length);
  }
  return State::kOpen;
}

}  // namespace moated
