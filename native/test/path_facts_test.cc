// A prepared policy notices that what it protects is no longer what it was.
#include "linux/path_facts.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "remove_tree.h"
#include "test/check.h"

namespace moated {
namespace {

class Folder {
 public:
  Folder() {
    char name[] = "/tmp/moated-test-XXXXXX";
    path_ = mkdtemp(name);
  }
  ~Folder() { RemoveTree(AT_FDCWD, path_.c_str()); }
  [[nodiscard]] std::string At(const char* name) const { return path_ + "/" + name; }
  void Touch(const char* name) const { close(open(At(name).c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600)); }

 private:
  std::string path_;
};

enum class Wait { kNo, kSettled };

// Records `file` as present and `missing/deep` as absent, applies a change, and asks.
template <typename Change>
std::string After(Wait wait, bool expected, Change change) {
  Folder folder;
  folder.Touch("file");
  if (wait == Wait::kSettled) usleep(150'000);
  LaunchPlan plan;
  plan.hides = {folder.At("file")};
  plan.absents = {folder.At("missing/deep")};
  PathFacts facts;
  if (facts.Record(plan)) return "could not be recorded";
  if (!facts.Hold()) return "did not hold before the change";
  change(folder);
  return facts.Hold() == expected ? "" : expected ? "did not hold" : "held";
}

void Replace(const Folder& folder) {
  folder.Touch("other");
  rename(folder.At("other").c_str(), folder.At("file").c_str());
}

std::string RefusesToStart(bool file_exists, bool absent_exists) {
  Folder folder;
  if (file_exists) folder.Touch("file");
  if (absent_exists) folder.Touch("absent");
  LaunchPlan plan;
  plan.hides = {folder.At("file")};
  plan.absents = {folder.At("absent")};
  PathFacts facts;
  return facts.Record(plan).os_error == ESTALE ? "" : "was recorded";
}

}  // namespace
}  // namespace moated

int main() {
  using namespace moated;
  for (Wait wait : {Wait::kNo, Wait::kSettled}) {
    Case("nothing changed", After(wait, true, [](const Folder&) {}));
    Case("an unrelated file appeared",
         After(wait, true, [](const Folder& folder) { folder.Touch("other"); }));
    Case("a file was replaced", After(wait, false, Replace));
    Case("a file was removed",
         After(wait, false, [](const Folder& folder) { unlink(folder.At("file").c_str()); }));
    Case("an absent path appeared", After(wait, false, [](const Folder& folder) {
           mkdir(folder.At("missing").c_str(), 0700);
           folder.Touch("missing/deep");
         }));
    Case("an absent path's directory appeared without it",
         After(wait, true, [](const Folder& folder) { mkdir(folder.At("missing").c_str(), 0700); }));
    Case("a change whose times were set back", After(wait, false, [](const Folder& folder) {
           struct stat before {};
           stat(folder.At(".").c_str(), &before);
           Replace(folder);
           const timespec times[2] = {before.st_atim, before.st_mtim};
           utimensat(AT_FDCWD, folder.At(".").c_str(), &times[0], 0);
         }));
  }
  Case("a file that should be there is not", RefusesToStart(false, false));
  Case("a file that should not be there is", RefusesToStart(true, true));
  return failed_cases == 0 ? 0 : 1;
}
