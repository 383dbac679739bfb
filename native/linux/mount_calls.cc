#include "linux/mount_calls.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstddef>

#include "linux/raw_syscall.h"
#include "linux/syscall_numbers.h"

namespace moated {
namespace {

constexpr unsigned kOpenTreeClone = 1;  // OPEN_TREE_CLONE
constexpr unsigned kRecursive = 0x8000;  // AT_RECURSIVE
constexpr unsigned kEmptyPath = 0x1000;  // AT_EMPTY_PATH
constexpr unsigned kMoveFromEmptyPath = 0x00000004;  // MOVE_MOUNT_F_EMPTY_PATH
constexpr unsigned kMoveToEmptyPath = 0x00000040;  // MOVE_MOUNT_T_EMPTY_PATH
constexpr uint64_t kAttrReadOnly = 0x00000001;  // MOUNT_ATTR_RDONLY
constexpr uint64_t kAttrNoSuid = 0x00000002;  // MOUNT_ATTR_NOSUID

// struct mount_attr of linux/mount.h, which clashes with sys/mount.h.
struct MountAttributes {
  uint64_t set;
  uint64_t clear;
  uint64_t propagation;
  uint64_t user_namespace;
};

constexpr size_t kMaxPath = 4096;

}  // namespace

long OpenPathNoSymlinks(const char* path) {
  open_how how{};
  how.flags =
      O_PATH | O_CLOEXEC | O_NOFOLLOW;  // the last component may be a link: then it is the link that is meant
  how.resolve = RESOLVE_NO_SYMLINKS;
  return RawSyscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
}

long CloneTree(int dir_fd) {
  return RawSyscall(SYS_open_tree, dir_fd, "", kOpenTreeClone | kRecursive | kEmptyPath | O_CLOEXEC);
}

long CloneTreeAt(const char* path) {
  return RawSyscall(SYS_open_tree, AT_FDCWD, path, kOpenTreeClone | kRecursive | O_CLOEXEC);
}

long AttachTree(int tree_fd, int target_fd) {
  return RawSyscall(SYS_move_mount, tree_fd, "", target_fd, "", kMoveFromEmptyPath | kMoveToEmptyPath);
}

long SetReadOnly(int dir_fd, const char* path, bool recursive) {
  MountAttributes attributes{kAttrReadOnly | kAttrNoSuid, 0, 0, 0};
  unsigned flags = recursive ? kRecursive : 0;
  if (*path == '\0') flags |= kEmptyPath;
  return RawSyscall(SYS_mount_setattr, dir_fd, path, flags, &attributes, sizeof attributes);
}

long Mount(const char* source, const char* target, const char* type, unsigned long flags,
           const char* options) {
  return RawSyscall(SYS_mount, source, target, type, flags, options);
}

long DetachMount(const char* target) {
  return RawSyscall(SYS_umount2, target, MNT_DETACH);
}

long MakeMountPoint(const char* path, bool directory) {
  char prefix[kMaxPath];
  size_t length = 0;
  for (; path[length] != '\0'; ++length) {
    if (length + 1 >= sizeof prefix) return -ENAMETOOLONG;
    if (path[length] == '/' && length > 0) {
      prefix[length] = '\0';
      long made = RawSyscall(SYS_mkdirat, AT_FDCWD, prefix, 0755);
      // A read-only parent answers EROFS before EEXIST on some file systems; a missing directory shows in the
      // next step.
      if (made < 0 && made != -EEXIST && made != -EROFS) return made;
    }
    prefix[length] = path[length];
  }
  prefix[length] = '\0';
  if (directory) {
    long made = RawSyscall(SYS_mkdirat, AT_FDCWD, prefix, 0755);
    return made == -EEXIST ? 0 : made;
  }
  long fd = RawSyscall(SYS_openat, AT_FDCWD, prefix, O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (fd < 0) return fd;
  return RawSyscall(SYS_close, fd);
}

}  // namespace moated
