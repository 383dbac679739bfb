// Directives: the words that a compiled policy arrives in. `KEYWORD ARGUMENT` each, but `limit NAME NUMBER`.
// What they mean is each system's; how they are read, and that nothing is passed over, is here.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "failure.h"

namespace moated {

struct LaunchPlan;

// Where the plan keeps what goes by this name.
template <typename T>
struct PlanEntry {
  std::string_view name;
  T* value;
};

struct PlanEntries {
  std::span<const PlanEntry<uint64_t>> limits;
  std::span<const PlanEntry<std::vector<std::string>>> paths;
  bool (*is_path)(std::string_view path);
  // Any other keyword; false refuses it.
  bool (*set_word)(std::string_view keyword, std::string_view word, LaunchPlan& plan);
};

// An unknown directive, a wrong arity or a bad value is a failure, never skipped.
Failure ReadDirectives(std::span<const std::string_view> directives, const PlanEntries& entries,
                       LaunchPlan& plan);

// For `set_word`.
bool ParseNumber(std::string_view text, uint64_t& number);
// True for `yes`, false for `no`; any other word is refused.
bool Choose(bool& target, std::string_view word, std::string_view yes, std::string_view no);
bool Enable(bool& target, std::string_view word, std::string_view yes);

// Each system defines it, with the number of its own for a bad argument.
Failure BadDirective(std::string_view keyword, std::string_view value);

}  // namespace moated
