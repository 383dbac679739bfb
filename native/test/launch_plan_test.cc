// The decoder refuses whatever no compiler emits, and reads the rest as it is written.
#include "linux/launch_plan.h"

#include <initializer_list>
#include <iterator>

#include "test/check.h"

namespace moated {
namespace {

using Directives = std::initializer_list<std::string_view>;

// A plan that is complete, so that each refusal below has one cause.
constexpr std::string_view kConfined[] = {"init",   "subreaper", "landlock",   "on",
                                          "filter", "base",      "privileges", "drop"};

std::string Decode(Directives extra, LaunchPlan& plan) {
  std::vector<std::string_view> all(std::begin(kConfined), std::end(kConfined));
  all.insert(all.end(), extra);
  Failure failure = DecodePlan(all, plan);
  return failure ? failure.syscall + " " + failure.path : "";
}

std::string Accepts(Directives extra) {
  LaunchPlan plan;
  return Decode(extra, plan);
}

std::string Refuses(Directives extra) {
  LaunchPlan plan;
  return Decode(extra, plan).empty() ? "was accepted" : "";
}

std::string ReadsValues() {
  LaunchPlan plan;
  std::string refused =
      Decode({"read", "/", "write", "/a", "write", "/b", "limit", "files", "12", "scope", "signal"}, plan);
  if (!refused.empty()) return refused;
  if (plan.readable != std::vector<std::string>{"/"}) return "read";
  if (plan.writable != std::vector<std::string>{"/a", "/b"}) return "write";
  if (plan.limits.files != 12) return "limit";
  if (!plan.scope_signal || plan.scope_abstract_unix) return "scope";
  return "";
}

std::string NothingIsNoPlan() {
  LaunchPlan plan;
  return DecodePlan({}, plan) ? "" : "an empty plan confines nothing and was accepted";
}

std::string FilterIsNotOptional() {
  LaunchPlan plan;
  constexpr std::string_view kWithout[] = {"init", "subreaper", "landlock", "on", "privileges", "drop"};
  return DecodePlan(kWithout, plan) ? "" : "was accepted";
}

}  // namespace
}  // namespace moated

int main() {
  using namespace moated;
  Case("a confined plan is accepted", Accepts({}));
  Case("values are read", ReadsValues());
  Case("an empty plan is refused", NothingIsNoPlan());
  Case("a plan without filter is refused", FilterIsNotOptional());
  Case("an unknown directive is refused", Refuses({"allow", "everything"}));
  Case("a missing argument is refused", Refuses({"read"}));
  Case("a missing second argument is refused", Refuses({"limit", "files"}));
  Case("a relative path is refused", Refuses({"write", "a"}));
  Case("an empty path is refused", Refuses({"write", ""}));
  Case("a path with NUL is refused", Refuses({"write", std::string_view("/a\0b", 4)}));
  Case("an unknown namespace is refused", Refuses({"namespaces", "user,everything"}));
  Case("an empty namespace is refused", Refuses({"namespaces", "user,,mount"}));
  Case("a namespace without user is refused", Refuses({"namespaces", "net"}));
  Case("pid 1 without pid namespace is refused", Refuses({"init", "pid1"}));
  Case("a pid namespace without mounts is refused", Refuses({"namespaces", "user,pid", "init", "pid1"}));
  Case("protect without mounts is refused", Refuses({"protect", "/a"}));
  Case("scratch without mounts is refused", Refuses({"scratch", "/tmp"}));
  Case("an unknown scope is refused", Refuses({"scope", "everything"}));
  Case("a control group of somebody else is refused", Refuses({"cgroup", "/sys/fs/cgroup"}));
  Case("an unknown limit is refused", Refuses({"limit", "luck", "1"}));
  Case("a limit of zero is refused", Refuses({"limit", "files", "0"}));
  Case("a negative limit is refused", Refuses({"limit", "files", "-1"}));
  Case("a limit beyond 64 bits is refused", Refuses({"limit", "files", "99999999999999999999"}));
  Case("a limit with a unit is refused", Refuses({"limit", "files", "1k"}));
  Case("neither Landlock nor mounts is refused", Refuses({"landlock", "off"}));
  return failed_cases == 0 ? 0 : 1;
}
