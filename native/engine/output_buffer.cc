#include "engine/output_buffer.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace moated {
namespace {

constexpr size_t kFirstCapacity = size_t{4} << 10;
constexpr size_t kSmallestRead = size_t{2} << 10;

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

void OutputBuffer::Append(const char* bytes, size_t size, uint64_t limit) {
  while (size > 0 && MakeRoom(limit)) {
    size_t kept = std::min(size, capacity_ - size_);
    memcpy(data_ + size_, bytes, kept);
    size_ += kept;
    bytes += kept;
    size -= kept;
  }
  dropped_ += size;
}

char* OutputBuffer::Release() {
  size_ = 0;
  capacity_ = 0;
  return std::exchange(data_, nullptr);
}

}  // namespace moated
