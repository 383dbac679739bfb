/*
 * What the official Node, its libstdc++ and libgcc take from glibc and musl does not have. With it they run on musl's loader, so that the
 * addon for musl is loaded by a real Node: nothing of this is published.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>

/* Destructors of thread-local objects of C++, last registered first. */
struct Destructor {
  void (*call)(void*);
  void* object;
  struct Destructor* next;
};
static pthread_key_t destructors;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void Destroy(void* list) {
  for (struct Destructor* one = list; one != NULL;) {
    struct Destructor* next = one->next;
    one->call(one->object);
    free(one);
    one = next;
  }
}

static void MakeKey(void) {
  pthread_key_create(&destructors, Destroy);
}

int __cxa_thread_atexit_impl(void (*call)(void*), void* object, void* library) {
  (void)library;
  pthread_once(&once, MakeKey);
  struct Destructor* one = malloc(sizeof *one);
  if (one == NULL) return -1;
  *one = (struct Destructor){call, object, pthread_getspecific(destructors)};
  return pthread_setspecific(destructors, one);
}

char __libc_single_threaded = 0;
struct {
  unsigned vendor, type, subtype, features[1];
} __cpu_model;

int __cpu_indicator_init(void) {
  return 0;
}

size_t __strftime_l(char* out, size_t size, const char* format, const struct tm* time, locale_t locale) {
  return strftime_l(out, size, format, time, locale);
}

unsigned long __isoc23_strtoul(const char* text, char** end, int base) {
  return strtoul(text, end, base);
}

uint32_t arc4random(void) {
  uint32_t value = 0;
  if (getrandom(&value, sizeof value, 0) != (ssize_t)sizeof value) abort();
  return value;
}

unsigned long __getauxval(unsigned long type) {
  return getauxval(type);
}

int __register_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void), void* library) {
  (void)library;
  return pthread_atfork(prepare, parent, child);
}

int fcntl64(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  return fcntl(fd, command, argument);
}

const char* gnu_get_libc_version(void) {
  return "2.36 (musl)";
}

/* Unwinding and stack traces: said to be impossible. */
int _dl_find_object(void* address, void* result) {
  (void)address, (void)result;
  return -1;
}
int backtrace(void** buffer, int size) {
  (void)buffer, (void)size;
  return 0;
}
char** backtrace_symbols(void* const* buffer, int size) {
  (void)buffer, (void)size;
  return NULL;
}
void backtrace_symbols_fd(void* const* buffer, int size, int fd) {
  (void)buffer, (void)size, (void)fd;
}
int getcontext(void* context) {
  (void)context;
  errno = ENOSYS;
  return -1;
}
int setcontext(const void* context) {
  (void)context;
  errno = ENOSYS;
  return -1;
}
void makecontext(void* context, void (*function)(void), int count, ...) {
  (void)context, (void)function, (void)count;
}

extern char** environ;
void* __libc_stack_end;

/* Node holds a copy of this variable in memory that is read-only by now. */
__attribute__((constructor)) static void SetStackEnd(void) {
  void* volatile* end = &__libc_stack_end;
  mprotect((void*)((uintptr_t)end & ~(uintptr_t)4095), 4096, PROT_READ | PROT_WRITE);
  *end = (void*)environ;
}
