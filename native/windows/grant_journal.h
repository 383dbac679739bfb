// What a run is about to change outside of itself, written down before it is changed. Whoever is killed in
// between leaves a file that the next start undoes.
#pragma once

#include <string>
#include <vector>

#include "failure.h"
#include "windows/unique_handle.h"

namespace moated {

struct GrantRecord {
  std::string container;  // the name of an AppContainer, or empty
  std::string scratch;  // the path of a folder
  std::vector<std::string> paths;  // whose access lists get entries

  [[nodiscard]] std::string ToText() const;
  // False for a text that was not written to its end: then nothing had been changed yet.
  bool FromText(const std::string& text);
};

class GrantJournal {
 public:
  GrantJournal() = default;
  GrantJournal(const GrantJournal&) = delete;
  GrantJournal& operator=(const GrantJournal&) = delete;

  // On the disk when it returns. The file stays open and cannot be opened by anybody else, which tells others
  // that the run's host is alive.
  Failure Write(const std::string& run_name, const GrantRecord& record);
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
