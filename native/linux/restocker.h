// A permanent thread that makes ready what the next run of a policy needs, and takes down what the last one
// left: unmounting waits for every processor, which no run should have to.
#pragma once

#include <pthread.h>

#include <vector>

#include "failure.h"
#include "linux/child_clone.h"
#include "linux/shared_policy.h"

namespace moated {

class Restocker {
 public:
  Restocker() = default;
  Restocker(const Restocker&) = delete;
  Restocker& operator=(const Restocker&) = delete;

  Failure Start();
  // From any thread: a run of the policy has ended.
  void Submit(const Ref<SharedPolicy>& policy);

 private:
  static void* ThreadMain(void* self);
  void Loop();

  ChildStacks stacks_;
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t submitted_ = PTHREAD_COND_INITIALIZER;
  std::vector<Ref<SharedPolicy>> policies_;  // each at most once
};

}  // namespace moated
