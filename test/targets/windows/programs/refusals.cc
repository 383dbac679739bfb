// What the addon does about a directory that somebody else has opened for himself alone.
//
// refusals TREE [HELD]: refuses changes in TREE to an identity, permits it to read there, and takes both
// back. HELD is a directory that is open meanwhile. Prints the three codes of the system.
#include "windows/access_entries.h"

#include <sddl.h>
#include <stdio.h>

int main(int argc, char** argv) {
  PSID sid = nullptr;
  if (argc < 2 || !ConvertStringSidToSidA("S-1-15-2-1-2-3-4-5-6-7", &sid)) return 90;
  moated::UniqueHandle held;
  if (argc > 2) {
    held.Reset(
        CreateFileA(argv[2], GENERIC_READ, 0, nullptr, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr));
    if (!held) return 91;
  }
  int refused = moated::AddEntries(argv[1], sid, moated::kMayNotChange).os_error;
  int permitted = moated::AddEntries(argv[1], sid, moated::kMayRead).os_error;
  int removed = moated::RemoveEntries(argv[1], sid).os_error;
  printf("%d %d %d\n", refused, permitted, removed);
  return 0;
}
