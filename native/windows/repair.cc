#include "windows/repair.h"

#include "windows/grant_journal.h"
#include "windows/win.h"

namespace moated {

void RepairGrantsOnce() {
  static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
  auto repair = [](PINIT_ONCE, PVOID, PVOID*) -> BOOL {
    RepairGrants();
    return TRUE;
  };
  InitOnceExecuteOnce(&once, repair, nullptr, nullptr);
}

}  // namespace moated
