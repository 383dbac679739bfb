/* Stand-in for /usr/bin/sandbox-exec: writes down what it was given, and becomes the command without confining it. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
  }
  if (profile == NULL || getenv("STAND_IN_REFUSES") != NULL) {
    fputs("sandbox-exec: profile refused\n", stderr);
    return 65;
  }
  execvp(argv[optind], argv + optind);
  perror("sandbox-exec: execvp");
  return 71;
}
