// Starts one sandboxee: from the prepared policy and the request to a running init.
#pragma once

#include <sys/types.h>

#include "failure.h"
#include "linux/descriptors.h"
#include "linux/prepared_policy.h"
#include "unique_fd.h"

namespace moated {

class ChildStacks;

struct LaunchRequest {
  const char* const* argv = nullptr;  // of init: flags, file, then the command's own
  const char* const* envp = nullptr;
  const char* cwd = "/";
  DescriptorPlan descriptors;
  int scratch_fd = -1;
  int init_image = -1;
  int cgroup = -1;  // the directory of the group that the run is made in, or -1
};

struct Launched {
  pid_t pid = -1;
  UniqueFd pidfd;
};

// The flags word for init's command line.
void InitFlags(const LaunchPlan& plan, bool announce, char (&flags)[8]);

Failure Launch(const PreparedPolicy& policy, const NamespaceSlot& slot, const LaunchRequest& request,
               ChildStacks& stacks, Launched& launched);

}  // namespace moated
