// A control group of this process in which those of its runs are made, where a part of the hierarchy (version
// 2) was delegated to us. What a killed host left behind is removed by the next.
#pragma once

#include <string>

#include "failure.h"
#include "unique_fd.h"

namespace moated {

class CgroupParent {
 public:
  // Finds the nearest ancestor of our own group in which we may make groups with limits on memory and
  // processes, and makes ours there. ENOENT: there is none.
  Failure Open();
  // Removes it. Groups of runs that have not ended stay.
  void Remove();
  [[nodiscard]] int fd() const { return directory_.get(); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  Failure MakeIn(const std::string& ancestor);

  UniqueFd directory_;
  std::string path_;
};

// Writes a value to a file of a control group.
bool WriteControl(int directory, const char* file, const std::string& value);

// The first bytes of such a file; empty when it cannot be read.
std::string ReadControl(int directory, const char* file);

}  // namespace moated
