#include "macos/machine.h"

#include <dlfcn.h>

#include <climits>
#include <cstdlib>

namespace moated {

std::string Machine::LauncherPath() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&Machine::LauncherPath), &info) == 0 || info.dli_fname == nullptr)
    return {};
  std::string path = info.dli_fname;
  size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {};
  path.resize(slash + 1);
  path += "moated-launcher";
  // The profile names it by the path that the kernel knows: package managers reach packages through links.
  char resolved[PATH_MAX];
  return realpath(path.c_str(), &resolved[0]) == nullptr ? path : std::string(&resolved[0]);
}

}  // namespace moated
