#include "engine/random_bytes.h"

#include <sys/random.h>
#include <unistd.h>

#include <cerrno>

namespace moated {

Failure RandomBytes(void* bytes, size_t size) {
  if (getentropy(bytes, size) != 0) return {"engine", "getentropy", errno, ""};
  return {};
}

}  // namespace moated
