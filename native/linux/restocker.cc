#include "linux/restocker.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "mutex_lock.h"
#include "posix/thread.h"

namespace moated {

Failure Restocker::Start() {
  if (!stacks_.valid()) return {"engine", "mmap", errno, ""};
  return StartThread(ThreadMain, this);
}

void* Restocker::ThreadMain(void* self) {
  static_cast<Restocker*>(self)->Loop();
  return nullptr;
}

void Restocker::Submit(const Ref<SharedPolicy>& policy) {
  if (!policy->plan().user_namespace) return;
  MutexLock lock(mutex_);
  bool known = std::any_of(policies_.begin(), policies_.end(),
                           [&](const Ref<SharedPolicy>& other) { return other.get() == policy.get(); });
  if (known) return;
  policies_.push_back(policy);
  pthread_cond_signal(&submitted_);
}

void Restocker::Loop() {
  for (;;) {
    Ref<SharedPolicy> policy;
    {
      MutexLock lock(mutex_);
      while (policies_.empty())
        pthread_cond_wait(&submitted_, &mutex_);
      policy = std::move(policies_.front());
      policies_.erase(policies_.begin());
    }
    // By turns: one policy whose runs never stop must not keep the others waiting.
    if (policy->Restock(stacks_)) Submit(policy);
  }
}

}  // namespace moated
