// How the addon and the stage talk. The stage is the launcher inside of the sandbox, just before it becomes
// the command:
//
//   moated-launcher --stage CWD CPU ADDRESS-SPACE FILES FILE-SIZE PROGRAM ARGUMENT…
//
// Limits are numbers, 0 for none. Descriptor 3 takes records; that it closes without one more says that the
// command runs.
#pragma once

#include <cstdint>

namespace moated {

constexpr int kStageDescriptor = 3;
constexpr int kStageArguments = 7;  // before the program: name, --stage, cwd, four limits
constexpr char kStageWord[] = "--stage";

enum StageStep : int32_t {
  kStageStarted = 1,  // the profile holds, and our code runs under it
  kStageLimitFailed,
  kStageChdirFailed,
  kStageExecFailed,
};

struct StageRecord {
  int32_t step;
  int32_t os_error;
};

}  // namespace moated
