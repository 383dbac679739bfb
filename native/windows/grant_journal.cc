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

constexpr std::string_view kEnding = ".journal";
constexpr std::string_view kFirstLine = "moated grants 1\n";
constexpr std::string_view kContainerLine = "container\n";
constexpr std::string_view kPath = "path ";
constexpr std::string_view kLastLine = "end\n";
constexpr DWORD kLongestJournal = DWORD{16} << 20;

bool MarkForRemoval(HANDLE file) {
  FILE_DISPOSITION_INFO disposition{TRUE};
  return SetFileInformationByHandle(file, FileDispositionInfo, &disposition, sizeof disposition) != 0;
}

// All that can be removed, and the first failure.
Failure RemoveAllEntriesOf(PSID sid, const std::vector<std::string>& paths) {
  AccessListLock lock;
  if (Failure failure = lock.Take()) return failure;
  Failure first;
  for (const std::string& path : paths) {
    Failure failure = RemoveEntries(path, sid);
    if (failure && !first) first = failure;
  }
  return first;
}

Failure RemoveAllEntries(const GrantRecord& record) {
  std::string text;
  if (Failure failure = AppContainerSidText(record.run_name, text)) return failure;
  PSID sid = nullptr;
  if (ConvertStringSidToSidW(WideText(text).get(), &sid) == 0)
    return LastFailure("grants", "ConvertStringSidToSidW");
  Failure failure = RemoveAllEntriesOf(sid, record.paths);
  LocalFree(sid);
  return failure;
}

bool ReadAll(HANDLE file, std::string& text) {
  LARGE_INTEGER size{};
  if (GetFileSizeEx(file, &size) == 0 || size.QuadPart > kLongestJournal) return false;
  text.resize(static_cast<size_t>(size.QuadPart));
  DWORD read = 0;
  return ReadFile(file, text.data(), static_cast<DWORD>(text.size()), &read, nullptr) != 0 &&
         read == text.size();
}

void RepairOne(const std::string& folder, const std::string& file_name) {
  // Whoever still runs holds it open.
  UniqueHandle file(CreateFileW(FilePath(folder + '\\' + file_name).get(), GENERIC_READ | DELETE, 0, nullptr,
                                OPEN_EXISTING, 0, nullptr));
  std::string text;
  if (!file || !ReadAll(file.get(), text)) return;
  GrantRecord record;
  record.run_name = file_name.substr(0, file_name.size() - kEnding.size());
  GrantRecord::Reading reading = record.FromText(text);
  // Whoever knows it will undo it.
  if (reading == GrantRecord::Reading::kUnknown) return;
  if (reading == GrantRecord::Reading::kWhole && UndoGrants(record)) return;  // the next start tries again
  MarkForRemoval(file.get());
}

}  // namespace

std::string GrantRecord::ToText() const {
  std::string text(kFirstLine);
  if (container) text += kContainerLine;
  for (const std::string& path : paths)
    text += std::string(kPath) + path + "\n";
  text += kLastLine;
  return text;
}

GrantRecord::Reading GrantRecord::FromText(const std::string& text) {
  std::string_view rest = text;
  bool first = true;
  while (!rest.empty()) {
    size_t end = rest.find('\n');
    if (end == std::string_view::npos) break;
    std::string_view line = rest.substr(0, end + 1);
    rest = rest.substr(end + 1);
    if (first != (line == kFirstLine)) return Reading::kUnknown;
    first = false;
    if (line == kFirstLine) continue;
    if (line == kLastLine) return rest.empty() ? Reading::kWhole : Reading::kUnknown;
    if (line == kContainerLine)
      container = true;
    else if (line.substr(0, kPath.size()) == kPath)
      paths.emplace_back(line.substr(kPath.size(), line.size() - kPath.size() - 1));
    else
      return Reading::kUnknown;
  }
  return Reading::kCut;
}

Failure GrantJournal::Write(const GrantRecord& record) {
  std::string path;
  if (Failure failure = OpenStateFolder("grants", path)) return failure;
  path += '\\' + record.run_name + std::string(kEnding);
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
  Failure entries = record.container && !record.paths.empty() ? RemoveAllEntries(record) : Failure{};
  std::string path;
  Failure scratch = ScratchPath(record.run_name, path);
  if (!scratch) scratch = RemoveScratch(path);
  // Last: the identity is what the entries are found by, though it can be derived without its profile too.
  if (record.container) DeleteAppContainer(record.run_name);
  return entries ? entries : scratch;
}

void RepairGrants() {
  std::string folder;
  if (OpenStateFolder("grants", folder)) return;  // a run that needs it fails, and says why
  WIN32_FIND_DATAW found{};
  HANDLE search = FindFirstFileW(FilePath(folder + "\\*.journal").get(), &found);
  if (search == INVALID_HANDLE_VALUE) return;
  do {
    std::string name = ToUtf8(found.cFileName);
    // By its short name, another file may match the pattern.
    if (name.size() > kEnding.size() && name.ends_with(kEnding)) RepairOne(folder, name);
  } while (FindNextFileW(search, &found) != 0);
  FindClose(search);
}

}  // namespace moated
