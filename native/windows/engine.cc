#include "windows/engine.h"

#include <algorithm>
#include <cstdlib>

#include "windows/text.h"

namespace moated {
namespace {

Engine* engine = nullptr;

// A worker of the host that ends must not unmap the code of threads that go on.
Failure PinModule() {
  HMODULE self = nullptr;
  if (GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                         reinterpret_cast<LPCWSTR>(&engine), &self) == 0) {
    return LastFailure("engine", "GetModuleHandleExW");
  }
  return {};
}

}  // namespace

Engine& Engine::Get() {
  static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
  auto make = [](PINIT_ONCE, PVOID, PVOID*) -> BOOL {
    engine = new Engine;
    return TRUE;
  };
  InitOnceExecuteOnce(&once, make, nullptr, nullptr);
  if (engine == nullptr) abort();  // cannot happen, but a null reference must not be what follows
  return *engine;
}

Engine::Engine() : failure_(PinModule()) {
  SYSTEM_INFO info{};
  GetSystemInfo(&info);
  DWORD threads = std::clamp<DWORD>(info.dwNumberOfProcessors, 1, 4);
  for (DWORD i = 0; i < threads && !failure_; ++i) {
    auto* spawner = new Spawner;
    failure_ = spawner->Start();
    spawners_.push_back(spawner);
  }
}

Spawner& Engine::Choose() {
  return **std::min_element(spawners_.begin(), spawners_.end(),
                            [](const Spawner* a, const Spawner* b) { return a->load() < b->load(); });
}

}  // namespace moated
