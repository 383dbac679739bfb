// Numbers of the system calls that are younger than the headers a build may find (numbers as of Linux 7.3).
// From 424 on every architecture uses the same ones.
#pragma once

#include <asm/unistd.h>

namespace moated {

inline constexpr int kSysPidfdSendSignal = 424;
inline constexpr int kSysIoUringSetup = 425;
inline constexpr int kSysIoUringEnter = 426;
inline constexpr int kSysIoUringRegister = 427;
inline constexpr int kSysOpenTree = 428;
inline constexpr int kSysMoveMount = 429;
inline constexpr int kSysFsopen = 430;
inline constexpr int kSysFsconfig = 431;
inline constexpr int kSysFsmount = 432;
inline constexpr int kSysFspick = 433;
inline constexpr int kSysPidfdOpen = 434;
inline constexpr int kSysClone3 = 435;
inline constexpr int kSysCloseRange = 436;
inline constexpr int kSysOpenat2 = 437;
inline constexpr int kSysPidfdGetfd = 438;
inline constexpr int kSysFaccessat2 = 439;
inline constexpr int kSysProcessMadvise = 440;
inline constexpr int kSysEpollPwait2 = 441;
inline constexpr int kSysMountSetattr = 442;
inline constexpr int kSysQuotactlFd = 443;
inline constexpr int kSysLandlockCreateRuleset = 444;
inline constexpr int kSysLandlockAddRule = 445;
inline constexpr int kSysLandlockRestrictSelf = 446;
inline constexpr int kSysMemfdSecret = 447;
inline constexpr int kSysProcessMrelease = 448;
inline constexpr int kSysFutexWaitv = 449;
inline constexpr int kSysSetMempolicyHomeNode = 450;
inline constexpr int kSysCachestat = 451;
inline constexpr int kSysFchmodat2 = 452;
inline constexpr int kSysMapShadowStack = 453;
inline constexpr int kSysFutexWake = 454;
inline constexpr int kSysFutexWait = 455;
inline constexpr int kSysFutexRequeue = 456;
inline constexpr int kSysStatmount = 457;
inline constexpr int kSysListmount = 458;
inline constexpr int kSysLsmGetSelfAttr = 459;
inline constexpr int kSysLsmSetSelfAttr = 460;
inline constexpr int kSysLsmListModules = 461;
inline constexpr int kSysMseal = 462;
inline constexpr int kSysSetxattrat = 463;
inline constexpr int kSysGetxattrat = 464;
inline constexpr int kSysListxattrat = 465;
inline constexpr int kSysRemovexattrat = 466;
inline constexpr int kSysOpenTreeAttr = 467;
inline constexpr int kSysFileGetattr = 468;
inline constexpr int kSysFileSetattr = 469;
inline constexpr int kSysListns = 470;
inline constexpr int kSysRseqSliceYield = 471;
inline constexpr int kSysFchroot = 472;

// A number above this one is a call that nobody has looked at yet: the filter answers it with ENOSYS.
inline constexpr int kNewestSyscall = kSysFchroot;

// Stands in a table for a call that this architecture does not have.
inline constexpr int kAbsentSyscall = -1;

}  // namespace moated

// The number of a call that x86_64 has and aarch64 never had: MOATED_X86_64_ONLY(chmod).
#if defined(__x86_64__)
#define MOATED_X86_64_ONLY(name) __NR_##name
#else
#define MOATED_X86_64_ONLY(name) ::moated::kAbsentSyscall
#endif
