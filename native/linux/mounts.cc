#include "linux/mounts.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "linux/mount_calls.h"
#include "linux/raw_syscall.h"

namespace moated {
namespace {

constexpr const char* kStage = "mounts";
// Where the objects that hide others are made before they are moved into place; covered by the private /tmp
// in every run.
constexpr const char* kStaging = "/tmp";
constexpr const char* kStagedDirectory = "/tmp/directory";
constexpr const char* kStagedFile = "/tmp/file";

void CloseAll(MountScratch& scratch) {
  for (int& fd : scratch.trees) {
    if (fd >= 0) RawSyscall(SYS_close, fd);
    fd = -1;
  }
}

// Opens the object that a fact speaks of, and nothing else: a path that was swapped since is refused.
long OpenVerified(const PathFact& fact) {
  long fd = OpenPathNoSymlinks(fact.path);
  if (fd < 0) return fd;
  struct stat status {};
  long result = RawSyscall(SYS_newfstatat, fd, "", &status, AT_EMPTY_PATH);
  if (result == 0 && (status.st_dev != fact.device || status.st_ino != fact.inode)) result = -ESTALE;
  if (result == 0) return fd;
  RawSyscall(SYS_close, fd);
  return result;
}

bool CloneFact(const PathFact& fact, int& tree, ChildReport& report) {
  long target = OpenVerified(fact);
  if (target < 0) return report.Fail(kStage, "openat2", target, fact.path);
  long cloned = CloneTree(static_cast<int>(target));
  RawSyscall(SYS_close, target);
  if (cloned < 0) return report.Fail(kStage, "open_tree", cloned, fact.path);
  tree = static_cast<int>(cloned);
  return true;
}

bool IsBelowDev(const char* path) {
  return std::strncmp(path, "/dev/", 5) == 0;
}

// Closes both descriptors.
bool Attach(int& tree, long target, const char* path, ChildReport& report) {
  if (target < 0) return report.Fail(kStage, "openat2", target, path);
  long moved = AttachTree(tree, static_cast<int>(target));
  RawSyscall(SYS_close, target);
  RawSyscall(SYS_close, tree);
  tree = -1;
  return moved == 0 || report.Fail(kStage, "move_mount", moved, path);
}

bool AttachAt(int& tree, const char* path, ChildReport& report) {
  return Attach(tree, OpenPathNoSymlinks(path), path, report);
}

// Makes the object behind a fact a mount of its own: it can then neither be renamed nor unlinked, and can be
// made read-only.
bool BindOnItself(const PathFact& fact, bool read_only, ChildReport& report) {
  int tree = -1;
  if (!CloneFact(fact, tree, report)) return false;
  if (read_only) {
    long set = SetReadOnly(tree, "", true);
    if (set != 0) return report.Fail(kStage, "mount_setattr", set, fact.path);
  }
  return Attach(tree, OpenVerified(fact), fact.path, report);
}

}  // namespace

void MountView::Prepare(const LaunchPlan& plan, const PathFacts& facts) {
  auto collect = [&](const std::vector<std::string>& paths) {
    std::vector<const PathFact*> found;
    found.reserve(paths.size());
    // Shortest first: a parent is in place before what lies below it.
    auto shorter = [](const PathFact* a, const PathFact* b) {
      return std::strlen(a->path) < std::strlen(b->path);
    };
    for (const std::string& path : paths) {
      const PathFact* fact = facts.Find(path);
      found.insert(std::upper_bound(found.begin(), found.end(), fact, shorter), fact);
    }
    return found;
  };
  writable_ = collect(plan.writable);
  devices_ = collect(plan.devices);
  pins_ = collect(plan.pins);
  protects_ = collect(plan.protects);
  hides_ = collect(plan.hides);
  keeps_ = collect(plan.keeps);
  minimal_dev_ = plan.minimal_dev;
  std::string size = "size=" + std::to_string(static_cast<unsigned long>(plan.scratch_size));
  tmpfs_options_ = size + ",mode=1777";
  for (const std::string& path : plan.scratches) {
    scratches_.push_back(path.c_str());
    fresh_.push_back({path.c_str(), true, false});
  }
  fresh_.push_back({"/proc", false, false});
  if (minimal_dev_) {
    fresh_.push_back({"/dev/shm", true, false});
    fresh_.push_back({"/dev/pts", true, true});
  }
}

MountScratch MountView::MakeScratch() const {
  return {std::vector<int>(writable_.size() + devices_.size() + hides_.size() + keeps_.size(), -1)};
}

bool MountView::BuildBase(MountScratch& scratch, ChildReport& report) const {
  // Nothing that the host mounts later may appear inside, and nothing of ours may appear on the host.
  long result = Mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
  if (result != 0) return report.Fail(kStage, "mount", result, "/");

  // Copies of what stays writable are taken before everything turns read-only, so that their own flags are
  // kept.
  size_t at = 0;
  for (const PathFact* fact : writable_) {
    if (!CloneFact(*fact, scratch.trees[at++], report)) return false;
  }
  for (const PathFact* fact : devices_) {
    if (!CloneFact(*fact, scratch.trees[at++], report)) return false;
  }
  if (!hides_.empty() && !CloneHiding(scratch, report)) return false;

  result = SetReadOnly(AT_FDCWD, "/", true);
  if (result != 0) return report.Fail(kStage, "mount_setattr", result, "/");

  if (minimal_dev_ && !BuildDev(scratch, report)) return false;
  for (size_t i = 0; i < writable_.size(); ++i) {
    const PathFact& fact = *writable_[i];
    bool in_fresh_dev = minimal_dev_ && IsBelowDev(fact.path);
    if (in_fresh_dev) {
      result = MakeMountPoint(fact.path, fact.is_directory());
      if (result != 0) return report.Fail(kStage, "mkdirat", result, fact.path);
    }
    long target = in_fresh_dev ? OpenPathNoSymlinks(fact.path) : OpenVerified(fact);
    if (!Attach(scratch.trees[i], target, fact.path, report)) return false;
  }
  if (minimal_dev_) {
    result = SetReadOnly(AT_FDCWD, "/dev", false);
    if (result != 0) return report.Fail(kStage, "mount_setattr", result, "/dev");
  }
  for (const PathFact* fact : pins_) {
    if (!BindOnItself(*fact, false, report)) return false;
  }
  for (const PathFact* fact : protects_) {
    if (!BindOnItself(*fact, true, report)) return false;
  }
  size_t first_hiding = writable_.size() + devices_.size();
  for (size_t i = 0; i < hides_.size(); ++i) {
    if (!Attach(scratch.trees[first_hiding + i], OpenVerified(*hides_[i]), hides_[i]->path, report))
      return false;
  }
  CloseAll(scratch);
  return true;
}

// An empty directory hides a directory; a file without any permission hides a file, so that reading it fails
// instead of looking empty.
bool MountView::CloneHiding(MountScratch& scratch, ChildReport& report) const {
  long result = Mount("tmpfs", kStaging, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=16k,mode=0755");
  if (result != 0) return report.Fail(kStage, "mount", result, kStaging);
  result = RawSyscall(SYS_mkdirat, AT_FDCWD, kStagedDirectory, 0555);
  if (result != 0) return report.Fail(kStage, "mkdirat", result, kStagedDirectory);
  long file = RawSyscall(SYS_openat, AT_FDCWD, kStagedFile, O_CREAT | O_CLOEXEC, 0);
  if (file < 0) return report.Fail(kStage, "openat", file, kStagedFile);
  RawSyscall(SYS_close, file);

  size_t first = writable_.size() + devices_.size();
  for (size_t i = 0; i < hides_.size(); ++i) {
    long tree = CloneTreeAt(hides_[i]->is_directory() ? kStagedDirectory : kStagedFile);
    if (tree < 0) return report.Fail(kStage, "open_tree", tree, hides_[i]->path);
    scratch.trees[first + i] = static_cast<int>(tree);
    result = SetReadOnly(static_cast<int>(tree), "", false);
    if (result != 0) return report.Fail(kStage, "mount_setattr", result, hides_[i]->path);
  }
  result = DetachMount(kStaging);
  return result == 0 || report.Fail(kStage, "umount2", result, kStaging);
}

// The few device nodes that programs need, and nothing of the host's: no disks, no terminals, no shared
// memory.
bool MountView::BuildDev(MountScratch& scratch, ChildReport& report) const {
  struct Link {
    const char* target;
    const char* path;
  };
  static constexpr Link kLinks[] = {
      {"/proc/self/fd", "/dev/fd"},       {"/proc/self/fd/0", "/dev/stdin"},
      {"/proc/self/fd/1", "/dev/stdout"}, {"/proc/self/fd/2", "/dev/stderr"},
      {"pts/ptmx", "/dev/ptmx"},
  };
  long result = Mount("tmpfs", "/dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "size=64k,mode=0755");
  if (result != 0) return report.Fail(kStage, "mount", result, "/dev");
  for (const char* directory : {"/dev/pts", "/dev/shm"}) {
    result = RawSyscall(SYS_mkdirat, AT_FDCWD, directory, 0755);
    if (result != 0) return report.Fail(kStage, "mkdirat", result, directory);
  }
  for (const Link& link : kLinks) {
    result = RawSyscall(SYS_symlinkat, link.target, AT_FDCWD, link.path);
    if (result != 0) return report.Fail(kStage, "symlinkat", result, link.path);
  }
  for (size_t i = 0; i < devices_.size(); ++i) {
    result = MakeMountPoint(devices_[i]->path, false);
    if (result != 0) return report.Fail(kStage, "mknod", result, devices_[i]->path);
    if (!AttachAt(scratch.trees[writable_.size() + i], devices_[i]->path, report)) return false;
  }
  return true;
}

bool MountView::BuildRun(MountScratch& scratch, ChildReport& report) const {
  for (size_t i = 0; i < keeps_.size(); ++i) {
    long tree = CloneTreeAt(keeps_[i]->path);
    if (tree < 0) return report.Fail(kStage, "open_tree", tree, keeps_[i]->path);
    scratch.trees[i] = static_cast<int>(tree);
  }
  for (const char* path : scratches_) {
    long result = Mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV, tmpfs_options_.c_str());
    if (result != 0) return report.Fail(kStage, "mount", result, path);
  }
  if (minimal_dev_) {
    long result = Mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, tmpfs_options_.c_str());
    if (result != 0) return report.Fail(kStage, "mount", result, "/dev/shm");
    result =
        Mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620");
    if (result != 0) return report.Fail(kStage, "mount", result, "/dev/pts");
  }
  for (size_t i = 0; i < keeps_.size(); ++i) {
    long result = MakeMountPoint(keeps_[i]->path, keeps_[i]->is_directory());
    if (result != 0) return report.Fail(kStage, "mkdirat", result, keeps_[i]->path);
    if (!AttachAt(scratch.trees[i], keeps_[i]->path, report)) return false;
  }
  return true;
}

bool MountView::MountProc(ChildReport& report) {
  // Read-only as well: to uid 0 the kernel lets some of /proc/sys be written without any capability.
  long result = Mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, nullptr);
  return result == 0 || report.Fail(kStage, "mount", result, "/proc");
}

}  // namespace moated
