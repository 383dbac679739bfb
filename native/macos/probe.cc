#include <sys/sysctl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "backend.h"
#include "macos/sandbox_mark.h"

namespace moated {

Failure ProbeMachine(ProbeFacts& facts) {
  char version[32] = {};
  size_t size = sizeof version - 1;
  if (sysctlbyname("kern.osproductversion", &version[0], &size, nullptr, 0) != 0) {
    return {"probe", "sysctlbyname", errno, "kern.osproductversion"};
  }
  facts = {
      ProbeFact::Text("version", &version[0]),
      ProbeFact::Boolean("sandboxExec", access(kSandboxExec, X_OK) == 0),
      ProbeFact::Boolean("sandboxCheck", SandboxMark::Available()),
      ProbeFact::Boolean("nested", SandboxMark::IsSandboxed(getpid())),
      ProbeFact::Boolean("launcher", access(Machine::LauncherPath().c_str(), X_OK) == 0),
      ProbeFact::Number("uid", geteuid()),
  };
  return {};
}

}  // namespace moated
