#include "macos/sandbox_mark.h"

#include <dlfcn.h>

#include "engine/uuid.h"

namespace moated {
namespace {

// In libSystem on every version that we run on, and used by browsers, but in no header: it is looked for by
// name, so that a version without it loses the mark and not the addon.
using Check = int (*)(pid_t, const char*, int, ...);

constexpr int kFilterNone = 0;
constexpr int kFilterGlobalName = 2;
constexpr int kUsualNoReport = 0x40000000;

Check FindCheck() {
  return reinterpret_cast<Check>(dlsym(RTLD_DEFAULT, "sandbox_check"));
}

// Our questions are no violations, and must not appear as such in the log.
int NoReport() {
  const void* exported = dlsym(RTLD_DEFAULT, "SANDBOX_CHECK_NO_REPORT");
  return exported == nullptr ? kUsualNoReport : *static_cast<const int*>(exported);
}

constexpr int kAllowed = 0;
constexpr int kDenied = 1;

int Ask(pid_t pid, const std::string& name) {
  Check check = FindCheck();
  if (check == nullptr) return -1;
  return check(pid, "mach-lookup", kFilterGlobalName | NoReport(), name.c_str());
}

}  // namespace

Failure SandboxMark::Make() {
  std::string uuid;
  if (Failure failure = RandomUuid(uuid)) return failure;
  tag_ = "moated.run." + uuid;
  in_ = tag_ + ".in";
  out_ = tag_ + ".out";
  return {};
}

// Both answers count: a process without a profile may look up either name, one under another profile neither
// or both.
bool SandboxMark::IsOn(pid_t pid) const {
  return !in_.empty() && Ask(pid, in_) == kAllowed && Ask(pid, out_) == kDenied;
}

bool SandboxMark::Available() {
  return FindCheck() != nullptr;
}

bool SandboxMark::IsSandboxed(pid_t pid) {
  Check check = FindCheck();
  return check != nullptr && check(pid, nullptr, kFilterNone) == kDenied;
}

}  // namespace moated
