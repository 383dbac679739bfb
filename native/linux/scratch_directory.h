// The private directory of a run where no file system can be mounted for it. What a killed host left behind
// is removed by the next.
#pragma once

#include <pthread.h>

#include <string>
#include <vector>

#include "failure.h"
#include "unique_fd.h"

namespace moated {

// The host's directory for temporary files.
std::string ScratchRoot();

// The directory of this process that holds those of its runs: `moated-scratch-*/runs` below the root. The
// outer one is locked while the process lives.
class ScratchParent {
 public:
  // Also removes directories of processes that are gone.
  Failure Open();
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] int fd() const { return runs_.get(); }
  void RestoreMode() const;
  // Removes it with all that is in it. Runs that still end afterwards find their own directory gone, which is
  // no error.
  void Remove();

  // Empty directories that ended runs left are kept for later ones, under a new name: making and removing one
  // costs ten times as much as renaming it. Thread-safe.
  bool TakeSpare(std::string& name) const;
  bool KeepSpare(std::string name) const;

 private:
  Failure Make(int root_fd, const std::string& root);

  UniqueFd directory_;
  UniqueFd runs_;
  std::string path_;
  mutable pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  mutable std::vector<std::string> spares_;
};

class ScratchDirectory {
 public:
  Failure Create(const ScratchParent& parent);
  void Remove();
  [[nodiscard]] int fd() const { return directory_.get(); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  const ScratchParent* parent_ = nullptr;
  UniqueFd directory_;
  std::string name_;
  std::string path_;
};

}  // namespace moated
