// A policy compiled for one machine: the directives of src/compile/windows/plan.ts, decoded.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "failure.h"

namespace moated {

struct Limits {
  uint64_t cpu_ms = 0;  // user-mode time of the job; the watchdog counts the rest
  uint64_t memory = 0;  // committed bytes of the job
  uint64_t process_memory = 0;  // committed bytes of each process
  uint64_t processes = 0;  // alive at once in the job
};

enum class Container : uint8_t { kNone, kNoNetwork, kNetwork };

struct LaunchPlan {
  bool job = false;  // every plan has one: it ends the tree
  bool restricted_token = false;
  bool low_integrity = false;
  Container container = Container::kNone;
  bool own_console = false;  // not the host's, whose input it could write
  bool no_children = false;
  bool no_extension_points = false;
  bool no_remote_images = false;
  bool no_low_images = false;
  uint32_t ui_limits = 0;  // JOB_OBJECT_UILIMIT_*

  std::vector<std::string> readable;  // trees that the container is granted for reading
  std::vector<std::string> writable;  // and for writing
  std::vector<std::string> pins;  // directories that must not be renamed or deleted
  std::vector<std::string> protects;  // paths in writable trees that must not change
  std::vector<std::string> hides;  // paths in granted trees whose content must not be readable
  std::vector<std::string> absents;  // paths that must not exist when a run starts
  Limits limits;

  [[nodiscard]] bool confined() const { return restricted_token; }
};

// Decodes strictly: an unknown directive, a wrong arity or a bad value is a failure, never skipped.
Failure DecodePlan(std::span<const std::string_view> directives, LaunchPlan& plan);

}  // namespace moated
