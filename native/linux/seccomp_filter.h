// Installs a compiled filter on the calling process.
#pragma once

#include <linux/filter.h>

#include "linux/seccomp_compiler.h"
#include "linux/seccomp_sets.h"

namespace moated {

// Returns 0 or a negative errno. Needs no_new_privs. Async-signal-safe: it runs between clone and exec.
long InstallFilter(const sock_fprog& program);

}  // namespace moated
