// The private directory of a run. macOS has no mount that could give it a /tmp of its own.
#pragma once

#include <string>

#include "failure.h"
#include "unique_fd.h"

namespace moated {

// The directory that holds those of all runs of this user, in the user's own directory for temporary files.
class ScratchParent {
 public:
  Failure Open();
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] int fd() const { return directory_.get(); }
  // Goes away with the last run that uses it.
  void Remove() const;

 private:
  UniqueFd directory_;
  std::string path_;
};

class ScratchDirectory {
 public:
  ScratchDirectory() = default;
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  ~ScratchDirectory() { Remove(); }

  Failure Create(const ScratchParent& parent);
  // A file of this run that the run itself can neither read nor write, for a profile that is too long for an
  // argument.
  Failure WriteBeside(const std::string& text, std::string& path);
  void Remove();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  const ScratchParent* parent_ = nullptr;
  std::string name_;
  std::string path_;
  bool file_ = false;
};

}  // namespace moated
