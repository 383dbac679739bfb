// Tells by its sandbox whether a process belongs to a run. The profile of each run allows one name and denies
// another that no other profile knows; it is inherited and cannot be left, whatever session or parent a
// process has.
#pragma once

#include <sys/types.h>

#include <string>

#include "failure.h"

namespace moated {

class SandboxMark {
 public:
  // Makes names for a run. Until then no process has the mark.
  Failure Make();
  [[nodiscard]] const std::string& in() const { return in_; }
  [[nodiscard]] const std::string& out() const { return out_; }
  // What the kernel adds to each refusal of this run that it logs. Nothing inside is told what it is.
  [[nodiscard]] const std::string& tag() const { return tag_; }
  [[nodiscard]] bool IsOn(pid_t pid) const;

  // Whether this system answers such questions.
  static bool Available();
  // Whether this process is under a profile itself.
  static bool IsSandboxed(pid_t pid);

 private:
  std::string in_;
  std::string out_;
  std::string tag_;
};

}  // namespace moated
