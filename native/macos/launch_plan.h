// A policy compiled for macOS: the directives of the TypeScript compiler (src/compile/macos/system.ts),
// decoded.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "failure.h"

namespace moated {

// Of each process; 0 is none.
struct Limits {
  uint64_t cpu_seconds = 0;
  uint64_t address_space = 0;
  uint64_t files = 0;
  uint64_t file_size = 0;
};

struct LaunchPlan {
  bool confined = false;
  std::string profile;  // SBPL text
  std::vector<std::string> parameters;  // KEY=value
  // Paths whose nature the profile depends on.
  std::vector<std::string> writable;
  std::vector<std::string> protects;
  std::vector<std::string> hides;
  std::vector<std::string> absents;
  Limits limits;
};

// Decodes strictly: an unknown directive, a wrong arity or a bad value is a failure, never skipped.
Failure DecodePlan(std::span<const std::string_view> directives, LaunchPlan& plan);

}  // namespace moated
