// Undoes what a process that died has left, before this one gives its first grant.
#pragma once

namespace moated {

void RepairGrantsOnce();

}  // namespace moated
