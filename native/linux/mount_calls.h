// The mount system calls that C libraries of our baseline do not wrap. Async-signal-safe.
#pragma once

#include <cstdint>

namespace moated {

// Opens a path without following any symbolic link: a component that became one since the policy was resolved
// is refused (ELOOP).
long OpenPathNoSymlinks(const char* path);
// A detached copy of the mount at `dir_fd`, submounts included.
long CloneTree(int dir_fd);
long CloneTreeAt(const char* path);
// Puts a detached mount on the directory or file behind `target_fd`.
long AttachTree(int tree_fd, int target_fd);
long SetReadOnly(int dir_fd, const char* path, bool recursive);
long Mount(const char* source, const char* target, const char* type, unsigned long flags,
           const char* options);
long DetachMount(const char* target);
// Makes the directories that lead to `path`, and `path` itself as a directory or as an empty file. Existing
// ones are kept.
long MakeMountPoint(const char* path, bool directory);

}  // namespace moated
