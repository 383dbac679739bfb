// A vfork child belongs on the processor where its parent stops: elsewhere, an idle processor has to be woken
// for it first, and again for the parent, which in a virtual machine costs more than all else that a child
// does before exec. The scheduler does not know that the parent is about to stop, so we say where.
//
// Usable in children and in init: raw system calls, no memory of its own.
#pragma once

#include "linux/raw_syscall.h"
#include "linux/syscall_numbers.h"

namespace moated {

class CpuSet {
 public:
  // Ties the calling thread, and what it clones, to the processor that it is on. Nothing happens on a machine
  // with more processors than fit here, or when the kernel refuses: it is an optimization.
  void StayHere() {
    size_ = RawSyscall(SYS_sched_getaffinity, 0L, sizeof allowed_, &allowed_[0]);
    unsigned cpu = 0;
    if (size_ <= 0 || RawSyscall(SYS_getcpu, &cpu, nullptr, nullptr) != 0 || cpu >= kBits * kWords) {
      size_ = 0;
      return;
    }
    unsigned long here[kWords] = {};
    here[cpu / kBits] = 1UL << (cpu % kBits);
    if (RawSyscall(SYS_sched_setaffinity, 0L, size_, &here[0]) != 0) size_ = 0;
  }

  // Gives the calling thread the freedom back that the first one had.
  void Leave() const {
    if (size_ > 0) RawSyscall(SYS_sched_setaffinity, 0L, size_, &allowed_[0]);
  }

 private:
  static constexpr unsigned kBits = 8 * sizeof(unsigned long);
  static constexpr unsigned kWords = 1024 / kBits;

  unsigned long allowed_[kWords] = {};
  long size_ = 0;
};

}  // namespace moated
