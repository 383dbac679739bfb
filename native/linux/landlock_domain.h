// The Landlock domain of a run, as two layers: a static one (reading, network, scopes) that is built once per
// policy, and one of the run itself (everything that writes), since it covers objects that are made for that
// run. Where the kernel does not protect init by itself, the static one is left to init, which puts it around
// the command alone: from inside of it nobody may signal init, and init may signal everybody.
//
// The one of the run comes first, since a layer copies the rules of those before it: it has a few rules, the
// static one may have hundreds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "failure.h"
#include "linux/child_report.h"
#include "linux/landlock_rights.h"
#include "linux/launch_plan.h"
#include "linux/mounts.h"
#include "linux/path_facts.h"
#include "unique_fd.h"

namespace moated {

class LandlockDomain {
 public:
  // Opens every object of the plan and builds the static ruleset. `row` is what the kernel was found to
  // support.
  Failure Prepare(const LaunchPlan& plan, const PathFacts& facts, const MountView* view,
                  const landlock::AbiRow& row);

  // Both run in a child, async-signal-safe. `scratch_fd`: the private directory of this run, or -1.
  bool EnterBoth(int scratch_fd, ChildReport& report) const;
  // Enters the run's layer, and leaves the static one's ruleset in kCommandDomainFd.
  bool EnterOuter(int scratch_fd, ChildReport& report) const;

 private:
  struct Rule {
    UniqueFd object;
    uint64_t access;
  };
  struct FreshRule {
    const char* path;
    uint64_t access;
  };
  struct Layer {
    landlock::RulesetAttr attributes{};
    std::vector<Rule> rules;
    std::vector<FreshRule> fresh;  // on mounts that exist only in the child
    uint64_t scratch_access = 0;
  };

  // `fact`: what the policy saw at the path, where it did.
  Failure AddRule(Layer& layer, const char* path, uint64_t access, const PathFact* fact) const;
  Failure AddReadable(const LaunchPlan& plan, const PathFacts& facts, bool by_listing);
  long Build(const Layer& layer, int scratch_fd, ChildReport& report) const;
  long StaticRuleset(int scratch_fd, ChildReport& report) const;
  static bool Restrict(long ruleset, ChildReport& report);

  Layer static_layer_;
  Layer run_layer_;
  UniqueFd static_ruleset_;  // empty where it has to be built in the child
  unsigned long attributes_size_ = 0;
};

}  // namespace moated
