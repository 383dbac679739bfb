#include "engine/uuid.h"

#include "engine/random_bytes.h"

namespace moated {

Failure RandomUuid(std::string& uuid) {
  unsigned char bytes[16];
  if (Failure failure = RandomBytes(&bytes[0], sizeof bytes)) return failure;
  bytes[6] = (bytes[6] & 0x0f) | 0x40;  // version 4
  bytes[8] = (bytes[8] & 0x3f) | 0x80;  // variant
  static constexpr char kDigits[] = "0123456789abcdef";
  uuid.clear();
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) uuid += '-';
    uuid += kDigits[bytes[i] >> 4];
    uuid += kDigits[bytes[i] & 15];
  }
  return {};
}

}  // namespace moated
