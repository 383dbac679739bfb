// Starts one process: suspended, in its job, with the handles that it is meant to have and no other.
#pragma once

#include <string>
#include <vector>

#include "failure.h"
#include "windows/launch_plan.h"
#include "windows/text.h"
#include "windows/unique_handle.h"

namespace moated {

struct ProcessRequest {
  WideText program;
  WideText command_line;
  WideText cwd;
  std::vector<wchar_t> environment;  // NAME=value NUL ... NUL NUL
  HANDLE streams[3] = {};
  HANDLE job = nullptr;
  HANDLE token = nullptr;  // null: the host's
  PSID container = nullptr;
};

struct Process {
  UniqueHandle handle;
  UniqueHandle thread;  // until it is resumed
  DWORD pid = 0;
};

Failure StartSuspended(const LaunchPlan& plan, ProcessRequest& request, Process& process);

// Lets it run. On failure it is ended.
Failure Resume(Process& process);

}  // namespace moated
