#include "linux/init_image.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstddef>

#include "linux/descriptors.h"
#include "linux/raw_syscall.h"

// The executable that the build made from native/linux/init.
__asm__(
    ".section .rodata\n"
    ".balign 16\n"
    ".local moated_init_begin\n"
    "moated_init_begin:\n"
    ".incbin \"" MOATED_INIT_PATH
    "\"\n"
    ".local moated_init_end\n"
    "moated_init_end:\n"
    ".byte 0\n"
    ".previous\n");

extern "C" {
[[gnu::visibility("hidden")]] extern const unsigned char moated_init_begin[];
[[gnu::visibility("hidden")]] extern const unsigned char moated_init_end[];
}

namespace moated {
namespace {

constexpr unsigned kMfdExec =
    0x0010U;  // MFD_EXEC, Linux 6.3: asked for where executable memory files are not the default

}  // namespace

Failure OpenInitImage(UniqueFd& image) {
  constexpr unsigned kFlags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  long fd = RawSyscall(SYS_memfd_create, "moated-init", kFlags | kMfdExec);
  if (fd == -EINVAL) fd = RawSyscall(SYS_memfd_create, "moated-init", kFlags);
  if (fd < 0) return {"init", "memfd_create", static_cast<int>(-fd), "moated-init"};
  UniqueFd file(static_cast<int>(fd));
  // A child needs it after the places below were filled.
  if (file.get() < kFirstFreeFd) file.Reset(fcntl(file.get(), F_DUPFD_CLOEXEC, kFirstFreeFd));
  if (!file) return {"init", "fcntl(F_DUPFD_CLOEXEC)", errno, "moated-init"};
  const unsigned char* next = moated_init_begin;
  while (next < moated_init_end) {
    ssize_t written = write(file.get(), next, static_cast<size_t>(moated_init_end - next));
    if (written < 0) return {"init", "write", errno, "moated-init"};
    next += written;
  }
  if (fcntl(file.get(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0) {
    return {"init", "fcntl(F_ADD_SEALS)", errno, "moated-init"};
  }
  image = std::move(file);
  return {};
}

}  // namespace moated
