// Holds a mutex for a scope. The C++ library's own would bring its runtime along.
#pragma once

#ifndef NOMINMAX
#define NOMINMAX
#endif
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>

namespace moated {

// What portable code declares.
struct Mutex {
  SRWLOCK handle = SRWLOCK_INIT;
};

class MutexLock {
 public:
  explicit MutexLock(SRWLOCK& lock) : lock_(lock) { AcquireSRWLockExclusive(&lock_); }
  explicit MutexLock(Mutex& mutex) : MutexLock(mutex.handle) {}
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;
  ~MutexLock() { ReleaseSRWLockExclusive(&lock_); }

 private:
  SRWLOCK& lock_;
};

}  // namespace moated
