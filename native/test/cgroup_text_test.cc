// Where our control group lies, by what the kernel says.
#include "linux/cgroup_text.h"

#include "test/check.h"

namespace moated {
namespace {

struct Example {
  const char* name;
  std::string_view groups;
  std::string_view mounts;
  std::string_view mount_point;
  std::string_view group;
};

constexpr std::string_view kWhole =
    "24 1 0:22 / /proc rw,relatime - proc proc rw\n"
    "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n";
constexpr std::string_view kPart = "30 23 0:26 /user.slice /mnt/group rw shared:4 - cgroup2 cgroup2 rw\n";

constexpr Example kExamples[] = {
    {"below the root", "0::/user.slice/one.scope\n", kWhole, "/sys/fs/cgroup",
     "/sys/fs/cgroup/user.slice/one.scope"},
    {"the root", "0::/\n", kWhole, "/sys/fs/cgroup", "/sys/fs/cgroup"},
    {"beside the old hierarchies", "4:pids:/a\n10::/b\n0::/c\n", kWhole, "/sys/fs/cgroup",
     "/sys/fs/cgroup/c"},
    {"in a part that is mounted", "0::/user.slice/one\n", kPart, "/mnt/group", "/mnt/group/one"},
    {"the part itself", "0::/user.slice\n", kPart, "/mnt/group", "/mnt/group"},
    {"in none of them", "0::/system.slice/one\n", kPart, "", ""},
    {"with a name that begins like the part's", "0::/user.slice2/one\n", kPart, "", ""},
    {"shorter than the part's name", "0::/user\n", kPart, "", ""},
    {"outside of our namespace", "0::/../one\n", kWhole, "", ""},
    {"only the old hierarchies", "4:pids:/a\n1:name=systemd:/b\n", kWhole, "", ""},
    {"no hierarchy is mounted", "0::/a\n", "24 1 0:22 / /proc rw - proc proc rw\n", "", ""},
    {"a line that ends early", "0::/a\n", "30 - cgroup2 \n", "", ""},
    {"no last newline", "0::/a", "30 23 0:26 / /c rw - cgroup2 cgroup2 rw", "/c", "/c/a"},
    {"nothing", "", "", "", ""},
};

void TestOwnCgroup() {
  for (const Example& one : kExamples) {
    OwnCgroup own = FindOwnCgroup(one.groups, one.mounts);
    bool same = own.mount_point == one.mount_point && own.group == one.group;
    Case(one.name, same ? "" : "\"" + own.mount_point + "\" and \"" + own.group + "\"");
  }
}

void TestControllers() {
  Case("a controller in the list", ListsController("cpuset cpu io memory pids", "memory") ? "" : "not found");
  Case("the last one", ListsController("cpuset pids", "pids") ? "" : "not found");
  Case("a part of a name", ListsController("cpuset pids", "cpu") ? "found" : "");
  Case("an empty list", ListsController("", "pids") ? "found" : "");
}

}  // namespace
}  // namespace moated

int main() {
  moated::TestOwnCgroup();
  moated::TestControllers();
  return moated::failed_cases == 0 ? 0 : 1;
}
