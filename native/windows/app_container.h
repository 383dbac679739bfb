// An AppContainer of one run: a package identity that nothing of the user's has been granted to. Its
// functions are looked up when they are needed: Wine's are stubs that end the process.
#pragma once

#include <string>

#include "failure.h"
#include "windows/unique_handle.h"

namespace moated {

// Whether this system has AppContainers that work.
bool AppContainersWork();
bool IsWine();

class AppContainer {
 public:
  AppContainer() = default;
  AppContainer(const AppContainer&) = delete;
  AppContainer& operator=(const AppContainer&) = delete;
  ~AppContainer() { Forget(); }

  // Registers a profile under this name.
  Failure Create(const std::string& name);
  // Null without one.
  [[nodiscard]] PSID sid() const { return sid_; }
  [[nodiscard]] std::string SidText() const;
  // Its profile stays, until DeleteAppContainer.
  void Forget();

 private:
  PSID sid_ = nullptr;
};

// Of a run that is over, here or in a process that is gone.
void DeleteAppContainer(const std::string& name);
// The identity that a name has, registered or not.
Failure AppContainerSidText(const std::string& name, std::string& text);

}  // namespace moated
