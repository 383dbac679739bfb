// Holds a mutex for a scope. The C++ library's own would bring its runtime along.
#pragma once

#include <pthread.h>

namespace moated {

// What portable code declares.
struct Mutex {
  pthread_mutex_t handle = PTHREAD_MUTEX_INITIALIZER;
};

class MutexLock {
 public:
  explicit MutexLock(pthread_mutex_t& mutex) : mutex_(mutex) { pthread_mutex_lock(&mutex_); }
  explicit MutexLock(Mutex& mutex) : MutexLock(mutex.handle) {}
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;
  ~MutexLock() { pthread_mutex_unlock(&mutex_); }

 private:
  pthread_mutex_t& mutex_;
};

}  // namespace moated
