// Turns filter groups into a BPF program.
//
// Installing a filter costs about as much as its longest path, not its size: the kernel runs it once for
// every system call number to learn which ones are always allowed. So the program is a balanced binary tree
// over the numbers, whose leaves are a verdict or the argument checks of one call.
#pragma once

#include <linux/filter.h>

#include <span>
#include <vector>

#include "linux/seccomp_sets.h"

namespace moated {

// The program of the union of the groups, ready for InstallFilter. A pure function, to be called before any
// clone.
std::vector<sock_filter> CompileFilter(std::span<const FilterGroup> groups);

}  // namespace moated
