#include "posix/engine.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace moated {

Engine& Engine::Get() {
  // Guards of function-local statics are the C++ library's, which the prebuilt addon does without.
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  static Engine* engine = nullptr;
  pthread_once(&once, [] { engine = new Engine; });
  if (engine == nullptr) abort();  // cannot happen, but a null reference must not be what follows
  return *engine;
}

Engine::Engine() {
  failure_ = restocker_.Start();
  // More threads than this only wait for the kernel's process lock.
  long threads = std::clamp(sysconf(_SC_NPROCESSORS_ONLN), 1L, 4L);
  for (long i = 0; i < threads && !failure_; ++i) {
    auto* spawner = new Spawner(machine_, restocker_);
    failure_ = spawner->Start();
    spawners_.push_back(spawner);
  }
}

Spawner& Engine::Choose() {
  return **std::min_element(spawners_.begin(), spawners_.end(),
                            [](const Spawner* a, const Spawner* b) { return a->load() < b->load(); });
}

}  // namespace moated
