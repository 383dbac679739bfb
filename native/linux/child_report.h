// How a child between clone and exec tells its parent, whose memory it shares, what was refused. Pointers are
// to constants or to strings that the prepared policy owns: nothing here allocates.
#pragma once

namespace moated {

struct ChildReport {
  const char* stage = nullptr;
  const char* syscall = nullptr;
  const char* path = "";
  int os_error = 0;

  [[nodiscard]] bool failed() const { return stage != nullptr; }

  // Records a refusal. Returns false, so that a step can end with `return report.Fail(...)`.
  bool Fail(const char* where, const char* call, long result, const char* what = "") {
    stage = where;
    syscall = call;
    os_error = static_cast<int>(-result);
    path = what;
    return false;
  }
};

}  // namespace moated
