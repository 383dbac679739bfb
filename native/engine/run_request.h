// What the host asks of one run, and what it gets back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/output_buffer.h"
#include "failure.h"

namespace moated {

struct StdioChoice {
  enum Kind { kCapture, kPipe, kIgnore, kInherit };
  Kind kind = kIgnore;
  int inherited = -1;
};

struct RunRequest {
  std::vector<std::string> argv;
  std::vector<std::string> env;
  std::string cwd;
  std::string search_path;  // where argv[0] is looked for when it has no slash
  StdioChoice stdio[3];
  std::string input;  // for stdin, when it is `capture`
  uint64_t timeout_ms = 0;
  uint64_t max_capture = 0;  // bytes kept of each captured stream
  uint64_t max_output = 0;  // bytes of both captured streams after which the run is ended
  uint64_t max_memory = 0;  // the watchdog's limits over the whole tree
  uint64_t max_processes = 0;
  uint64_t max_cpu_ms = 0;
  bool announce = false;
};

enum class EndReason { kExit, kTimeout, kCanceled, kOutput, kMemory, kProcesses, kCpu };

struct Outcome {
  Failure failure;
  bool stale = false;
  int64_t exit_code = -1;  // Windows has 32 bits of them
  int signal = 0;
  EndReason reason = EndReason::kExit;
  OutputBuffer streams[2];  // stdout, stderr
  uint64_t duration_us = 0;
  uint64_t user_us = 0;
  uint64_t system_us = 0;
  uint64_t max_rss_bytes = 0;
  int64_t minor_faults = 0;
  int64_t major_faults = 0;
  int64_t voluntary_switches = 0;
  int64_t involuntary_switches = 0;
  int64_t blocks_in = 0;
  int64_t blocks_out = 0;
  std::vector<std::string>
      changed;  // hidden and protected paths that are no longer what they were when the run started
  std::string
      log_tag;  // what the kernel's log says with every refusal of this run; empty where it says nothing
};

}  // namespace moated
