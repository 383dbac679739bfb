#include "windows/transfer.h"

#include <algorithm>

#include "engine/output_buffer.h"
#include "windows/text.h"

namespace moated {
namespace {

constexpr size_t kChunk = size_t{64} << 10;

Failure Attach(HANDLE pipe, HANDLE port, ULONG_PTR key) {
  if (CreateIoCompletionPort(pipe, port, key, 0) == nullptr)
    return LastFailure("pipes", "CreateIoCompletionPort");
  return {};
}

}  // namespace

Failure Transfer::StartReading(UniqueHandle pipe, HANDLE port, ULONG_PTR key, OutputBuffer* sink,
                               uint64_t limit) {
  if (Failure failure = Attach(pipe.get(), port, key)) return failure;
  pipe_ = std::move(pipe);
  sink_ = sink;
  limit_ = limit;
  buffer_.resize(kChunk);
  Next();
  return {};
}

Failure Transfer::StartWriting(UniqueHandle pipe, HANDLE port, ULONG_PTR key, const std::string* input) {
  if (Failure failure = Attach(pipe.get(), port, key)) return failure;
  pipe_ = std::move(pipe);
  input_ = input;
  Next();
  return {};
}

// Closing the pipe is how the other side learns that there is no more, so it happens as soon as that is
// known.
void Transfer::Next() {
  Internal = InternalHigh = 0;
  bool accepted = false;
  if (input_ == nullptr) {
    accepted = ReadFile(pipe_.get(), buffer_.data(), static_cast<DWORD>(buffer_.size()), nullptr, this) != 0;
  } else {
    size_t left = input_->size() - written_;
    if (left == 0) {
      pipe_.Reset();
      return;
    }
    accepted = WriteFile(pipe_.get(), input_->data() + written_, static_cast<DWORD>(std::min(left, kChunk)),
                         nullptr, this) != 0;
  }
  // One that is done at once is posted all the same.
  pending_ = accepted || GetLastError() == ERROR_IO_PENDING;
  if (!pending_) pipe_.Reset();  // the run has closed its end
}

void Transfer::OnCompleted(bool succeeded, DWORD bytes) {
  pending_ = false;
  if (!succeeded) {
    pipe_.Reset();
    return;
  }
  if (input_ != nullptr) {
    written_ += bytes;
  } else if (console_) {
    DWORD written = 0;
    // A console that is gone has nobody who reads it.
    WriteFile(console_.get(), buffer_.data(), bytes, &written, nullptr);
  } else {
    sink_->Append(buffer_.data(), bytes, limit_);
  }
  if (pipe_) Next();
}

void Transfer::Cancel() {
  if (pending_) CancelIoEx(pipe_.get(), this);
}

}  // namespace moated
