// What the seccomp filter refuses, as data: named sets of system calls, and rules over the arguments of a few
// others. Everything that is not listed is allowed: the filter closes what no program needs and what Landlock
// and the namespaces do not see. `base` belongs to every filter, the other groups are added by the policy.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace moated {

enum class FilterGroup : std::uint8_t { kBase, kNoInet, kNoUnix, kNoMetadata, kNoIpc, kNoForeignPids };

// The group of a `filter NAME` directive, nothing when there is no such group.
std::optional<FilterGroup> ParseFilterGroup(std::string_view name);

// Why an entry is there. Every one must say it, the compiler refuses an empty one, and none of the words get
// into the binary.
class Because {
 public:
  consteval Because(const char* reason) {  // NOLINT(google-explicit-constructor): reads as data
    if (*reason == '\0') ReasonIsMissing();
  }

 private:
  static void ReasonIsMissing();  // defined nowhere: only to be no constant
};

struct RefusedSyscall {
  int number;  // kAbsentSyscall where the architecture lacks the call
  [[no_unique_address]] Because reason;
};

// Calls that fail with `error` whatever their arguments are.
struct SyscallSet {
  FilterGroup group;
  const char* name;
  int error;
  std::span<const RefusedSyscall> calls;
};

// A test of one 32-bit half of an argument. The kernel reads an `int` from the low half and ignores the high
// one, and so does a test of kLow: garbage above cannot change its answer.
struct ArgumentTest {
  enum class Half : std::uint8_t { kLow, kHigh };

  std::uint8_t argument;
  std::uint32_t mask;
  bool listed;  // holds when the masked half is one of `values`; otherwise when it is none of them
  std::span<const std::uint32_t> values;
  Half half = Half::kLow;
};

// The call fails with `error` when every test holds. The first rule of a call that applies gives its error.
struct ArgumentRule {
  FilterGroup group;
  int number;
  int error;
  std::span<const ArgumentTest> tests;
  [[no_unique_address]] Because reason;
};

std::span<const SyscallSet> SyscallSets();
std::span<const ArgumentRule> ArgumentRules();

}  // namespace moated
