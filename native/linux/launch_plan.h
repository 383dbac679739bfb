// A policy compiled for one machine: the directives of the TypeScript compiler (src/compile/linux.ts),
// decoded.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "failure.h"

namespace moated {

struct Limits {
  uint64_t cpu_seconds = 0;  // RLIMIT_CPU of each process
  uint64_t address_space = 0;  // RLIMIT_AS of each process, bytes
  uint64_t files = 0;  // RLIMIT_NOFILE of each process
  uint64_t file_size = 0;  // RLIMIT_FSIZE of each process, bytes
  uint64_t processes =
      0;  // of the whole tree: the control group, RLIMIT_NPROC where it counts, or the watchdog
  uint64_t memory = 0;  // bytes of the whole tree: the control group or the watchdog
};

struct LaunchPlan {
  bool user_namespace = false;
  bool mount_namespace = false;
  bool pid_namespace = false;
  bool ipc_namespace = false;
  bool uts_namespace = false;
  bool net_namespace = false;
  bool fresh_namespaces = false;  // made for one run instead of taken from a prepared slot
  bool init_is_pid1 = false;

  std::vector<std::string> readable;  // trees that may be read and executed
  std::vector<std::string> writable;  // trees that may be written
  std::vector<std::string> devices;  // device nodes that may be opened
  std::vector<std::string> pins;  // directories that must not be renamed
  std::vector<std::string> protects;  // paths in writable trees that must not change
  std::vector<std::string> hides;  // paths whose content must not be readable
  std::vector<std::string> absents;  // paths that must not exist when a run starts
  std::vector<std::string> scratches;  // fresh tmpfs for every run
  std::vector<std::string> keeps;  // trees below a scratch that stay visible
  uint64_t scratch_size = uint64_t{1} << 30;
  bool minimal_dev = false;

  bool landlock = false;
  bool scope_signal = false;
  bool scope_abstract_unix = false;
  bool deny_tcp = false;
  std::vector<std::string> filters;  // seccomp groups, in order
  bool keep_privileges = false;
  bool cgroup = false;  // a control group of its own holds memory and processes
  Limits limits;
};

// Decodes strictly: an unknown directive, a wrong arity or a bad value is a failure, never skipped.
Failure DecodePlan(std::span<const std::string_view> directives, LaunchPlan& plan);

}  // namespace moated
