// The compiled filters, run in a simulator: against a table written by hand, and against the sets themselves
// read one by one, for every group combination.
#include <linux/audit.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <string>
#include <vector>

#include "linux/seccomp_compiler.h"
#include "linux/seccomp_sets.h"
#include "linux/syscall_numbers.h"
#include "test/bpf_simulator.h"
#include "test/seccomp_cases.h"

namespace moated {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kNative = AUDIT_ARCH_X86_64;
#else
constexpr std::uint32_t kNative = AUDIT_ARCH_AARCH64;
#endif
constexpr std::uint32_t kForeign[] = {AUDIT_ARCH_I386, AUDIT_ARCH_ARM, AUDIT_ARCH_RISCV64, 0,
                                      kNative == AUDIT_ARCH_X86_64 ? AUDIT_ARCH_AARCH64 : AUDIT_ARCH_X86_64};
constexpr std::uint32_t kKill = SECCOMP_RET_KILL_PROCESS;
constexpr int kNumbersTried = 601;
constexpr std::size_t kMaxPath = 16;
constexpr std::size_t kMaxInstructions = 4096;
constexpr std::uint64_t kGarbage = 0xdeadbeef00000000;

constexpr FilterGroup kEveryGroup[] = {FilterGroup::kBase,   FilterGroup::kNoInet,
                                       FilterGroup::kNoUnix, FilterGroup::kNoMetadata,
                                       FilterGroup::kNoIpc,  FilterGroup::kNoForeignPids};

int failures = 0;

void Report(const std::string& name, const std::string& problem) {
  if (problem.empty()) {
    printf("ok %s\n", name.c_str());
  } else {
    ++failures;
    printf("not ok %s: %s\n", name.c_str(), problem.c_str());
  }
}

std::string Describe(std::uint32_t action) {
  char text[16];
  (void)snprintf(text, sizeof(text), "0x%08x", action);
  return text;
}

seccomp_data Call(std::uint32_t architecture, int number, const Arguments& arguments) {
  seccomp_data call{};
  call.arch = architecture;
  call.nr = number;
  for (std::size_t i = 0; i < arguments.size(); ++i)
    call.args[i] = arguments[i];
  return call;
}

std::vector<FilterGroup> GroupsOf(unsigned bits) {
  std::vector<FilterGroup> groups;
  for (FilterGroup group : kEveryGroup) {
    if ((bits >> static_cast<unsigned>(group) & 1U) != 0) groups.push_back(group);
  }
  return groups;
}

bool Holds(const ArgumentTest& test, const Arguments& arguments) {
  std::uint64_t value = arguments[test.argument];
  if (test.half == ArgumentTest::Half::kHigh) value >>= 32U;
  const std::uint32_t masked = static_cast<std::uint32_t>(value) & test.mask;
  bool found = false;
  for (std::uint32_t candidate : test.values)
    found = found || candidate == masked;
  return found == test.listed;
}

// What the sets say, read one by one.
std::uint32_t Expected(unsigned bits, int number, const Arguments& arguments) {
  const auto chosen = [bits](FilterGroup group) { return (bits >> static_cast<unsigned>(group) & 1U) != 0; };
  if (number > kNewestSyscall) return Fails(ENOSYS);
  for (const SyscallSet& set : SyscallSets()) {
    if (!chosen(set.group)) continue;
    for (const RefusedSyscall& call : set.calls) {
      if (call.number == number) return Fails(set.error);
    }
  }
  for (const ArgumentRule& rule : ArgumentRules()) {
    if (rule.number != number || !chosen(rule.group)) continue;
    bool applies = true;
    for (const ArgumentTest& test : rule.tests)
      applies = applies && Holds(test, arguments);
    if (applies) return Fails(rule.error);
  }
  return kAllow;
}

std::string RunCases(std::span<const FilterGroup> groups, std::span<const Case> cases) {
  const std::vector<sock_filter> program = CompileFilter(groups);
  for (const Case& entry : cases) {
    const auto result = Simulate(program, Call(kNative, entry.number, entry.arguments));
    if (!result) return std::string(entry.name) + ": the program is not valid";
    if (result->action != entry.action) {
      return std::string(entry.name) + ": " + Describe(result->action) + " instead of " +
             Describe(entry.action);
    }
    // An `int` argument is its low half, whatever stands above. unshare reads all of it, and mmap's is no
    // `int`.
    if (entry.number == __NR_unshare) continue;
    Arguments dirty = entry.arguments;
    for (std::uint64_t& argument : dirty)
      argument |= kGarbage;
    const auto again = Simulate(program, Call(kNative, entry.number, dirty));
    if (!again || again->action != entry.action)
      return std::string(entry.name) + ": the high half changed the answer";
  }
  return "";
}

void TestTables() {
  struct Table {
    const char* name;
    FilterGroup group;
    std::span<const Case> cases;
  };
  constexpr Table kTables[] = {
      {"base", FilterGroup::kBase, kBaseCases},
      {"no-inet", FilterGroup::kNoInet, kNoInetCases},
      {"no-unix", FilterGroup::kNoUnix, kNoUnixCases},
      {"no-metadata", FilterGroup::kNoMetadata, kNoMetadataCases},
      {"no-ipc", FilterGroup::kNoIpc, kNoIpcCases},
      {"no-foreign-pids", FilterGroup::kNoForeignPids, kNoForeignPidsCases},
  };
  for (const Table& table : kTables) {
    const FilterGroup groups[] = {FilterGroup::kBase, table.group};
    Report(std::string("table ") + table.name, RunCases(groups, table.cases));
    const bool found = ParseFilterGroup(table.name) == table.group;
    Report(std::string("name ") + table.name, found ? "" : "not found");
  }
  Report("unknown names", ParseFilterGroup("no-such") || ParseFilterGroup("") ? "found" : "");
}

// No call is in two sets or has both a verdict and rules: the order of the tables would decide in silence.
void TestSets() {
  std::array<int, kNewestSyscall + 1> seen{};
  std::string problem;
  for (const SyscallSet& set : SyscallSets()) {
    for (const RefusedSyscall& call : set.calls) {
      if (call.number == kAbsentSyscall) continue;
      if (call.number < 0 || call.number > kNewestSyscall) {
        problem = "a number out of range: " + std::to_string(call.number);
      } else if (seen[static_cast<std::size_t>(call.number)]++ != 0) {
        problem = "twice: " + std::to_string(call.number);
      }
    }
  }
  for (const ArgumentRule& rule : ArgumentRules()) {
    if (rule.tests.empty()) problem = "an empty rule";
    if (rule.number < 0 || rule.number > kNewestSyscall || seen[static_cast<std::size_t>(rule.number)] != 0) {
      problem = "a rule for a refused call: " + std::to_string(rule.number);
    }
  }
  Report("sets do not overlap", problem);
}

void TestArchitectures() {
  const FilterGroup groups[] = {FilterGroup::kBase};
  const std::vector<sock_filter> program = CompileFilter(groups);
  std::string problem;
  for (std::uint32_t architecture : kForeign) {
    for (int number = 0; number < kNumbersTried; ++number) {
      const auto result = Simulate(program, Call(architecture, number, {}));
      if (!result || result->action != kKill) problem = "not killed: " + Describe(architecture);
    }
  }
  Report("foreign architectures are killed", problem);
#if defined(__x86_64__)
  problem.clear();
  for (int number = 0; number < kNumbersTried; ++number) {
    const auto result = Simulate(program, Call(kNative, number | 0x40000000, {}));
    if (!result || result->action != kKill) problem = "not killed: " + std::to_string(number);
  }
  Report("x32 numbers are killed", problem);
#endif
  problem.clear();
  for (int number : {-1, -2, INT32_MIN}) {
    const auto result = Simulate(program, Call(kNative, number, {}));
    if (!result || result->action != Fails(ENOSYS)) problem = std::to_string(number);
  }
  Report("negative numbers do not exist", problem);
}

class Random {
 public:
  std::uint32_t Next() {
    state_ = (state_ * 6364136223846793005ULL) + 1442695040888963407ULL;
    return static_cast<std::uint32_t>(state_ >> 33U);
  }
  std::uint64_t Pick(const std::vector<std::uint32_t>& pool) {
    const std::uint64_t low = pool[Next() % pool.size()];
    return (Next() & 1U) != 0 ? low : low | static_cast<std::uint64_t>(Next()) << 32U;
  }

