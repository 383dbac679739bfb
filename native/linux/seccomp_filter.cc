#include "linux/seccomp_filter.h"

#include <linux/seccomp.h>

#include <cerrno>

#include "linux/raw_syscall.h"
#include "linux/syscall_numbers.h"

namespace moated {

long InstallFilter(const sock_fprog& program) {
  // Without the flag, kernels before 5.16 switch a slow mitigation on in every filtered process. Kernels
  // before 4.17 do not know the flag.
  const long result =
      RawSyscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program);
  if (result != -EINVAL) return result;
  return RawSyscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

}  // namespace moated
