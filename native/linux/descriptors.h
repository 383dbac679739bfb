// Which descriptors a sandboxee has: its three streams, and nothing else. Async-signal-safe.
#pragma once

#include "linux/child_report.h"

namespace moated {

// Descriptors 3 to 5 belong to init and are closed before the command is executed.
constexpr int kControlFd = 3;
constexpr int kStatusFd = 4;
constexpr int kCommandDomainFd = 5;  // a Landlock ruleset, where init has one to put around the command
constexpr int kFirstFreeFd = 6;

struct DescriptorPlan {
  int sources[5] = {-1, -1, -1, -1, -1};  // stdin, stdout, stderr, control, status: what lands on 0 to 4
};

// Moves the five into place and marks every other descriptor close-on-exec.
bool PlaceDescriptors(const DescriptorPlan& plan, ChildReport& report);

}  // namespace moated
