#include "linux/launch_plan.h"

#include <cerrno>
#include <cstddef>

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

bool IsAbsolutePath(std::string_view path) {
  return !path.empty() && path.front() == '/' && path.find('\0') == std::string_view::npos;
}

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

bool SetLimit(std::string_view name, std::string_view text, Limits& limits) {
  struct Name {
    std::string_view name;
    uint64_t Limits::*member;
  };
  static constexpr Name kNames[] = {
      {"cpu", &Limits::cpu_seconds},     {"address-space", &Limits::address_space},
      {"files", &Limits::files},         {"file-size", &Limits::file_size},
      {"processes", &Limits::processes}, {"memory", &Limits::memory},
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

// Directives whose argument is a path that is collected.
std::vector<std::string>* PathList(std::string_view keyword, LaunchPlan& plan) {
  struct Name {
    std::string_view name;
    std::vector<std::string> LaunchPlan::*member;
  };
  static constexpr Name kNames[] = {
      {"read", &LaunchPlan::readable},  {"write", &LaunchPlan::writable},    {"device", &LaunchPlan::devices},
      {"pin", &LaunchPlan::pins},       {"protect", &LaunchPlan::protects},  {"hide", &LaunchPlan::hides},
      {"absent", &LaunchPlan::absents}, {"scratch", &LaunchPlan::scratches}, {"keep", &LaunchPlan::keeps},
  };
  for (const Name& candidate : kNames) {
    if (candidate.name == keyword) return &(plan.*candidate.member);
  }
  return nullptr;
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
  if (keyword == "namespaces") return AddNamespaces(word, plan);
  if (keyword == "isolation") return enable(plan.fresh_namespaces, "fresh");
  if (keyword == "init") return choose(plan.init_is_pid1, "pid1", "subreaper");
  if (keyword == "scratch-size") return ParseNumber(word, plan.scratch_size) && plan.scratch_size > 0;
  if (keyword == "dev") return enable(plan.minimal_dev, "minimal");
  if (keyword == "landlock") return choose(plan.landlock, "on", "off");
  if (keyword == "scope") {
    return enable(plan.scope_signal, "signal") || enable(plan.scope_abstract_unix, "abstract-unix");
  }
  if (keyword == "landlock-net") return enable(plan.deny_tcp, "deny");
  if (keyword == "filter") {
    plan.filters.emplace_back(word);
    return true;  // the name is checked when the filter is compiled
  }
  if (keyword == "cgroup") return enable(plan.cgroup, "own");
  if (keyword == "privileges") return choose(plan.keep_privileges, "keep", "drop");
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
      if (!IsAbsolutePath(first)) return BadDirective(keyword, first);
      paths->emplace_back(first);
    } else if (!SetWord(keyword, first, plan)) {
      return BadDirective(keyword, first);
    }
    at += 1 + arity;
  }
  return CheckConsistency(plan);
}

}  // namespace moated
