/*
 * Loads the addon for macOS on Intel into Node on Linux, on the same kind of processor: maps the segments, applies the rebase and bind
 * opcodes, and gives it Node's own Node-API and the stand-ins of libsystem.c for everything else. For tests only.
 *
 * What this shows: every symbol is bound, structures and constants are used as macOS lays them out, and the addon's own logic works.
 * What it does not show: anything about macOS, least of all its sandbox. No C++ exceptions, which the addon has none of.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <node_api.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libsystem.h"

enum {
  kMagic = 0xfeedfacf,
  kCpuX64 = 0x01000007,
  kLcSymtab = 2,
  kLcSegment = 0x19,
  kLcDyldInfo = 0x22,
  kLcRequired = 0x80000000,
  kInitializers = 9,
};

static uint32_t U32(const uint8_t *p) {
  uint32_t value;
  memcpy(&value, p, sizeof value);
  return value;
}
static uint64_t U64(const uint8_t *p) {
  uint64_t value;
  memcpy(&value, p, sizeof value);
  return value;
}

static uint8_t *base;
static uint64_t segments[16];
static char unresolved[4096];

static void Unresolved(void) {
  fputs("loader: call of a symbol that nobody has\n", stderr);
  abort();
}

static uint64_t Resolve(const char *symbol) {
  void *found = FindStandIn(symbol);
  if (found == NULL) {
    strncat(unresolved, symbol, sizeof unresolved - strlen(unresolved) - 2);
    strcat(unresolved, " ");
    found = (void *)Unresolved;
  }
  return (uint64_t)found;
}

static uint64_t Uleb(const uint8_t **p) {
  uint64_t value = 0;
  int shift = 0;
  do {
    value |= (uint64_t)(**p & 0x7f) << shift;
    shift += 7;
  } while (*(*p)++ & 0x80);
  return value;
}

static void Store(uint64_t address, uint64_t value) { memcpy(base + address, &value, sizeof value); }
static void AddBase(uint64_t address) { Store(address, U64(base + address) + (uint64_t)base); }

static void Rebase(const uint8_t *p, const uint8_t *end) {
  uint64_t at = 0;
  while (p < end) {
    uint8_t opcode = *p & 0xf0, immediate = *p & 15;
    uint64_t count, skip;
    p++;
    switch (opcode) {
      case 0x00: return;
      case 0x10: break; /* always pointers */
      case 0x20: at = segments[immediate] + Uleb(&p); break;
      case 0x30: at += Uleb(&p); break;
      case 0x40: at += immediate * 8u; break;
      case 0x50: for (count = immediate; count--; at += 8) AddBase(at); break;
      case 0x60: for (count = Uleb(&p); count--; at += 8) AddBase(at); break;
      case 0x70: AddBase(at); at += 8 + Uleb(&p); break;
      case 0x80:
        count = Uleb(&p);
        for (skip = Uleb(&p); count--; at += 8 + skip) AddBase(at);
        break;
      default: fprintf(stderr, "loader: rebase opcode %x\n", opcode); abort();
    }
  }
}

static void Bind(const uint8_t *p, const uint8_t *end, int lazy) {
  uint64_t at = 0, count, skip;
  const char *symbol = "";
  while (p < end) {
    uint8_t opcode = *p & 0xf0, immediate = *p & 15;
    p++;
    switch (opcode) {
      case 0x00: if (!lazy) return; break;
      case 0x10: case 0x30: case 0x50: break; /* which library, and the type */
      case 0x20: Uleb(&p); break;
      case 0x40: symbol = (const char *)p; p += strlen(symbol) + 1; break;
      case 0x60: Uleb(&p); break; /* an addend, always none */
      case 0x70: at = segments[immediate] + Uleb(&p); break;
      case 0x80: at += Uleb(&p); break;
      case 0x90: Store(at, Resolve(symbol)); at += 8; break;
      case 0xa0: Store(at, Resolve(symbol)); at += 8 + Uleb(&p); break;
      case 0xb0: Store(at, Resolve(symbol)); at += 8 + immediate * 8u; break;
      case 0xc0:
        count = Uleb(&p);
        for (skip = Uleb(&p); count--; at += 8 + skip) Store(at, Resolve(symbol));
        break;
      default: fprintf(stderr, "loader: bind opcode %x\n", opcode); abort();
    }
  }
}

