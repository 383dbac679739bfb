// Visits a file tree by handles alone: every object is opened in the directory that was just read, and
// nothing that leads elsewhere is followed. A path that somebody replaces meanwhile leads nowhere new.
#pragma once

#include <string>

#include "failure.h"
#include "windows/unique_handle.h"

namespace moated {

struct TreeObject {
  HANDLE handle;  // opened with the access that the walk was asked for
  bool directory;
  bool root;
};

class TreeVisitor {
 public:
  TreeVisitor() = default;
  TreeVisitor(const TreeVisitor&) = delete;
  TreeVisitor& operator=(const TreeVisitor&) = delete;
  // The first failure ends the walk.
  virtual Failure Visit(const TreeObject& object) = 0;
  // Whether to look into a directory that was visited.
  virtual bool Enter(const TreeObject& /*object*/) { return true; }
  // Something below the root could not be opened or listed, or lies too deep: it and what is in it were not
  // visited. A failure ends the walk. What is gone meanwhile is not told.
  virtual Failure PassedBy(const Failure& why) = 0;
  // After what is in a directory, with the directory's handle.
  virtual Failure Leave(const TreeObject& /*object*/) { return {}; }

 protected:
  ~TreeVisitor() = default;
};

// `root` itself must be what it was called by: a link, or a path through one, is ESTALE to the host.
Failure WalkTree(const std::string& root, ACCESS_MASK access, TreeVisitor& visitor);

}  // namespace moated
