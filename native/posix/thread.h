// A thread of ours in the host: permanent, small, and deaf to the host's signals.
#pragma once

#include "failure.h"

namespace moated {

Failure StartThread(void* (*function)(void*), void* argument);

}  // namespace moated
