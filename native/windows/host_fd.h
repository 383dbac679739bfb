// The host's descriptors. They are numbers of Node's own C library, not of ours: only functions that Node
// exports can make one or look one up.
#pragma once

#include "failure.h"
#include "windows/unique_handle.h"

namespace moated {

// -1 when the host cannot take it; the handle is closed then.
int ToHostDescriptor(UniqueHandle handle);

// A handle of ours on what a descriptor of the host's means. A directory is refused.
Failure FromHostDescriptor(int descriptor, UniqueHandle& handle);

bool IsConsole(HANDLE handle);

}  // namespace moated
