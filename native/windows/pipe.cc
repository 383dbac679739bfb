#include "windows/pipe.h"

#include "engine/uuid.h"
#include "windows/text.h"

namespace moated {
namespace {

constexpr DWORD kBufferSize = DWORD{64} << 10;

}  // namespace

// Anonymous pipes cannot be waited for, so it is a named one, whose name nobody can guess. Whoever opened it
// before us all the same would make our own opening fail: there is one instance, and it takes nobody from
// another machine.
Failure OpenPipe(PipeUse use, UniqueHandle& host, UniqueHandle& run) {
  std::string uuid;
  if (Failure failure = RandomUuid(uuid)) return failure;
  WideText name("\\\\.\\pipe\\moated-" + uuid);
  bool reads = use == PipeUse::kHostReads;
  DWORD access = reads ? PIPE_ACCESS_INBOUND : PIPE_ACCESS_OUTBOUND;
  host.Reset(CreateNamedPipeW(name.get(), access | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
                              PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1,
                              kBufferSize, kBufferSize, 0, nullptr));
  if (!host) return LastFailure("pipes", "CreateNamedPipeW");
  // The attributes are for programs that ask for the state of the pipe, or set it.
  DWORD wanted = reads ? GENERIC_WRITE | FILE_READ_ATTRIBUTES : GENERIC_READ | FILE_WRITE_ATTRIBUTES;
  run.Reset(CreateFileW(name.get(), wanted, 0, nullptr, OPEN_EXISTING, 0, nullptr));
  if (!run) return LastFailure("pipes", "CreateFileW");
  return {};
}

Failure OpenNul(UniqueHandle& handle) {
  handle.Reset(CreateFileW(L"\\\\.\\NUL", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                           nullptr, OPEN_EXISTING, 0, nullptr));
  if (!handle) return LastFailure("pipes", "CreateFileW", "NUL");
  return {};
}

}  // namespace moated
