#include "linux/seccomp_compiler.h"

#include <linux/audit.h>
#include <linux/seccomp.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "linux/syscall_numbers.h"

namespace moated {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kNativeArchitecture = AUDIT_ARCH_X86_64;
#else
constexpr std::uint32_t kNativeArchitecture = AUDIT_ARCH_AARCH64;
#endif

// Calls of x86_64 with 32-bit pointers carry this bit. They reach the same kernel functions as the others
// under numbers that no set lists.
constexpr std::uint32_t kX32Bit = 0x40000000;

constexpr std::uint32_t ErrorAction(int error) {
  return SECCOMP_RET_ERRNO | (static_cast<std::uint32_t>(error) & SECCOMP_RET_DATA);
}

// Writes a program from its end to its beginning: BPF only jumps forward, so whatever an instruction leads to
// is there already, and equal pieces are written once. A label is the position of an instruction counted from
// the end.
class ProgramWriter {
 public:
  using Label = std::size_t;

  Label Return(std::uint32_t action) { return Write({BPF_RET | BPF_K, 0, 0, action}); }

  Label Load(std::size_t offset, Label next) {
    return Statement(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset), next);
  }

  Label And(std::uint32_t mask, Label next) { return Statement(BPF_ALU | BPF_AND | BPF_K, mask, next); }

  Label Branch(int condition, std::uint32_t value, Label if_true, Label if_false) {
    if (if_true == if_false) return if_true;
    if_true = Near(if_true);
    if_false = Near(if_false);
    const auto code = static_cast<std::uint16_t>(BPF_JMP | condition | BPF_K);
    return Write({code, if_true, if_false, value});
  }

  // The program, whose entry is what was written last.
  [[nodiscard]] std::vector<sock_filter> Finish() const {
    std::vector<sock_filter> program;
    program.reserve(nodes_.size());
    for (std::size_t i = nodes_.size(); i-- > 0;) {
      const Node& node = nodes_[i];
      const bool conditional = BPF_CLASS(node.code) == BPF_JMP && BPF_OP(node.code) != BPF_JA;
      if (conditional) {
        program.push_back({node.code, static_cast<std::uint8_t>(i - 1 - node.if_true),
                           static_cast<std::uint8_t>(i - 1 - node.if_false), node.value});
      } else if (node.code == (BPF_JMP | BPF_JA)) {
        program.push_back({node.code, 0, 0, static_cast<std::uint32_t>(i - 1 - node.if_true)});
      } else {
        program.push_back({node.code, 0, 0, node.value});
      }
    }
    return program;
  }

 private:
  // The offsets of a conditional jump are bytes; two helpers may come between it and its targets.
  static constexpr std::size_t kReach = UINT8_MAX - 2;

  struct Node {
    std::uint16_t code;
    Label if_true;  // also: where a statement or an unconditional jump leads
    Label if_false;
    std::uint32_t value;
    bool operator==(const Node&) const = default;
  };

  Label Write(const Node& node) {
    const std::size_t oldest = nodes_.size() > kReach ? nodes_.size() - kReach : 0;
    for (std::size_t i = nodes_.size(); i-- > oldest;) {
      if (nodes_[i] == node) return i;
    }
    nodes_.push_back(node);
    return nodes_.size() - 1;
  }

  // Where a conditional jump that is written next can reach the same code.
  Label Near(Label label) {
    if (nodes_.size() - label <= kReach) return label;
    const Node target = nodes_[label];
    return Write(BPF_CLASS(target.code) == BPF_RET ? target : Node{BPF_JMP | BPF_JA, label, 0, 0});
  }

  // A statement goes on with the instruction behind it.
  Label Statement(int code, std::uint32_t value, Label next) {
    const Node node = {static_cast<std::uint16_t>(code), next, 0, value};
    const auto known = std::find(nodes_.begin(), nodes_.end(), node);
    if (known != nodes_.end()) return static_cast<Label>(known - nodes_.begin());
    if (next + 1 != nodes_.size()) nodes_.push_back({BPF_JMP | BPF_JA, next, 0, 0});
    nodes_.push_back(node);
    return nodes_.size() - 1;
  }

  std::vector<Node> nodes_;
};

using Label = ProgramWriter::Label;

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

Label WriteTest(ProgramWriter& writer, const ArgumentTest& test, Label if_true, Label if_false) {
  const Label if_found = test.listed ? if_true : if_false;
  Label label = test.listed ? if_false : if_true;
  for (std::size_t i = test.values.size(); i-- > 0;)
    label = writer.Branch(BPF_JEQ, test.values[i], if_found, label);
  if (test.mask != ~0U) label = writer.And(test.mask, label);
  // Both architectures are little-endian: the low half comes first.
  const std::size_t half = test.half == ArgumentTest::Half::kHigh ? 4 : 0;
  return writer.Load(offsetof(seccomp_data, args) + (test.argument * sizeof(std::uint64_t)) + half, label);
}

Label WriteRules(ProgramWriter& writer, int number, const Groups& groups) {
  const std::span<const ArgumentRule> rules = ArgumentRules();
  Label label = writer.Return(SECCOMP_RET_ALLOW);
  for (std::size_t i = rules.size(); i-- > 0;) {
    if (rules[i].number != number || !groups.Has(rules[i].group)) continue;
    const Label otherwise = label;
    label = writer.Return(ErrorAction(rules[i].error));
    for (std::size_t j = rules[i].tests.size(); j-- > 0;)
      label = WriteTest(writer, rules[i].tests[j], label, otherwise);
  }
  return label;
}

// Consecutive numbers that get the same treatment. `rules` is the number whose argument rules decide, or -1.
struct Range {
  std::uint32_t first = 0;
  std::uint32_t action = SECCOMP_RET_ALLOW;
  int rules = -1;
};

std::vector<Range> RangesOf(const Groups& groups) {
  std::array<Range, kNewestSyscall + 1> table{};
  for (const ArgumentRule& rule : ArgumentRules()) {
    if (groups.Has(rule.group)) table[static_cast<std::size_t>(rule.number)].rules = rule.number;
  }
  for (const SyscallSet& set : SyscallSets()) {
    if (!groups.Has(set.group)) continue;
    for (const RefusedSyscall& call : set.calls) {
      if (call.number != kAbsentSyscall)
        table[static_cast<std::size_t>(call.number)].action = ErrorAction(set.error);
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

Label WriteTree(ProgramWriter& writer, std::span<const Range> ranges, const Groups& groups) {
  if (ranges.size() == 1) {
    return ranges[0].rules < 0 ? writer.Return(ranges[0].action)
                               : WriteRules(writer, ranges[0].rules, groups);
  }
  const std::size_t middle = ranges.size() / 2;
  const Label above = WriteTree(writer, ranges.subspan(middle), groups);
  const Label below = WriteTree(writer, ranges.first(middle), groups);
  return writer.Branch(BPF_JGE, ranges[middle].first, above, below);
}

}  // namespace

std::vector<sock_filter> CompileFilter(std::span<const FilterGroup> groups) {
  const Groups chosen(groups);
  ProgramWriter writer;
  const Label by_number =
      writer.Load(offsetof(seccomp_data, nr), WriteTree(writer, RangesOf(chosen), chosen));
  const Label foreign = writer.Return(SECCOMP_RET_KILL_PROCESS);
  writer.Load(offsetof(seccomp_data, arch), writer.Branch(BPF_JEQ, kNativeArchitecture, by_number, foreign));
  return writer.Finish();
}

}  // namespace moated
