#include "windows/launch_plan.h"

#include <cstddef>

#include "windows/win.h"

namespace moated {
namespace {

Failure BadDirective(std::string_view what, std::string_view value) {
  return {"plan", std::string(what), ERROR_INVALID_PARAMETER, std::string(value)};
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

// A path of a drive in its canonical form, which means the same with and without the `\\?\` that turns every
// interpretation off: no stream, no wildcard, no `.` or `..`, nothing that the system would strip.
bool IsPlainPath(std::string_view path) {
  if (path.size() < 3 || path[0] < 'A' || path[0] > 'Z' || path[1] != ':' || path[2] != '\\') return false;
  std::string_view rest = path.substr(3);
  while (!rest.empty()) {
    size_t end = rest.find('\\');
    std::string_view name = rest.substr(0, end);
    if (name.empty() || name.back() == '.' || name.back() == ' ') return false;
    for (char c : name) {
      if (static_cast<unsigned char>(c) < 32 ||
          std::string_view("<>:\"/|?*").find(c) != std::string_view::npos)
        return false;
    }
    if (end == std::string_view::npos) break;
    rest = rest.substr(end + 1);
    if (rest.empty()) return false;
  }
  return true;
}

bool SetLimit(std::string_view name, std::string_view text, Limits& limits) {
  struct Name {
    std::string_view name;
    uint64_t Limits::*member;
  };
  static constexpr Name kNames[] = {
      {"cpu", &Limits::cpu_ms},
      {"memory", &Limits::memory},
      {"process-memory", &Limits::process_memory},
      {"processes", &Limits::processes},
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

std::vector<std::string>* PathList(std::string_view keyword, LaunchPlan& plan) {
  struct Name {
    std::string_view name;
    std::vector<std::string> LaunchPlan::*member;
  };
  static constexpr Name kNames[] = {
      {"read", &LaunchPlan::readable},    {"write", &LaunchPlan::writable}, {"pin", &LaunchPlan::pins},
      {"protect", &LaunchPlan::protects}, {"hide", &LaunchPlan::hides},     {"absent", &LaunchPlan::absents},
  };
  for (const Name& candidate : kNames) {
    if (candidate.name == keyword) return &(plan.*candidate.member);
  }
  return nullptr;
}

bool AddUiLimit(std::string_view word, LaunchPlan& plan) {
  struct Name {
    std::string_view name;
    uint32_t flag;
  };
  static constexpr Name kNames[] = {
      {"desktop", JOB_OBJECT_UILIMIT_DESKTOP},
      {"display-settings", JOB_OBJECT_UILIMIT_DISPLAYSETTINGS},
      {"exit-windows", JOB_OBJECT_UILIMIT_EXITWINDOWS},
      {"global-atoms", JOB_OBJECT_UILIMIT_GLOBALATOMS},
      {"handles", JOB_OBJECT_UILIMIT_HANDLES},
      {"read-clipboard", JOB_OBJECT_UILIMIT_READCLIPBOARD},
      {"system-parameters", JOB_OBJECT_UILIMIT_SYSTEMPARAMETERS},
      {"write-clipboard", JOB_OBJECT_UILIMIT_WRITECLIPBOARD},
  };
  for (const Name& candidate : kNames) {
    if (candidate.name != word) continue;
    plan.ui_limits |= candidate.flag;
    return true;
  }
  return false;
}

// Directives with one word out of a fixed set.
bool SetWord(std::string_view keyword, std::string_view word, LaunchPlan& plan) {
  auto choose = [&](bool& target, std::string_view yes, std::string_view no) {
    if (word != yes && word != no) return false;
    target = word == yes;
    return true;
  };
  auto enable = [&](bool& target, std::string_view yes) {
    if (word == yes) target = true;
    return word == yes;
  };
  if (keyword == "job") return enable(plan.job, "kill-on-close");
  if (keyword == "token") return choose(plan.restricted_token, "restricted", "host");
  if (keyword == "integrity") return enable(plan.low_integrity, "low");
  if (keyword == "console") return choose(plan.own_console, "own", "host");
  if (keyword == "children") return enable(plan.no_children, "none");
  if (keyword == "ui") return AddUiLimit(word, plan);
  if (keyword == "container") {
    if (word == "no-network") plan.container = Container::kNoNetwork;
    if (word == "network") plan.container = Container::kNetwork;
    return word == "no-network" || word == "network";
  }
  if (keyword == "mitigation") {
    return enable(plan.no_extension_points, "extension-points") ||
           enable(plan.no_remote_images, "remote-images") || enable(plan.no_low_images, "low-images");
  }
  return false;
}

// A combination that no compiler emits is refused: half of a mechanism is worse than none.
Failure CheckConsistency(const LaunchPlan& plan) {
  if (!plan.job) return BadDirective("job", "missing");
  if (plan.restricted_token != plan.own_console)
    return BadDirective("console", "own goes with a restricted token");
  bool container = plan.container != Container::kNone;
  if (container && !plan.restricted_token) return BadDirective("container", "restricted token missing");
  if (plan.low_integrity && !plan.restricted_token)
    return BadDirective("integrity", "restricted token missing");
  for (const auto* list : {&plan.readable, &plan.writable, &plan.pins, &plan.protects, &plan.hides}) {
    // A grant names whom it is given to.
    if (!container && !list->empty()) return BadDirective("container", list->front());
  }
  return {};
}

}  // namespace

Failure DecodePlan(std::span<const std::string_view> directives, LaunchPlan& plan) {
  size_t at = 0;
  while (at < directives.size()) {
    std::string_view keyword = directives[at];
    size_t arity = keyword == "limit" ? 2 : 1;
    if (directives.size() - at - 1 < arity) return BadDirective(keyword, "argument missing");
    std::string_view first = directives[at + 1];
    if (keyword == "limit") {
      if (!SetLimit(first, directives[at + 2], plan.limits)) return BadDirective(keyword, first);
    } else if (std::vector<std::string>* paths = PathList(keyword, plan)) {
      if (!IsPlainPath(first)) return BadDirective(keyword, first);
      paths->emplace_back(first);
    } else if (!SetWord(keyword, first, plan)) {
      return BadDirective(keyword, first);
    }
    at += 1 + arity;
  }
  return CheckConsistency(plan);
}

}  // namespace moated
