#include "macos/launch_plan.h"

#include <cerrno>
#include <cstddef>

#include "system_words.h"

namespace moated {
namespace {

Failure BadDirective(std::string_view what, std::string_view value) {
  return {"plan", std::string(what), EINVAL, std::string(value)};
}

bool ParseNumber(std::string_view text, uint64_t& number) {
  if (text.empty() || text.size() > 19) return false;
  number = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + static_cast<uint64_t>(c - '0');
  }
  return true;
}

bool SetLimit(std::string_view name, std::string_view text, Limits& limits) {
  struct Name {
    std::string_view name;
    uint64_t Limits::*member;
  };
  static constexpr Name kNames[] = {
      {"cpu", &Limits::cpu_seconds},
      {"address-space", &Limits::address_space},
      {"files", &Limits::files},
      {"file-size", &Limits::file_size},
  };
  uint64_t value = 0;
  if (!ParseNumber(text, value) || value == 0) return false;
  for (const Name& candidate : kNames) {
    if (candidate.name != name) continue;
    limits.*candidate.member = value;
    return true;
  }
  return false;
}

// `KEY=value` as sandbox-exec takes it. A key is ours, and the keys of single runs are not the plan's to
// give.
bool IsParameter(std::string_view text) {
  size_t equals = text.find('=');
  if (equals == 0 || equals == std::string_view::npos || equals + 1 == text.size()) return false;
  std::string_view key = text.substr(0, equals);
  bool numbered = false;
  for (char c : key) {
    bool digit = c >= '0' && c <= '9';
    numbered = numbered || digit;
    if (!digit && c != '_' && (c < 'A' || c > 'Z')) return false;
  }
  return numbered;
}

std::vector<std::string>* PathList(std::string_view keyword, LaunchPlan& plan) {
  if (keyword == "write") return &plan.writable;
  if (keyword == "protect") return &plan.protects;
  if (keyword == "hide") return &plan.hides;
  if (keyword == "absent") return &plan.absents;
  return nullptr;
}

bool SetText(std::string_view keyword, std::string_view text, LaunchPlan& plan) {
  if (keyword == "seatbelt") {
    plan.confined = text == "on";
    return text == "on" || text == "off";
  }
  if (keyword == "profile") {
    if (!plan.profile.empty()) return false;
    plan.profile = std::string(text);
    return !text.empty();
  }
  if (keyword == "param") {
    plan.parameters.emplace_back(text);
    return IsParameter(text);
  }
  return false;
}

}  // namespace

Failure DecodePlan(std::span<const std::string_view> directives, LaunchPlan& plan) {
  // The first word says what the rest has to be: a plan without it is none.
  if (directives.empty() || directives[0] != "seatbelt") return BadDirective("seatbelt", "missing");
  for (size_t at = 0; at < directives.size();) {
    std::string_view keyword = directives[at];
    size_t arity = keyword == "limit" ? 2 : 1;
    if (directives.size() - at - 1 < arity) return BadDirective(keyword, "argument missing");
    std::string_view first = directives[at + 1];
    if (first.find('\0') != std::string_view::npos) return BadDirective(keyword, "NUL");
    if (keyword == "limit") {
      if (!SetLimit(first, directives[at + 2], plan.limits)) return BadDirective(keyword, first);
    } else if (std::vector<std::string>* paths = PathList(keyword, plan)) {
      if (!IsAbsolutePath(first)) return BadDirective(keyword, first);
      paths->emplace_back(first);
    } else if ((keyword == "seatbelt" && at != 0) || !SetText(keyword, first, plan)) {
      return BadDirective(keyword, first);
    }
    at += 1 + arity;
  }
  if (plan.confined == plan.profile.empty()) return BadDirective("profile", "goes with `seatbelt on`");
  if (!plan.confined && !plan.parameters.empty()) return BadDirective("param", plan.parameters[0]);
  return {};
}

}  // namespace moated
