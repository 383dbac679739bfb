// Pipes to a run, and what may be handed to it.
#pragma once

#include "failure.h"
#include "unique_fd.h"

namespace moated {

// Neither end is inherited.
Failure OpenPipe(UniqueFd& read_end, UniqueFd& write_end);
void SetNonBlocking(int fd);
// A directory that was opened before is a way around every mount and every rule about paths. So is a bare
// path.
bool IsStream(int fd);

}  // namespace moated
