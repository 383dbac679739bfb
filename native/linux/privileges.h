// No privilege inside, whoever runs us: uid 0 in a sandbox is as weak as any other user. Async-signal-safe.
#pragma once

#include "linux/child_report.h"

namespace moated {

// Empties every capability set, locks the securebits so that uid 0 gains nothing by exec, and sets
// no_new_privs.
bool DropPrivileges(ChildReport& report);

}  // namespace moated
