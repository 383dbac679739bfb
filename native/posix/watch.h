// What a run is watched for.
#pragma once

#include <cstdint>

namespace moated {

class Run;

enum class Watch : uint8_t { kExit, kStdout, kStderr, kStdin, kReport };
constexpr int kWatches = 5;

// What a poller hands back: which event of which run.
struct Watched {
  Run* run = nullptr;
  Watch watch = Watch::kExit;
};

}  // namespace moated
