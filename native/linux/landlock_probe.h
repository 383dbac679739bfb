// What Landlock of this kernel really supports: the ABI number is a claim, each right is tried.
#pragma once

#include "linux/landlock_rights.h"

namespace moated {

enum class LandlockState { kEnabled, kDisabled, kMissing };

struct LandlockSupport {
  LandlockState state = LandlockState::kMissing;
  int abi = 0;
  landlock::AbiRow row;
};

LandlockSupport ProbeLandlock();

}  // namespace moated
