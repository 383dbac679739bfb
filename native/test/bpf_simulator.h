// Runs a seccomp program against one system call, as the kernel would, without a kernel.
#pragma once

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <cstdint>
#include <optional>
#include <span>

namespace moated {

struct Simulation {
  std::uint32_t action = 0;  // what the program returned
  int steps = 0;  // instructions that were executed
};

// Nothing when the program does what the kernel's checker refuses: an instruction that seccomp does not know,
// a load outside of seccomp_data, a jump or a fall past the end.
std::optional<Simulation> Simulate(std::span<const sock_filter> program, const seccomp_data& call);

}  // namespace moated
