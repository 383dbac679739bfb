// What one confined run is given for its life: an identity, a temporary folder, and access to the trees of
// its policy.
#pragma once

#include <string>

#include "failure.h"
#include "windows/app_container.h"
#include "windows/grant_journal.h"
#include "windows/launch_plan.h"

namespace moated {

class RunGrants {
 public:
  RunGrants() = default;
  RunGrants(const RunGrants&) = delete;
  RunGrants& operator=(const RunGrants&) = delete;
  ~RunGrants() { Revoke(); }

  // Refusals before permissions, so that at no moment more is open than the policy says.
  Failure Give(const LaunchPlan& plan);
  // Nobody of the run may be left. What cannot be undone stays in the journal for the next start.
  void Revoke();

  [[nodiscard]] PSID container() const { return container_.sid(); }
  [[nodiscard]] const std::string& scratch() const { return scratch_; }

 private:
  Failure GiveAll(const LaunchPlan& plan);

  GrantRecord record_;
  std::string scratch_;  // the path of a folder
  GrantJournal journal_;
  AppContainer container_;
  bool given_ = false;
};

}  // namespace moated
