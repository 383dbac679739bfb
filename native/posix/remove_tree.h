// Removes what a run left. Its contents are hostile: any depth, any number, any mode, links to anywhere.
#pragma once

#include "unique_fd.h"

namespace moated {

// Opens a directory that is not a link, also one whose owner, we, took the permissions away.
UniqueFd OpenDirectory(int parent_fd, const char* name);

// Removes a tree without following links out of it. Best effort: what cannot be removed stays. Needs a fixed
// number of descriptors and a fixed stack, whatever the depth.
void RemoveTree(int parent_fd, const char* name);

}  // namespace moated
