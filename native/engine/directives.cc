#include "engine/directives.h"

#include <cstddef>

namespace moated {
namespace {

template <typename T>
T* Find(std::span<const PlanEntry<T>> entries, std::string_view name) {
  for (const PlanEntry<T>& entry : entries) {
    if (entry.name == name) return entry.value;
  }
  return nullptr;
}

// Zero is no limit, and no compiler emits one that limits nothing.
bool SetLimit(uint64_t* limit, std::string_view text) {
  uint64_t value = 0;
  if (limit == nullptr || !ParseNumber(text, value) || value == 0) return false;
  *limit = value;
  return true;
}

}  // namespace

bool ParseNumber(std::string_view text, uint64_t& number) {
  if (text.empty() || text.size() > 19) return false;
  number = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + static_cast<uint64_t>(c - '0');
  }
  return true;
}

bool Choose(bool& target, std::string_view word, std::string_view yes, std::string_view no) {
  if (word != yes && word != no) return false;
  target = word == yes;
  return true;
}

bool Enable(bool& target, std::string_view word, std::string_view yes) {
  if (word == yes) target = true;
  return word == yes;
}

Failure ReadDirectives(std::span<const std::string_view> directives, const PlanEntries& entries,
                       LaunchPlan& plan) {
  for (size_t at = 0; at < directives.size();) {
    std::string_view keyword = directives[at];
    size_t arity = keyword == "limit" ? 2 : 1;
    if (directives.size() - at - 1 < arity) return BadDirective(keyword, "argument missing");
    std::string_view first = directives[at + 1];
    // It would end the string early for the kernel: what was checked is not what would hold.
    if (first.find('\0') != std::string_view::npos) return BadDirective(keyword, "NUL");
    bool taken = false;
    if (arity == 2) {
      taken = SetLimit(Find(entries.limits, first), directives[at + 2]);
    } else if (std::vector<std::string>* paths = Find(entries.paths, keyword)) {
      taken = entries.is_path(first);
      if (taken) paths->emplace_back(first);
    } else {
      taken = entries.set_word(keyword, first, plan);
    }
    if (!taken) return BadDirective(keyword, first);
    at += 1 + arity;
  }
  return {};
}

}  // namespace moated
