// The whole of our test framework: a case is a function that returns why it failed, or nothing.
#pragma once

#include <cstdio>
#include <string>

namespace moated {

inline int failed_cases = 0;

inline void Case(const char* name, const std::string& why) {
  if (why.empty()) {
    std::printf("ok %s\n", name);
    return;
  }
  ++failed_cases;
  std::printf("not ok %s: %s\n", name, why.c_str());
}

}  // namespace moated
