#include "linux/read_rules.h"

#include <dirent.h>
#include <sys/stat.h>

#include <cstring>

namespace moated {
namespace {

std::string Join(const std::string& directory, const char* name) {
  return directory == "/" ? directory + name : directory + "/" + name;
}

// True when `path` is `tree` or lies below it.
bool IsInside(const std::string& path, const std::string& tree) {
  if (tree == "/") return true;
  return path.compare(0, tree.size(), tree) == 0 && (path.size() == tree.size() || path[tree.size()] == '/');
}

void List(const std::string& path, const std::vector<std::string>& excluded,
          std::vector<std::string>& listed) {
  bool passes_excluded = false;
  for (const std::string& hidden : excluded) {
    if (IsInside(path, hidden)) return;
    passes_excluded = passes_excluded || IsInside(hidden, path);
  }
  if (!passes_excluded) {
    listed.push_back(path);
    return;
  }
  DIR* directory = opendir(path.c_str());
  if (directory == nullptr) return;  // what we may not list, the command may not read either
  while (const dirent* entry = readdir(directory)) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    std::string child = Join(path, entry->d_name);
    struct stat status {};
    if (lstat(child.c_str(), &status) != 0 || S_ISLNK(status.st_mode)) continue;
    List(child, excluded, listed);
  }
  closedir(directory);
}

}  // namespace

std::vector<std::string> ListReadable(const std::string& tree, const std::vector<std::string>& excluded) {
  std::vector<std::string> listed;
  List(tree, excluded, listed);
  return listed;
}

}  // namespace moated
