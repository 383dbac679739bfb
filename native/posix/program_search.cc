#include "posix/program_search.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace moated {

Failure FindProgram(const std::string& name, const std::string& path, std::string& found) {
  if (name.find('/') != std::string::npos) {
    found = name;
    return {};
  }
  int error = ENOENT;
  for (size_t at = 0; at <= path.size();) {
    size_t end = path.find(':', at);
    if (end == std::string::npos) end = path.size();
    std::string candidate = path.substr(at, end - at);
    at = end + 1;
    // An empty or relative entry would mean the working directory, which is the command's to fill.
    if (candidate.empty() || candidate[0] != '/') continue;
    candidate += '/';
    candidate += name;
    struct stat status {};
    if (stat(candidate.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    if (access(candidate.c_str(), X_OK) == 0) {
      found = candidate;
      return {};
    }
    error = EACCES;
  }
  return {"resolve", "access", error, name};
}

}  // namespace moated
