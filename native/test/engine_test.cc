// The small parts of the engine that need no sandbox: output that is kept and counted, programs that are
// found, readable trees that are listed.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "engine/output_buffer.h"
#include "linux/process_tree.h"
#include "linux/read_rules.h"
#include "posix/program_search.h"
#include "remove_tree.h"
#include "test/check.h"
#include "unique_fd.h"

namespace moated {
namespace {

// Feeds `total` bytes through a pipe and reads them with a limit.
std::string Buffers(size_t total, uint64_t limit) {
  int ends[2];
  if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) return "pipe2";
  UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  OutputBuffer buffer;
  for (size_t written = 0; written < total;) {
    char chunk[1000];
    for (size_t i = 0; i < sizeof chunk; ++i)
      chunk[i] = static_cast<char>((written + i) % 251);
    ssize_t length = write(write_end.get(), &chunk[0], std::min(sizeof chunk, total - written));
    if (length > 0) written += static_cast<size_t>(length);
    if (buffer.ReadFrom(read_end.get(), limit) != OutputBuffer::State::kOpen) return "ended early";
  }
  write_end.Reset();
  if (buffer.ReadFrom(read_end.get(), limit) != OutputBuffer::State::kEnded) return "the end was not seen";
  if (buffer.size() != std::min<uint64_t>(total, limit)) return "kept " + std::to_string(buffer.size());
  if (buffer.seen() != total) return "saw " + std::to_string(buffer.seen());
  for (size_t i = 0; i < buffer.size(); ++i) {
    if (buffer.data()[i] != static_cast<char>(i % 251)) return "byte " + std::to_string(i) + " is wrong";
  }
  return "";
}

std::string Finds(const char* name, const char* path, const char* expected, int error) {
  std::string found;
  Failure failure = FindProgram(name, path, found);
  if (failure.os_error != error) return "errno " + std::to_string(failure.os_error);
  return found == expected ? "" : found;
}

std::string ListsAround() {
  char name[] = "/tmp/moated-test-XXXXXX";
  std::string root = mkdtemp(name);
  for (const char* path : {"/a", "/a/secret", "/a/b", "/a/secret-not", "/c"})
    mkdir((root + path).c_str(), 0700);
  if (symlink("/", (root + "/a/link").c_str()) != 0) return "symlink";
  std::vector<std::string> listed = ListReadable(root, {root + "/a/secret"});
  std::sort(listed.begin(), listed.end());
  RemoveTree(AT_FDCWD, root.c_str());
  std::vector<std::string> expected = {root + "/a/b", root + "/a/secret-not", root + "/c"};
  if (listed == expected) return "";
  std::string got;
  for (const std::string& path : listed)
    got += path + " ";
  return got;
}

std::string RemovesWhatARunLeft() {
  char name[] = "/tmp/moated-test-XXXXXX";
  std::string root = mkdtemp(name);
  std::string outside = root + "-outside";
  close(open(outside.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  mkdir((root + "/locked").c_str(), 0700);
  mkdir((root + "/locked/deep").c_str(), 0700);
  if (symlink(outside.c_str(), (root + "/locked/link").c_str()) != 0) return "symlink";
  chmod((root + "/locked").c_str(), 0);
  RemoveTree(AT_FDCWD, root.c_str());
  bool gone = access(root.c_str(), F_OK) != 0;
  bool kept = access(outside.c_str(), F_OK) == 0;
  unlink(outside.c_str());
  if (!gone) return "something is left";
  return kept ? "" : "a link was followed";
}

// Deeper than a stack or a table of descriptors could follow.
std::string RemovesAnyDepth() {
  char name[] = "/tmp/moated-test-XXXXXX";
  std::string root = mkdtemp(name);
  UniqueFd at(open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  constexpr int kDepth = 300;
  for (int i = 0; i < kDepth; ++i) {
    mkdirat(at.get(), "moated-1", 0700);  // a name that removing takes, too
    mkdirat(at.get(), "sibling", 0);
    at.Reset(openat(at.get(), "moated-1", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  at.Reset();
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  rlimit few{16, before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &few);
  RemoveTree(AT_FDCWD, root.c_str());
  setrlimit(RLIMIT_NOFILE, &before);
  return access(root.c_str(), F_OK) != 0 ? "" : "something is left";
}

std::string MeasuresItself() {
  TreeUsage usage = MeasureTree(getpid());
  if (usage.memory_bytes == 0) return "no memory";
  return usage.tasks == 0 ? "" : "init counts as a task of the run";
}

}  // namespace
}  // namespace moated

int main() {
  using namespace moated;
  Case("nothing is kept as nothing", Buffers(0, 100));
  Case("less than the limit is kept", Buffers(5'000, 10'000));
  Case("as much as the limit is kept", Buffers(10'000, 10'000));
  Case("more than the limit is counted", Buffers(300'000, 10'000));
  Case("a limit of zero keeps nothing", Buffers(5'000, 0));
  Case("large output is kept", Buffers(5'000'000, 1U << 30));
  Case("a name is looked up", Finds("sh", "/nonexistent:/bin", "/bin/sh", 0));
  Case("a path is taken as it is", Finds("./sh", "/bin", "./sh", 0));
  Case("a relative entry is not searched", Finds("sh", "bin::.", "", ENOENT));
  Case("a file that may not be executed is told apart", Finds("passwd", "/etc", "", EACCES));
  Case("an empty name is not found", Finds("", "/bin", "", ENOENT));
  Case("siblings of a hidden path are listed, links are not", ListsAround());
  Case("what a run left is removed, links are not followed", RemovesWhatARunLeft());
  Case("a tree of any depth is removed with few descriptors", RemovesAnyDepth());
  Case("a tree is measured", MeasuresItself());
  return failed_cases == 0 ? 0 : 1;
}
