// What a run is about to change outside of itself, written down before it is changed. Whoever is killed in
// between leaves a file that the next start undoes.
#pragma once

#include <string>
#include <vector>

#include "failure.h"
#include "windows/unique_handle.h"

namespace moated {

// The name of the run is that of the journal's file. Its scratch folder and its AppContainer are called so
// too, so what a file says can lead nobody to another folder or another identity.
struct GrantRecord {
  // kCut: not written to its end, so nothing had been changed yet. kUnknown: of another version.
  enum class Reading : uint8_t { kWhole, kCut, kUnknown };

  std::string run_name;
  bool container = false;
  std::vector<std::string> paths;  // whose access lists get entries

  [[nodiscard]] std::string ToText() const;
  Reading FromText(const std::string& text);
};

class GrantJournal {
 public:
  GrantJournal() = default;
  GrantJournal(const GrantJournal&) = delete;
  GrantJournal& operator=(const GrantJournal&) = delete;

  // On the disk when it returns. The file stays open and cannot be opened by anybody else, which tells others
  // that the run's host is alive.
  Failure Write(const GrantRecord& record);
  // Everything is undone.
  void Remove();

 private:
  UniqueHandle file_;
};

// Undoes one record as far as it can; what is missing already is no failure.
Failure UndoGrants(const GrantRecord& record);

// Undoes what processes that are gone have left.
void RepairGrants();

}  // namespace moated
