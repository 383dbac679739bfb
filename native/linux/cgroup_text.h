// What the kernel says of control groups, in its own words. No system calls: what is read can be any text.
#pragma once

#include <string>
#include <string_view>

namespace moated {

struct OwnCgroup {
  std::string mount_point;
  std::string group;  // ours, as a path at or below the mount point
};

// Where the hierarchy (version 2) is mounted and where in it we are, by /proc/self/cgroup and
// /proc/self/mountinfo. Empty when one of the two is unknown, or when our group lies outside of what is
// mounted.
OwnCgroup FindOwnCgroup(std::string_view groups, std::string_view mounts);

// Whether a file like cgroup.controllers lists one of that name.
bool ListsController(std::string_view list, std::string_view name);

}  // namespace moated
