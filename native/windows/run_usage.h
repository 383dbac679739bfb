// What a run has used, for its outcome.
#pragma once

#include "engine/run_request.h"
#include "windows/job.h"

namespace moated {

// What the system does not answer stays as it is.
void FillUsage(const Job& job, HANDLE process, Outcome& outcome);

}  // namespace moated
