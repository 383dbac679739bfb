/*
 * The played kernel: refuses to open one path, and writes an entry into its log as macOS does for a rule with a message. Loaded into the
 * command by the stand-in of sandbox-exec. It confines nobody who does not ask the C library.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void put_json(FILE *out, const char *text) {
  for (; *text != '\0'; text++) {
    unsigned char byte = (unsigned char)*text;
    if (byte == '"' || byte == '\\') fprintf(out, "\\%c", byte);
    else if (byte < 0x20) fprintf(out, "\\u%04x", byte);
    else fputc(byte, out);
  }
}

static void log_refusal(const char *path) {
  char *line = NULL;
  size_t length = 0;
  int log = open(getenv("PLAYED_KERNEL_LOG"), O_WRONLY | O_APPEND | O_CLOEXEC);
  FILE *out = open_memstream(&line, &length);
  if (log < 0 || out == NULL) abort();
  fputs("{\"processID\":0,\"senderImagePath\":\"/System/Library/Extensions/Sandbox.kext/Contents/MacOS/Sandbox\",\"eventMessage\":\"", out);
  fputs("Sandbox: ", out);
  put_json(out, program_invocation_short_name);
  fprintf(out, "(%d) deny(1) file-read-data ", getpid());
  put_json(out, path);
  fputs("\\n", out);
  put_json(out, getenv("PLAYED_TAG"));
  fputs("\"}\n", out);
  fclose(out);
  /* One write, so that runs that are refused something at the same time do not mix their entries. */
  if (write(log, line, length) != (ssize_t)length) abort();
  close(log);
  free(line);
}

static int refused(const char *path) {
  const char *rule = getenv("PLAYED_REFUSED");
  if (rule == NULL || strcmp(path, rule) != 0) return 0;
  log_refusal(path);
  errno = EPERM;
  return 1;
}

#define MODE(flags) \
  mode_t mode = 0; \
  if (((flags) & (O_CREAT | O_TMPFILE)) != 0) { \
    va_list rest; \
    va_start(rest, flags); \
    mode = va_arg(rest, mode_t); \
    va_end(rest); \
  }

typedef int (*Open)(const char *, int, ...);
typedef int (*OpenAt)(int, const char *, int, ...);

#define PLAY_OPEN(name) \
  int name(const char *path, int flags, ...) { \
    MODE(flags) \
    return refused(path) ? -1 : ((Open)dlsym(RTLD_NEXT, #name))(path, flags, mode); \
  }
#define PLAY_OPENAT(name) \
  int name(int folder, const char *path, int flags, ...) { \
    MODE(flags) \
    return refused(path) ? -1 : ((OpenAt)dlsym(RTLD_NEXT, #name))(folder, path, flags, mode); \
  }

PLAY_OPEN(open)
PLAY_OPEN(open64)
PLAY_OPENAT(openat)
PLAY_OPENAT(openat64)
