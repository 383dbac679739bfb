/* Stand-ins for the part of libSystem that the addon for macOS calls. */
#pragma once

/* By the name in the symbol table, with its underscore. NULL when there is none. */
void *FindStandIn(const char *symbol);
/* What the addon is told when it asks where it was loaded from. */
void SetAddonPath(const char *path);
/* What was called since the last time, a line each. */
const char *TakeLog(void);

/* kqueue.c */
int StandInKqueue(void);
int StandInKevent(int queue, const void *changes, int change_count, void *events, int event_count, const void *timeout);
/* processes.c */
int StandInListAllPids(int *pids, int bytes);
int StandInPidInfo(int pid, int flavor, unsigned long argument, void *info, int bytes);
int StandInPidUsage(int pid, int flavor, void *info);
int StandInSandboxCheck(int pid, const char *operation, int type, const char *name);
