#include "windows/run_grants.h"

#include <vector>

#include "engine/uuid.h"
#include "windows/access_entries.h"
#include "windows/scratch_folder.h"

namespace moated {
namespace {

struct Step {
  const std::vector<std::string>& paths;
  const AccessRule& rule;
};

Failure AddAll(const LaunchPlan& plan, PSID sid) {
  const Step steps[] = {
      {plan.hides, kMayNotRead}, {plan.protects, kMayNotChange}, {plan.pins, kMayNotMove},
      {plan.readable, kMayRead}, {plan.writable, kMayWrite},
  };
  AccessListLock lock;
  if (Failure failure = lock.Take()) return failure;
  for (const Step& step : steps) {
    for (const std::string& path : step.paths) {
      if (Failure failure = AddEntries(path, sid, step.rule)) return failure;
    }
  }
  return {};
}

}  // namespace

Failure RunGrants::Give(const LaunchPlan& plan) {
  std::string uuid;
  if (Failure failure = RandomUuid(uuid)) return failure;
  record_.run_name = "moated." + uuid;
  if (Failure failure = ScratchPath(record_.run_name, scratch_)) return failure;
  if (plan.container != Container::kNone) {
    record_.container = true;
    for (const auto* list : {&plan.hides, &plan.protects, &plan.pins, &plan.readable, &plan.writable})
      record_.paths.insert(record_.paths.end(), list->begin(), list->end());
  }
  if (Failure failure = journal_.Write(record_)) return failure;
  given_ = true;
  Failure failure = GiveAll(plan);
  if (failure) Revoke();
  return failure;
}

Failure RunGrants::GiveAll(const LaunchPlan& plan) {
  if (plan.container != Container::kNone) {
    if (Failure failure = container_.Create(record_.run_name)) {
      // Nobody has this identity, so nothing can have been given to it.
      record_.container = false;
      record_.paths.clear();
      return failure;
    }
  }
  if (Failure failure = CreateScratch(scratch_, container_.SidText())) return failure;
  return container_.sid() == nullptr ? Failure{} : AddAll(plan, container_.sid());
}

void RunGrants::Revoke() {
  if (!given_) return;
  given_ = false;
  bool undone = !UndoGrants(record_);
  container_.Forget();
  if (undone) journal_.Remove();
}

}  // namespace moated
