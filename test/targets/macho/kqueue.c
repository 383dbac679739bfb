/* kqueue by way of epoll: descriptors, the end of processes, and the one user event. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "libsystem.h"

enum { kRead = -1, kWrite = -2, kProcess = -5, kUser = -10 };
enum { kAdd = 1, kDelete = 2, kTrigger = 0x01000000 };

struct Event {
  uint64_t ident;
  int16_t filter;
  uint16_t flags;
  uint32_t details;
  int64_t data;
  void *context;
};
_Static_assert(sizeof(struct Event) == 32, "struct kevent");

struct Note {
  struct Note *next;
  int queue;
  int fd; /* what epoll watches */
  struct Event event;
};

static struct Note *notes;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

int StandInKqueue(void) { return epoll_create1(0); }

static struct Note *Find(int queue, const struct Event *wanted) {
  for (struct Note *note = notes; note != NULL; note = note->next) {
    if (note->queue == queue && note->event.ident == wanted->ident && note->event.filter == wanted->filter) return note;
  }
  return NULL;
}

static int Watched(const struct Event *change) {
  if (change->filter == kUser) return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (change->filter == kProcess) return (int)syscall(SYS_pidfd_open, (pid_t)change->ident, 0);
  return (int)change->ident;
}

static int Apply(int queue, const struct Event *change) {
  struct Note *note = Find(queue, change);
  struct epoll_event wanted = {.events = change->filter == kWrite ? EPOLLOUT : EPOLLIN};
  uint64_t one = 1;
  if (change->details == kTrigger && change->filter == kUser) return note != NULL && write(note->fd, &one, sizeof one) > 0 ? 0 : -1;
  if (change->flags & kDelete) {
    if (note != NULL) epoll_ctl(queue, EPOLL_CTL_DEL, note->fd, NULL);
    return 0;
  }
  if (note == NULL) {
    note = calloc(1, sizeof *note);
    note->next = notes;
    notes = note;
    note->queue = queue;
  }
  note->event = *change;
  note->fd = Watched(change);
  wanted.data.ptr = note;
  if (note->fd < 0) return -1;
  if (epoll_ctl(queue, EPOLL_CTL_ADD, note->fd, &wanted) == 0) return 0;
  return errno == EEXIST ? epoll_ctl(queue, EPOLL_CTL_MOD, note->fd, &wanted) : -1;
}

int StandInKevent(int queue, const void *changes, int change_count, void *events, int event_count, const void *timeout) {
  const struct Event *list = changes;
  const struct timespec *wait = timeout;
  struct epoll_event found[64];
  struct Event *out = events;
  int milliseconds = wait == NULL ? -1 : (int)(wait->tv_sec * 1000 + (wait->tv_nsec + 999999) / 1000000), count;
  for (int i = 0; i < change_count; i++) {
    pthread_mutex_lock(&mutex);
    int failed = Apply(queue, &list[i]);
    pthread_mutex_unlock(&mutex);
    if (failed != 0) return -1;
  }
  if (event_count == 0) return 0;
  count = epoll_wait(queue, found, event_count < 64 ? event_count : 64, milliseconds);
  for (int i = 0; i < count; i++) {
    struct Note *note = found[i].data.ptr;
    uint64_t value;
    out[i] = note->event;
    if (note->event.filter == kUser && read(note->fd, &value, sizeof value) < 0) out[i].data = 0;
    if (note->event.filter == kProcess) { /* once */
      epoll_ctl(queue, EPOLL_CTL_DEL, note->fd, NULL);
      close(note->fd);
      note->event.ident = UINT64_MAX;
    }
  }
  return count;
}
