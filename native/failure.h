// What native code returns instead of throwing. One place in src/native turns it into an error.
#pragma once

#include <string>

namespace moated {

struct Failure {
  std::string
      stage;  // what was being done: "plan", "prepare", "clone", "mounts", "chdir", "landlock", "exec", ...
  std::string syscall;  // the call that was refused
  int os_error = 0;  // errno
  std::string path;  // on what

  [[nodiscard]] explicit operator bool() const { return !stage.empty(); }
};

}  // namespace moated
