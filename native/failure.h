// What native code returns instead of throwing. One place in src/native turns it into an error.
#pragma once

#include <string>
#include <string_view>

namespace moated {

struct Failure {
  // Never inlined, since there are hundreds of places that make or pass on one: they would be a fifth of the
  // addon.
  [[gnu::noinline]] Failure();
  // As many words as there are registers for arguments.
  [[gnu::noinline]] Failure(const char* stage, const char* syscall, int os_error, std::string_view path);
  [[gnu::noinline]] Failure(const Failure& other);
  [[gnu::noinline]] Failure(Failure&& other) noexcept;
  [[gnu::noinline]] Failure& operator=(const Failure& other);
  [[gnu::noinline]] Failure& operator=(Failure&& other) noexcept;
  [[gnu::noinline]] ~Failure();

  std::string
      stage;  // what was being done: "plan", "prepare", "clone", "mounts", "chdir", "landlock", "exec", ...
  std::string syscall;  // the call that was refused
  int os_error = 0;  // errno
  std::string path;  // on what

  [[nodiscard]] explicit operator bool() const { return !stage.empty(); }
};

}  // namespace moated
