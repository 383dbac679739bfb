#include "windows/scratch_folder.h"

#include <sddl.h>

#include "windows/stale.h"
#include "windows/state_folder.h"
#include "windows/text.h"
#include "windows/token.h"
#include "windows/tree_walk.h"

namespace moated {
namespace {

class Removing : public TreeVisitor {
 public:
  Failure Visit(const TreeObject& object) override {
    if (object.directory) return {};
    return Remove(object.handle);
  }
  // The rest goes all the same, and the directories on the way to it say that they are not empty.
  Failure PassedBy(const Failure& /*why*/) override { return {}; }
  Failure Leave(const TreeObject& object) override {
    return object.directory ? Remove(object.handle) : Failure{};
  }

 private:
  static Failure Remove(HANDLE handle) {
    FILE_BASIC_INFO info{};
    info.FileAttributes = FILE_ATTRIBUTE_NORMAL;  // a read-only file cannot be removed
    SetFileInformationByHandle(handle, FileBasicInfo, &info, sizeof info);
    FILE_DISPOSITION_INFO disposition{TRUE};
    if (SetFileInformationByHandle(handle, FileDispositionInfo, &disposition, sizeof disposition) == 0) {
      return LastFailure("scratch", "SetFileInformationByHandle");
    }
    return {};
  }
};

}  // namespace

Failure ScratchPath(const std::string& run_name, std::string& path) {
  if (Failure failure = OpenStateFolder("scratch", path)) return failure;
  path += '\\' + run_name;
  return {};
}

Failure CreateScratch(const std::string& path, const std::string& container_sid) {
  // By name: what an elevated host makes belongs to a group that its runs no longer have.
  std::string user;
  if (Failure failure = UserSidText(user)) return failure;
  std::string text = "D:P(A;OICI;FA;;;" + user + ")(A;OICI;FA;;;SY)";
  // Everything but changing the list or the owner.
  if (!container_sid.empty()) text += "(A;OICI;0x1301ff;;;" + container_sid + ")";
  text += "S:(ML;OICI;NW;;;LW)";
  SECURITY_ATTRIBUTES attributes{sizeof attributes, nullptr, FALSE};
  if (ConvertStringSecurityDescriptorToSecurityDescriptorW(WideText(text).get(), SDDL_REVISION_1,
                                                           &attributes.lpSecurityDescriptor, nullptr) == 0) {
    return LastFailure("scratch", "ConvertStringSecurityDescriptorToSecurityDescriptorW");
  }
  BOOL made = CreateDirectoryW(FilePath(path).get(), &attributes);
  Failure failure = made == 0 ? LastFailure("scratch", "CreateDirectoryW", path) : Failure{};
  LocalFree(attributes.lpSecurityDescriptor);
  return failure;
}

Failure RemoveScratch(const std::string& path) {
  Removing removing;
  Failure failure = WalkTree(path, DELETE | FILE_WRITE_ATTRIBUTES, removing);
  bool gone = failure.os_error == ERROR_FILE_NOT_FOUND || failure.os_error == ERROR_PATH_NOT_FOUND ||
              failure.os_error == kStaleError;
  return gone ? Failure{} : failure;
}

}  // namespace moated
