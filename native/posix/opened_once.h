// What the runs of this process share: opened when one first needs it, removed with the host.
#pragma once

#include "failure.h"
#include "mutex_lock.h"

namespace moated {

template <typename T>
class OpenedOnce {
 public:
  // Null when it could not be opened: the failure says why.
  const T* Get(Failure& failure) {
    MutexLock lock(mutex_);
    if (object_ != nullptr) return object_;
    auto* opened = new T;
    failure = opened->Open();
    if (failure)
      delete opened;
    else
      object_ = opened;
    return object_;
  }

  // It is not deleted: runs that are just ending still refer to it.
  void Remove() {
    MutexLock lock(mutex_);
    if (object_ != nullptr) object_->Remove();
    object_ = nullptr;
  }

 private:
  Mutex mutex_;
  T* object_ = nullptr;
};

}  // namespace moated
