// Tells a completion port that a process has ended. Messages of its job may be lost; this must not be.
#pragma once

#include "failure.h"
#include "windows/win.h"

namespace moated {

// Stays where it is: the system holds its address until Stop.
class ExitWatch {
 public:
  ExitWatch() = default;
  ExitWatch(const ExitWatch&) = delete;
  ExitWatch& operator=(const ExitWatch&) = delete;
  ~ExitWatch() { Stop(); }

  // Posts `key` once. The process stays open until Stop.
  Failure Start(HANDLE process, HANDLE port, ULONG_PTR key);
  void Stop();

 private:
  static void CALLBACK Post(PVOID self, BOOLEAN timed_out);

  HANDLE wait_ = nullptr;
  HANDLE port_ = nullptr;
  ULONG_PTR key_ = 0;
};

}  // namespace moated
