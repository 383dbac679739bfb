#include "windows/grant_journal.h"

#include <sddl.h>

#include <string_view>

#include "windows/access_entries.h"
#include "windows/app_container.h"
#include "windows/scratch_folder.h"
#include "windows/state_folder.h"
#include "windows/text.h"

namespace moated {
namespace {

constexpr std::string_view kFirstLine = "moated grants 1";
constexpr std::string_view kLastLine = "end";
constexpr DWORD kLongestJournal = DWORD{16} << 20;

bool MarkForRemoval(HANDLE file) {
  FILE_DISPOSITION_INFO disposition{TRUE};
  return SetFileInformationByHandle(file, FileDispositionInfo, &disposition, sizeof disposition) != 0;
}

Failure RemoveAllEntries(const GrantRecord& record) {
  std::string text;
  if (Failure failure = AppContainerSidText(record.container, text)) return failure;
  PSID sid = nullptr;
  if (ConvertStringSidToSidW(WideText(text).get(), &sid) == 0)
    return LastFailure("grants", "ConvertStringSidToSidW");
  Failure first;
  {
    AccessListLock lock;
    for (const std::string& path : record.paths) {
      Failure failure = RemoveEntries(path, sid);
      if (failure && !first) first = failure;
    }
  }
  LocalFree(sid);
  return first;
}

bool ReadAll(HANDLE file, std::string& text) {
  LARGE_INTEGER size{};
  if (GetFileSizeEx(file, &size) == 0 || size.QuadPart > kLongestJournal) return false;
  text.resize(static_cast<size_t>(size.QuadPart));
  DWORD read = 0;
  return ReadFile(file, text.data(), static_cast<DWORD>(text.size()), &read, nullptr) != 0 &&
         read == text.size();
}

void RepairOne(const std::string& path) {
  // Whoever still runs holds it open.
  UniqueHandle file(
      CreateFileW(FilePath(path).get(), GENERIC_READ | DELETE, 0, nullptr, OPEN_EXISTING, 0, nullptr));
  std::string text;
  GrantRecord record;
  if (!file || !ReadAll(file.get(), text)) return;
  if (record.FromText(text) && UndoGrants(record)) return;  // the next start tries again
  MarkForRemoval(file.get());
}

}  // namespace

std::string GrantRecord::ToText() const {
  std::string text(kFirstLine);
  text += "\ncontainer " + container + "\nscratch " + scratch + "\n";
  for (const std::string& path : paths)
    text += "path " + path + "\n";
  text += kLastLine;
  return text + "\n";
}

bool GrantRecord::FromText(const std::string& text) {
  std::string_view rest = text;
  bool first = true;
  while (!rest.empty()) {
    size_t end = rest.find('\n');
    if (end == std::string_view::npos) return false;
    std::string_view line = rest.substr(0, end);
    rest = rest.substr(end + 1);
    if (first && line != kFirstLine) return false;
    if (line == kLastLine) return rest.empty();
    size_t space = line.find(' ');
    std::string_view word = line.substr(0, space);
    std::string value(space == std::string_view::npos ? std::string_view() : line.substr(space + 1));
    if (first)
      first = false;
    else if (word == "container")
      container = std::move(value);
    else if (word == "scratch")
      scratch = std::move(value);
    else if (word == "path")
      paths.push_back(std::move(value));
    else
      return false;
  }
  return false;
}

Failure GrantJournal::Write(const std::string& run_name, const GrantRecord& record) {
  std::string path;
  if (Failure failure = OpenStateFolder("grants", path)) return failure;
  path += '\\' + run_name + ".journal";
  file_.Reset(CreateFileW(FilePath(path).get(), GENERIC_WRITE | DELETE, 0, nullptr, CREATE_NEW,
                          FILE_ATTRIBUTE_NORMAL | FILE_FLAG_WRITE_THROUGH, nullptr));
  if (!file_) return LastFailure("grants", "CreateFileW", path);
  std::string text = record.ToText();
  DWORD written = 0;
  if (WriteFile(file_.get(), text.data(), static_cast<DWORD>(text.size()), &written, nullptr) == 0 ||
      written != text.size() || FlushFileBuffers(file_.get()) == 0) {
    Failure failure = LastFailure("grants", "WriteFile", path);
    Remove();
    return failure;
  }
  return {};
}

void GrantJournal::Remove() {
  if (file_) MarkForRemoval(file_.get());
  file_.Reset();
}

Failure UndoGrants(const GrantRecord& record) {
  Failure entries = record.container.empty() || record.paths.empty() ? Failure{} : RemoveAllEntries(record);
  Failure scratch = record.scratch.empty() ? Failure{} : RemoveScratch(record.scratch);
  // Last: the identity is what the entries are found by, though it can be derived without its profile too.
  if (!record.container.empty()) DeleteAppContainer(record.container);
  return entries ? entries : scratch;
}

void RepairGrants() {
  std::string folder;
  if (OpenStateFolder("grants", folder)) return;  // a run that needs it fails, and says why
  WIN32_FIND_DATAW found{};
  HANDLE search = FindFirstFileW(FilePath(folder + "\\*.journal").get(), &found);
  if (search == INVALID_HANDLE_VALUE) return;
  do {
    RepairOne(folder + '\\' + ToUtf8(found.cFileName));
  } while (FindNextFileW(search, &found) != 0);
  FindClose(search);
}

}  // namespace moated
