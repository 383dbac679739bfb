#include "macos/child_spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>

#include <cerrno>

#include "unique_fd.h"

namespace moated {
namespace {

// Owns the attributes of one call.
class Attributes {
 public:
  Attributes() : error_(posix_spawnattr_init(&attributes_)), ready_(error_ == 0) {}
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() {
    if (ready_) posix_spawnattr_destroy(&attributes_);
  }

  // A session of its own without a terminal; every descriptor closed that is not named; signals as after a
  // login, whatever the host ignores or blocks.
  int Set() {
    constexpr short kFlags = POSIX_SPAWN_CLOEXEC_DEFAULT | POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF |
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_START_SUSPENDED;
    sigset_t all;
    sigset_t none;
    sigfillset(&all);
    sigemptyset(&none);
    if (error_ == 0) error_ = posix_spawnattr_setsigdefault(&attributes_, &all);
    if (error_ == 0) error_ = posix_spawnattr_setsigmask(&attributes_, &none);
    if (error_ == 0) error_ = posix_spawnattr_setflags(&attributes_, kFlags);
    return error_;
  }
  [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_ = nullptr;
  int error_;
  bool ready_;
};

class FileActions {
 public:
  FileActions() : error_(posix_spawn_file_actions_init(&actions_)), ready_(error_ == 0) {}
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() {
    if (ready_) posix_spawn_file_actions_destroy(&actions_);
  }

  int Duplicate(int from, int to) {
    if (error_ == 0) error_ = posix_spawn_file_actions_adddup2(&actions_, from, to);
    return error_;
  }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_ = nullptr;
  int error_;
  bool ready_;
};

}  // namespace

Failure SpawnSuspended(const SpawnRequest& request, pid_t& pid) {
  // First out of the way of the numbers that they become: one may be the source of another.
  constexpr int kOutOfTheWay = 10;
  UniqueFd sources[kChildDescriptors];
  FileActions actions;
  for (int i = 0; i < kChildDescriptors; ++i) {
    sources[i].Reset(fcntl(request.descriptors[i], F_DUPFD_CLOEXEC, kOutOfTheWay));
    if (!sources[i]) return {"spawn", "fcntl", errno, "descriptor " + std::to_string(request.descriptors[i])};
    if (int error = actions.Duplicate(sources[i].get(), i)) {
      return {"spawn", "posix_spawn_file_actions_adddup2", error, ""};
    }
  }
  Attributes attributes;
  if (int error = attributes.Set()) return {"spawn", "posix_spawnattr_setflags", error, ""};
  // posix_spawn promises not to change the strings.
  int error = posix_spawn(&pid, request.program, actions.get(), attributes.get(),
                          const_cast<char* const*>(request.argv.data()),
                          const_cast<char* const*>(request.env.data()));
  if (error != 0) return {"spawn", "posix_spawn", error, request.program};
  return {};
}

}  // namespace moated
