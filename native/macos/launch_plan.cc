#include "macos/launch_plan.h"

#include <cerrno>
#include <cstddef>

#include "engine/directives.h"
#include "system_words.h"

namespace moated {
namespace {

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

bool SetText(std::string_view keyword, std::string_view text, LaunchPlan& plan) {
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

Failure BadDirective(std::string_view keyword, std::string_view value) {
  Failure failure("plan", "", EINVAL, value);
  failure.syscall = keyword;
  return failure;
}

Failure DecodePlan(std::span<const std::string_view> directives, LaunchPlan& plan) {
  // The first directive says what the rest has to be: a plan without it is none.
  if (directives.size() < 2 || directives[0] != "seatbelt") return BadDirective("seatbelt", "missing");
  if (!Choose(plan.confined, directives[1], "on", "off")) return BadDirective("seatbelt", directives[1]);
  Limits& limits = plan.limits;
  const PlanEntry<uint64_t> limit_entries[] = {
      {"cpu", &limits.cpu_seconds},
      {"address-space", &limits.address_space},
      {"files", &limits.files},
      {"file-size", &limits.file_size},
  };
  const PlanEntry<std::vector<std::string>> path_entries[] = {
      {"write", &plan.writable},
      {"protect", &plan.protects},
      {"hide", &plan.hides},
      {"absent", &plan.absents},
  };
  const PlanEntries entries = {limit_entries, path_entries, IsAbsolutePath, SetText};
  if (Failure failure = ReadDirectives(directives.subspan(2), entries, plan)) return failure;
  if (plan.confined == plan.profile.empty()) return BadDirective("profile", "goes with `seatbelt on`");
  if (!plan.confined && !plan.parameters.empty()) return BadDirective("param", plan.parameters[0]);
  return {};
}

}  // namespace moated
