#include "linux/machine.h"

#include "linux/init_image.h"
#include "linux/landlock_probe.h"

namespace moated {

Machine::Machine() : landlock_(ProbeLandlock().row) {
  failure_ = OpenInitImage(init_image_);
}

void Machine::RemoveParents() {
  scratch_.Remove();
  cgroup_.Remove();
}

}  // namespace moated
