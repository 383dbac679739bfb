// Argument vectors as system calls take them.
#pragma once

#include <string>
#include <vector>

namespace moated {

// `first`, then the strings, then null. Valid as long as the strings are.
inline std::vector<const char*> CStrings(const std::vector<std::string>& strings,
                                         std::vector<const char*> first = {}) {
  first.reserve(first.size() + strings.size() + 1);
  for (const std::string& text : strings)
    first.push_back(text.c_str());
  first.push_back(nullptr);
  return first;
}

}  // namespace moated
