#include "windows/launch_plan.h"

#include <cstddef>

#include "engine/directives.h"
#include "windows/win.h"

namespace moated {
namespace {

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
  if (keyword == "job") return Enable(plan.job, word, "kill-on-close");
  if (keyword == "token") return Choose(plan.restricted_token, word, "restricted", "host");
  if (keyword == "integrity") return Enable(plan.low_integrity, word, "low");
  if (keyword == "console") return Choose(plan.own_console, word, "own", "host");
  if (keyword == "children") return Enable(plan.no_children, word, "none");
  if (keyword == "ui") return AddUiLimit(word, plan);
  if (keyword == "container") {
    if (word == "no-network") plan.container = Container::kNoNetwork;
    if (word == "network") plan.container = Container::kNetwork;
    return word == "no-network" || word == "network";
  }
  if (keyword == "mitigation") {
    return Enable(plan.no_extension_points, word, "extension-points") ||
           Enable(plan.no_remote_images, word, "remote-images") ||
           Enable(plan.no_low_images, word, "low-images");
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

Failure BadDirective(std::string_view keyword, std::string_view value) {
  Failure failure("plan", "", ERROR_INVALID_PARAMETER, value);
  failure.syscall = keyword;
  return failure;
}

Failure DecodePlan(std::span<const std::string_view> directives, LaunchPlan& plan) {
  Limits& limits = plan.limits;
  const PlanEntry<uint64_t> limit_entries[] = {
      {"cpu", &limits.cpu_ms},
      {"memory", &limits.memory},
      {"process-memory", &limits.process_memory},
      {"processes", &limits.processes},
  };
  const PlanEntry<std::vector<std::string>> path_entries[] = {
      {"read", &plan.readable},    {"write", &plan.writable}, {"pin", &plan.pins},
      {"protect", &plan.protects}, {"hide", &plan.hides},     {"absent", &plan.absents},
  };
  const PlanEntries entries = {limit_entries, path_entries, IsPlainPath, SetWord};
  if (Failure failure = ReadDirectives(directives, entries, plan)) return failure;
  return CheckConsistency(plan);
}

}  // namespace moated
