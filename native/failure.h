// What native code returns instead of throwing. One place in src/native turns it into an error.
#pragma once

#include <string>
#include <string_view>

namespace moated {

struct Failure {
  // Out of line, since there are hundreds of places that make or pass on one: inlined, they are a fifth of
  // the addon.
  Failure();
  Failure(std::string_view stage, std::string_view syscall, int os_error, std::string_view path);
  Failure(const Failure& other);
  Failure(Failure&& other) noexcept;
  Failure& operator=(const Failure& other);
  Failure& operator=(Failure&& other) noexcept;
  ~Failure();

  std::string
      stage;  // what was being done: "plan", "prepare", "clone", "mounts", "chdir", "landlock", "exec", ...
  std::string syscall;  // the call that was refused
  int os_error = 0;  // errno
  std::string path;  // on what

  [[nodiscard]] explicit operator bool() const { return !stage.empty(); }
};

}  // namespace moated
