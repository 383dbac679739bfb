#include "test/bpf_simulator.h"

#include <cstring>

namespace moated {
namespace {

struct Machine {
  std::uint32_t accumulator = 0;
  std::size_t next = 0;
};

bool LoadWord(const sock_filter& instruction, const seccomp_data& call, Machine& machine) {
  const std::uint32_t offset = instruction.k;
  if (offset % 4 != 0 || offset + 4 > sizeof(call)) return false;
  memcpy(&machine.accumulator, reinterpret_cast<const char*>(&call) + offset, 4);
  return true;
}

bool Jump(const sock_filter& instruction, Machine& machine) {
  const std::uint32_t value = instruction.k;
  bool taken = false;
  switch (instruction.code) {
    case BPF_JMP | BPF_JA:
      machine.next += value;
      return true;
    case BPF_JMP | BPF_JEQ | BPF_K:
      taken = machine.accumulator == value;
      break;
    case BPF_JMP | BPF_JGE | BPF_K:
      taken = machine.accumulator >= value;
      break;
    case BPF_JMP | BPF_JGT | BPF_K:
      taken = machine.accumulator > value;
      break;
    case BPF_JMP | BPF_JSET | BPF_K:
      taken = (machine.accumulator & value) != 0;
      break;
    default:
      return false;
  }
  machine.next += taken ? instruction.jt : instruction.jf;
  return true;
}

}  // namespace

std::optional<Simulation> Simulate(std::span<const sock_filter> program, const seccomp_data& call) {
  Machine machine;
  Simulation result;
  // Jumps only lead forward, so the loop ends.
  while (machine.next < program.size()) {
    const sock_filter& instruction = program[machine.next++];
    ++result.steps;
    switch (BPF_CLASS(instruction.code)) {
      case BPF_LD:
        if (instruction.code != (BPF_LD | BPF_W | BPF_ABS)) return std::nullopt;
        if (!LoadWord(instruction, call, machine)) return std::nullopt;
        break;
      case BPF_ALU:
        if (instruction.code != (BPF_ALU | BPF_AND | BPF_K)) return std::nullopt;
        machine.accumulator &= instruction.k;
        break;
      case BPF_JMP:
        if (!Jump(instruction, machine)) return std::nullopt;
        break;
      case BPF_RET:
        if (instruction.code != (BPF_RET | BPF_K)) return std::nullopt;
        result.action = instruction.k;
        return result;
      default:
        return std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace moated
