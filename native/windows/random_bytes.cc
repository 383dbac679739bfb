#include "engine/random_bytes.h"

#include <windows.h>

// RtlGenRandom, which is exported under this name only. Unlike BCryptGenRandom it needs no library that Node
// has not loaded, and it cannot be misconfigured.
extern "C" BOOLEAN NTAPI SystemFunction036(PVOID bytes, ULONG size);

namespace moated {

Failure RandomBytes(void* bytes, size_t size) {
  if (SystemFunction036(bytes, static_cast<ULONG>(size)) == 0) {
    return {"engine", "RtlGenRandom", static_cast<int>(GetLastError()), ""};
  }
  return {};
}

}  // namespace moated
