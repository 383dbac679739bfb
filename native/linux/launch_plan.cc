#include "linux/launch_plan.h"

#include <cerrno>
#include <cstddef>

#include "engine/directives.h"
#include "system_words.h"

namespace moated {
namespace {

bool AddNamespaces(std::string_view list, LaunchPlan& plan) {
  struct Name {
    std::string_view name;
    bool LaunchPlan::*member;
  };
  static constexpr Name kNames[] = {
      {"user", &LaunchPlan::user_namespace}, {"mount", &LaunchPlan::mount_namespace},
      {"pid", &LaunchPlan::pid_namespace},   {"ipc", &LaunchPlan::ipc_namespace},
      {"uts", &LaunchPlan::uts_namespace},   {"net", &LaunchPlan::net_namespace},
  };
  while (!list.empty()) {
    size_t comma = list.find(',');
    std::string_view name = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    bool known = false;
    for (const Name& candidate : kNames) {
      if (candidate.name != name) continue;
      plan.*candidate.member = true;
      known = true;
    }
    if (!known) return false;
  }
  return true;
}

// Directives with one word out of a fixed set.
bool SetWord(std::string_view keyword, std::string_view word, LaunchPlan& plan) {
  if (keyword == "namespaces") return AddNamespaces(word, plan);
  if (keyword == "isolation") return Enable(plan.fresh_namespaces, word, "fresh");
  if (keyword == "init") return Choose(plan.init_is_pid1, word, "pid1", "subreaper");
  if (keyword == "scratch-size") return ParseNumber(word, plan.scratch_size) && plan.scratch_size > 0;
  if (keyword == "dev") return Enable(plan.minimal_dev, word, "minimal");
  if (keyword == "landlock") return Choose(plan.landlock, word, "on", "off");
  if (keyword == "scope") {
    return Enable(plan.scope_signal, word, "signal") ||
           Enable(plan.scope_abstract_unix, word, "abstract-unix");
  }
  if (keyword == "landlock-net") return Enable(plan.deny_tcp, word, "deny");
  if (keyword == "filter") {
    plan.filters.emplace_back(word);
    return true;  // the name is checked when the filter is compiled
  }
  if (keyword == "cgroup") return Enable(plan.cgroup, word, "own");
  if (keyword == "privileges") return Choose(plan.keep_privileges, word, "keep", "drop");
  return false;
}

// A combination that no compiler emits is refused: half of a mechanism is worse than none.
Failure CheckConsistency(const LaunchPlan& plan) {
  bool any_namespace = plan.mount_namespace || plan.pid_namespace || plan.ipc_namespace ||
                       plan.uts_namespace || plan.net_namespace;
  if (any_namespace && !plan.user_namespace) return BadDirective("namespaces", "user namespace missing");
  if (plan.pid_namespace != plan.init_is_pid1)
    return BadDirective("init", "pid1 goes with the pid namespace");
  if (plan.pid_namespace && !plan.mount_namespace) return BadDirective("namespaces", "pid without mount");
  if (!plan.mount_namespace && !plan.scratches.empty()) return BadDirective("scratch", plan.scratches[0]);
  if (!plan.mount_namespace && !plan.protects.empty()) return BadDirective("protect", plan.protects[0]);
  if (!plan.keep_privileges && (plan.filters.empty() || plan.filters[0] != "base")) {
    return BadDirective("filter", "base missing");
  }
  if (!plan.keep_privileges && !plan.landlock && !plan.mount_namespace) {
    return BadDirective("landlock", "neither Landlock nor mounts");
  }
  return {};
}

}  // namespace

Failure BadDirective(std::string_view keyword, std::string_view value) {
  Failure failure("plan", "", EINVAL, value);
  failure.syscall = keyword;
  return failure;
}

Failure DecodePlan(std::span<const std::string_view> directives, LaunchPlan& plan) {
  Limits& limits = plan.limits;
  const PlanEntry<uint64_t> limit_entries[] = {
      {"cpu", &limits.cpu_seconds},     {"address-space", &limits.address_space}, {"files", &limits.files},
      {"file-size", &limits.file_size}, {"processes", &limits.processes},         {"memory", &limits.memory},
  };
  const PlanEntry<std::vector<std::string>> path_entries[] = {
      {"read", &plan.readable},  {"write", &plan.writable},    {"device", &plan.devices},
      {"pin", &plan.pins},       {"protect", &plan.protects},  {"hide", &plan.hides},
      {"absent", &plan.absents}, {"scratch", &plan.scratches}, {"keep", &plan.keeps},
  };
  const PlanEntries entries = {limit_entries, path_entries, IsAbsolutePath, SetWord};
  if (Failure failure = ReadDirectives(directives, entries, plan)) return failure;
  return CheckConsistency(plan);
}

}  // namespace moated