static const char *Map(const uint8_t *file, const uint8_t **info, const uint8_t **symbols) {
  const uint8_t *command = file + 32;
  uint64_t size = 0;
  int count = 0;
  if (U32(file) != kMagic || U32(file + 4) != kCpuX64) return "not a Mach-O file for this processor";
  for (uint32_t i = 0; i < U32(file + 16); i++, command += U32(command + 4)) {
    if (U32(command) == kLcSegment && U64(command + 24) + U64(command + 32) > size) size = U64(command + 24) + U64(command + 32);
  }
  base = mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED) return "mmap";
  command = file + 32;
  for (uint32_t i = 0; i < U32(file + 16); i++, command += U32(command + 4)) {
    uint32_t kind = U32(command) & ~(uint32_t)kLcRequired;
    if (kind == kLcSegment && count < 16) {
      segments[count++] = U64(command + 24);
      memcpy(base + U64(command + 24), file + U64(command + 40), U64(command + 48));
    }
    if (kind == kLcDyldInfo) *info = command;
    if (kind == kLcSymtab) *symbols = command;
  }
  return *info == NULL || *symbols == NULL ? "no opcodes to bind by" : NULL;
}

static void RunInitializers(const uint8_t *file) {
  const uint8_t *command = file + 32;
  for (uint32_t i = 0; i < U32(file + 16); i++, command += U32(command + 4)) {
    if (U32(command) != kLcSegment) continue;
    for (uint32_t s = 0; s < U32(command + 64); s++) {
      const uint8_t *section = command + 72 + s * 80;
      if ((U32(section + 64) & 0xff) != kInitializers) continue;
      for (uint64_t k = 0; k < U64(section + 40) / 8; k++) ((void (*)(void))U64(base + U64(section + 32) + k * 8))();
    }
  }
}

static void *FindExport(const uint8_t *file, const uint8_t *symbols, const char *name) {
  for (uint32_t i = 0; i < U32(symbols + 12); i++) {
    const uint8_t *entry = file + U32(symbols + 8) + i * 16;
    if ((entry[4] & 0x0e) == 0x0e && strcmp((const char *)file + U32(symbols + 16) + U32(entry), name) == 0) return base + U64(entry + 8);
  }
  return NULL;
}

static const char *LoadFile(const char *path, void **entry) {
  struct stat status;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  const uint8_t *file, *info = NULL, *symbols = NULL;
  const char *problem;
  if (fd < 0 || fstat(fd, &status) != 0) return "cannot open it";
  file = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  close(fd);
  problem = Map(file, &info, &symbols);
  if (problem != NULL) return problem;
  Rebase(file + U32(info + 8), file + U32(info + 8) + U32(info + 12));
  Bind(file + U32(info + 16), file + U32(info + 16) + U32(info + 20), 0);
  Bind(file + U32(info + 32), file + U32(info + 32) + U32(info + 36), 1);
  if (unresolved[0] != '\0') return unresolved;
  RunInitializers(file);
  *entry = FindExport(file, symbols, "_napi_register_module_v1");
  return *entry == NULL ? "no entry for Node" : NULL;
}

static napi_value Load(napi_env env, napi_callback_info info) {
  size_t count = 1, length;
  napi_value argument, exports, returned;
  char path[4096];
  void *entry = NULL;
  const char *problem;
  napi_get_cb_info(env, info, &count, &argument, NULL, NULL);
  napi_get_value_string_utf8(env, argument, path, sizeof path, &length);
  SetAddonPath(path);
  problem = LoadFile(path, &entry);
  if (problem != NULL) {
    napi_throw_error(env, NULL, problem);
    return NULL;
  }
  napi_create_object(env, &exports);
  returned = ((napi_value(*)(napi_env, napi_value))entry)(env, exports);
  return returned != NULL ? returned : exports;
}

static napi_value Spawns(napi_env env, napi_callback_info info) {
  napi_value text;
  (void)info;
  napi_create_string_utf8(env, TakeLog(), NAPI_AUTO_LENGTH, &text);
  return text;
}

NAPI_MODULE_INIT() {
  napi_value load, log;
  napi_create_function(env, "load", NAPI_AUTO_LENGTH, Load, NULL, &load);
  napi_create_function(env, "log", NAPI_AUTO_LENGTH, Spawns, NULL, &log);
  napi_set_named_property(env, exports, "load", load);
  napi_set_named_property(env, exports, "log", log);
  return exports;
}
