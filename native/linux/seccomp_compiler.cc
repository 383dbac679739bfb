#include "linux/seccomp_compiler.h"

#include <linux/audit.h>
#include <linux/seccomp.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "linux/syscall_numbers.h"

namespace moated {
namespace {

using Code = std::vector<sock_filter>;

#if defined(__x86_64__)
constexpr std::uint32_t kNativeArchitecture = AUDIT_ARCH_X86_64;
#else
constexpr std::uint32_t kNativeArchitecture = AUDIT_ARCH_AARCH64;
#endif

// Calls of x86_64 with 32-bit pointers carry this bit. They reach the same kernel functions as
// the others under numbers that no set lists.
constexpr std::uint32_t kX32Bit = 0x40000000;

constexpr std::uint32_t ErrorAction(int error) {
  return SECCOMP_RET_ERRNO | (static_cast<std::uint32_t>(error) & SECCOMP_RET_DATA);
}

// Consecutive numbers that get the same treatment. `rules` is the number whose argument rules decide, or -1.
struct Range {
  std::uint32_t first = 0;
  std::uint32_t action = SECCOMP_RET_ALLOW;
  int rules = -1;
};

class Groups {
 public:
  explicit Groups(std::span<const FilterGroup> groups) {
    for (FilterGroup group : groups)
      bits_ |= Bit(group);
  }
  [[nodiscard]] bool Has(FilterGroup group) const { return (bits_ & Bit(group)) != 0; }

 private:
  static std::uint32_t Bit(FilterGroup group) { return 1U << static_cast<std::uint32_t>(group); }
  std::uint32_t bits_ = 0;
};

sock_filter Statement(int code, std::uint32_t value) {
  return {static_cast<std::uint16_t>(code), 0, 0, value};
}

sock_filter Branch(int code, std::uint32_t value, std::size_t if_true, std::size_t if_false) {
  return {static_cast<std::uint16_t>(BPF_JMP | code | BPF_K), static_cast<std::uint8_t>(if_true),
          static_cast<std::uint8_t>(if_false), value};
}

sock_filter Load(std::size_t offset) {
  return Statement(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}

sock_filter Return(std::uint32_t action) {
  return Statement(BPF_RET | BPF_K, action);
}

void Append(Code& code, const Code& tail) {
  code.insert(code.end(), tail.begin(), tail.end());
}

std::size_t SizeOf(const ArgumentTest& test) {
  return 1 + (test.mask == ~0U ? 0 : 1) + test.values.size();
}

// Falls through when the test holds, otherwise jumps over `skip` instructions behind the test's own.
void AppendTest(Code& code, const ArgumentTest& test, std::size_t skip) {
  // Both architectures are little-endian: the low half comes first.
  const std::size_t half = test.half == ArgumentTest::Half::kHigh ? 4 : 0;
  code.push_back(Load(offsetof(seccomp_data, args) + (test.argument * sizeof(std::uint64_t)) + half));
  if (test.mask != ~0U) code.push_back(Statement(BPF_ALU | BPF_AND | BPF_K, test.mask));
  for (std::size_t i = 0; i < test.values.size(); ++i) {
    const std::size_t left = test.values.size() - 1 - i;
    if (!test.listed) {
      code.push_back(Branch(BPF_JEQ, test.values[i], left + skip, 0));
    } else {
      code.push_back(Branch(BPF_JEQ, test.values[i], left, left == 0 ? skip : 0));
    }
  }
}

Code CodeOfRule(const ArgumentRule& rule) {
  std::size_t remaining = 1;
  for (const ArgumentTest& test : rule.tests)
    remaining += SizeOf(test);
  Code code;
  for (const ArgumentTest& test : rule.tests) {
    remaining -= SizeOf(test);
    AppendTest(code, test, remaining);
  }
  code.push_back(Return(ErrorAction(rule.error)));
  return code;
}

Code CodeOfLeaf(const Range& range, const Groups& groups) {
  if (range.rules < 0) return {Return(range.action)};
  Code code;
  for (const ArgumentRule& rule : ArgumentRules()) {
    if (rule.number == range.rules && groups.Has(rule.group)) Append(code, CodeOfRule(rule));
  }
  code.push_back(Return(SECCOMP_RET_ALLOW));
  return code;
}

Code CodeOfTree(std::span<const Range> ranges, const Groups& groups) {
  if (ranges.size() == 1) return CodeOfLeaf(ranges[0], groups);
  const std::size_t middle = ranges.size() / 2;
  const Code below = CodeOfTree(ranges.first(middle), groups);
  Code code;
  if (below.size() <= UINT8_MAX) {
    code.push_back(Branch(BPF_JGE, ranges[middle].first, below.size(), 0));
  } else {
    code.push_back(Branch(BPF_JGE, ranges[middle].first, 0, 1));
    code.push_back(Statement(BPF_JMP | BPF_JA, static_cast<std::uint32_t>(below.size())));
  }
  Append(code, below);
  Append(code, CodeOfTree(ranges.subspan(middle), groups));
  return code;
}

std::vector<Range> RangesOf(const Groups& groups) {
  std::array<Range, kNewestSyscall + 1> table{};
  for (const ArgumentRule& rule : ArgumentRules()) {
    if (rule.number >= 0 && groups.Has(rule.group))
      table[static_cast<std::size_t>(rule.number)].rules = rule.number;
  }
  for (const SyscallSet& set : SyscallSets()) {
    if (!groups.Has(set.group)) continue;
    for (const RefusedSyscall& call : set.calls) {
      if (call.number >= 0) table[static_cast<std::size_t>(call.number)] = {0, ErrorAction(set.error), -1};
    }
  }
  std::vector<Range> ranges;
  for (std::size_t number = 0; number < table.size(); ++number) {
    Range range = table[number];
    range.first = static_cast<std::uint32_t>(number);
    const bool same =
        !ranges.empty() && ranges.back().action == range.action && ranges.back().rules == range.rules;
    if (!same) ranges.push_back(range);
  }
  ranges.push_back({kNewestSyscall + 1, ErrorAction(ENOSYS), -1});
  if (kNativeArchitecture == AUDIT_ARCH_X86_64) {
    // Negative numbers carry the bit too, but the kernel takes them for unknown calls.
    ranges.push_back({kX32Bit, SECCOMP_RET_KILL_PROCESS, -1});
    ranges.push_back({kX32Bit << 1, ErrorAction(ENOSYS), -1});
  }
  return ranges;
}

}  // namespace

std::vector<sock_filter> CompileFilter(std::span<const FilterGroup> groups) {
  const Groups chosen(groups);
  Code code = {
      Load(offsetof(seccomp_data, arch)),
      Branch(BPF_JEQ, kNativeArchitecture, 1, 0),
      Return(SECCOMP_RET_KILL_PROCESS),
      Load(offsetof(seccomp_data, nr)),
  };
  Append(code, CodeOfTree(RangesOf(chosen), chosen));
  return code;
}

}  // namespace moated
