#include "posix/thread.h"

#include <pthread.h>

#include <csignal>
#include <cstddef>

namespace moated {
namespace {

constexpr size_t kThreadStack = size_t{256} << 10;

}  // namespace

// The thread starts with its signals blocked: handlers of the host run on the host's threads, and never in a
// child of ours. Not so SIGCHLD, which every run that ends sends here: what a thread blocks is never ignored,
// and would interrupt the event loop instead.
Failure StartThread(void* (*function)(void*), void* argument) {
  sigset_t all;
  sigset_t old;
  sigfillset(&all);
  sigdelset(&all, SIGCHLD);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kThreadStack);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread{};
  int error = pthread_create(&thread, &attributes, function, argument);
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  if (error != 0) return {"engine", "pthread_create", error, ""};
  return {};
}

}  // namespace moated
