#include "linux/cgroup_text.h"

#include <algorithm>

namespace moated {
namespace {

// Cuts off what stands before the separator, or the whole rest.
std::string_view Cut(std::string_view& rest, char separator) {
  size_t end = std::min(rest.find(separator), rest.size());
  std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

std::string_view FindGroup(std::string_view groups) {
  while (!groups.empty()) {
    std::string_view line = Cut(groups, '\n');
    if (line.starts_with("0::")) return line.substr(3);
  }
  return {};
}

}  // namespace

OwnCgroup FindOwnCgroup(std::string_view groups, std::string_view mounts) {
  std::string_view group = FindGroup(groups);
  // Outside of the namespace of control groups that we are in.
  if (group.empty() || group.find("/..") != std::string_view::npos) return {};
  while (!mounts.empty()) {
    std::string_view line = Cut(mounts, '\n');
    if (line.find(" - cgroup2 ") == std::string_view::npos) continue;
    for (int skipped = 0; skipped < 3; ++skipped)  // the mount's number, its parent's, the device
      Cut(line, ' ');
    std::string_view root = Cut(line, ' ');
    std::string point(Cut(line, ' '));
    if (root == "/") root = {};
    if (point.empty() || !group.starts_with(root)) continue;
    std::string_view below = group.substr(root.size());
    if (!below.empty() && below[0] != '/') continue;  // only the beginning of its name is the same
    return {point, below == "/" ? point : point + std::string(below)};
  }
  return {};
}

bool ListsController(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    if (Cut(list, ' ') == name) return true;
  }
  return false;
}

}  // namespace moated
