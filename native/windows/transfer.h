// Bytes on their way between the host and one stream of a run, one operation of the system at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "failure.h"
#include "windows/unique_handle.h"

namespace moated {

class OutputBuffer;

// Its address is what the system holds until the operation has completed: it stays where it is until then.
class Transfer : public OVERLAPPED {
 public:
  Transfer() : OVERLAPPED{} {}
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // What the run writes goes to `sink`, up to `limit`; or, with a console, there.
  Failure StartReading(UniqueHandle pipe, HANDLE port, ULONG_PTR key, OutputBuffer* sink, uint64_t limit);
  void RelayTo(UniqueHandle console) { console_ = std::move(console); }
  // All of `input`, then the end.
  Failure StartWriting(UniqueHandle pipe, HANDLE port, ULONG_PTR key, const std::string* input);
  // The operation has completed. The next one starts, until there is nothing left to do.
  void OnCompleted(bool succeeded, DWORD bytes);
  // The one under way is given up; it still completes.
  void Cancel();
  [[nodiscard]] bool pending() const { return pending_; }
  [[nodiscard]] bool has_console() const { return static_cast<bool>(console_); }

 private:
  void Next();

  UniqueHandle pipe_;
  UniqueHandle console_;
  OutputBuffer* sink_ = nullptr;
  uint64_t limit_ = 0;
  const std::string* input_ = nullptr;
  size_t written_ = 0;
  std::vector<char> buffer_;
  bool pending_ = false;
};

}  // namespace moated
