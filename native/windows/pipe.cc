#include "windows/pipe.h"

#include <sddl.h>

#include "engine/uuid.h"
#include "windows/text.h"
#include "windows/token.h"

namespace moated {
namespace {

constexpr DWORD kBufferSize = DWORD{64} << 10;

// Without one of our own, everybody on the machine could read from a pipe.
class ForUserAlone {
 public:
  ForUserAlone() = default;
  ForUserAlone(const ForUserAlone&) = delete;
  ForUserAlone& operator=(const ForUserAlone&) = delete;
  ~ForUserAlone() { LocalFree(attributes_.lpSecurityDescriptor); }

  Failure Make() {
    std::string user;
    if (Failure failure = UserSidText(user)) return failure;
    WideText text("D:P(A;;GA;;;" + user + ")");
    if (ConvertStringSecurityDescriptorToSecurityDescriptorW(
            text.get(), SDDL_REVISION_1, &attributes_.lpSecurityDescriptor, nullptr) == 0) {
      return LastFailure("pipes", "ConvertStringSecurityDescriptorToSecurityDescriptorW");
    }
    return {};
  }
  SECURITY_ATTRIBUTES* get() { return &attributes_; }

 private:
  SECURITY_ATTRIBUTES attributes_{sizeof attributes_, nullptr, FALSE};
};

}  // namespace

// Anonymous pipes cannot be waited for, so it is a named one, whose name nobody can guess. Whoever opened it
// before us all the same, which only processes of the user may, would make our own opening fail: there is one
// instance, and it takes nobody from another machine.
Failure OpenPipe(PipeUse use, UniqueHandle& host, UniqueHandle& run) {
  std::string uuid;
  if (Failure failure = RandomUuid(uuid)) return failure;
  ForUserAlone security;
  if (Failure failure = security.Make()) return failure;
  WideText name(R"(\\.\pipe\moated-)" + uuid);
  bool reads = use == PipeUse::kHostReads;
  DWORD access = reads ? PIPE_ACCESS_INBOUND : PIPE_ACCESS_OUTBOUND;
  host.Reset(CreateNamedPipeW(name.get(), access | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
                              PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1,
                              kBufferSize, kBufferSize, 0, security.get()));
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
