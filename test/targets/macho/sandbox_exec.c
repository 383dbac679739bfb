/*
 * Stand-in for /usr/bin/sandbox-exec: writes down what it was given, and becomes the command without confining it. Of the profile it
 * understands one rule, a path that may not be read, which the played kernel refuses and logs (refuse.c).
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char kRule[] = "(deny file-read-data (with message (param \"TAG\")) (literal \"";

static void beside(const char *name, const char *variable) {
  char path[4096];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 64);
  while (length > 0 && path[length - 1] != '/') length--;
  strcpy(path + length, name);
  setenv(variable, path, 1);
}

static void play_rule(const char *profile) {
  const char *rule = strstr(profile, kRule);
  if (rule == NULL) return;
  rule += sizeof kRule - 1;
  const char *end = strchr(rule, '"');
  char *path = end == NULL ? NULL : strndup(rule, (size_t)(end - rule));
  if (path == NULL) return;
  setenv("PLAYED_REFUSED", path, 1);
  beside("refuse.so", "LD_PRELOAD");
  beside("kernel.log", "PLAYED_KERNEL_LOG");
  free(path);
}

int main(int argc, char **argv) {
  const char *log = getenv("STAND_IN_LOG");
  FILE *out = log == NULL ? NULL : fopen(log, "we");
  const char *profile = NULL;
  int option;
  for (int i = 1; out != NULL && i < argc; i++) fwrite(argv[i], 1, strlen(argv[i]) + 1, out);
  if (out != NULL) fclose(out);
  while ((option = getopt(argc, argv, "+p:f:D:")) != -1) {
    if (option == '?') return 64;
    if (option == 'p' || option == 'f') profile = optarg;
    if (option == 'D' && strncmp(optarg, "MARK_IN=", 8) == 0) {
      char *end = strrchr(optarg, '.');
      if (end != NULL) *end = '\0';
      setenv("STAND_IN_MARK", optarg + 8, 1);
      if (end != NULL) *end = '.';
    }
    if (option == 'D' && strncmp(optarg, "TAG=", 4) == 0) setenv("PLAYED_TAG", optarg + 4, 1);
  }
  if (profile == NULL || getenv("STAND_IN_REFUSES") != NULL) {
    fputs("sandbox-exec: profile refused\n", stderr);
    return 65;
  }
  play_rule(profile);
  execvp(argv[optind], argv + optind);
  perror("sandbox-exec: execvp");
  return 71;
}