 private:
  std::uint64_t state_ = 20261122;
};

// Values on both sides of everything that a rule of the call compares with.
std::vector<std::uint32_t> PoolOf(int number) {
  std::vector<std::uint32_t> pool = {0, 1, 2, 3, 0xffffffff};
  for (const ArgumentRule& rule : ArgumentRules()) {
    if (rule.number != number) continue;
    for (const ArgumentTest& test : rule.tests) {
      pool.push_back(test.mask);
      pool.push_back(~test.mask);
      for (std::uint32_t value : test.values) {
        for (std::uint32_t near : {value - 1, value, value + 1, value | 0x80800U, value | 0x40000000U})
          pool.push_back(near);
      }
    }
  }
  return pool;
}

struct Extent {
  int path = 0;
  std::size_t size = 0;
};

std::string CompareAll(unsigned bits, Extent& extent) {
  constexpr int kRandomCalls = 300;
  const std::vector<sock_filter> program = CompileFilter(GroupsOf(bits));
  if (program.size() > extent.size) extent.size = program.size();
  Random random;
  for (int number = 0; number < kNumbersTried; ++number) {
    bool checked = false;
    for (const ArgumentRule& rule : ArgumentRules())
      checked = checked || rule.number == number;
    const std::vector<std::uint32_t> pool = PoolOf(number);
    for (int i = 0; i < (checked ? kRandomCalls : 1); ++i) {
      Arguments arguments{};
      for (std::uint64_t& argument : arguments)
        argument = random.Pick(pool);
      const auto result = Simulate(program, Call(kNative, number, arguments));
      const std::uint32_t expected = Expected(bits, number, arguments);
      if (!result || result->action != expected)
        return "call " + std::to_string(number) + " of " + std::to_string(bits);
      if (!checked && result->steps > extent.path) extent.path = result->steps;
    }
  }
  return "";
}

void TestEveryCombination() {
  Extent extent;
  std::string problem;
  for (unsigned bits = 0; bits < 64 && problem.empty(); ++bits)
    problem = CompareAll(bits, extent);
  Report("every number in every combination", problem);
  printf("# longest path of an unchecked call: %d instructions; largest program: %zu\n", extent.path,
         extent.size);
  Report("paths are short",
         static_cast<std::size_t>(extent.path) <= kMaxPath ? "" : std::to_string(extent.path));
  Report("programs are small", extent.size <= kMaxInstructions ? "" : std::to_string(extent.size));
}

void TestSimulator() {
  const sock_filter falls_off[] = {{BPF_LD | BPF_W | BPF_ABS, 0, 0, 0}};
  const sock_filter jumps_off[] = {{BPF_JMP | BPF_JA, 0, 0, 7}, {BPF_RET | BPF_K, 0, 0, 0}};
  const sock_filter loads_beyond[] = {{BPF_LD | BPF_W | BPF_ABS, 0, 0, sizeof(seccomp_data)},
                                      {BPF_RET | BPF_K, 0, 0, 0}};
  const bool refused = !Simulate(falls_off, {}) && !Simulate(jumps_off, {}) && !Simulate(loads_beyond, {});
  Report("the simulator refuses bad programs", refused ? "" : "accepted");
}

int Main() {
  TestSimulator();
  TestSets();
  TestTables();
  TestArchitectures();
  TestEveryCombination();
  return failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace moated

int main() {
  return moated::Main();
}
