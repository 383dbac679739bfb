// JavaScript values to native ones and back. With addon.cc the only place that knows Node-API.
#pragma once

#include <napi.h>

#include "engine/run_request.h"
#include "failure.h"
#include "launch_plan.h"
#include "linux/probe.h"

namespace moated {

// Throws a JavaScript TypeError and returns false when the value is not what the binding promises
// (src/native/binding.ts).
bool ToPlan(const Napi::Value& value, LaunchPlan& plan);
bool ToRequest(const Napi::Value& value, RunRequest& request);

Napi::Object FromFailure(Napi::Env env, const Failure& failure);
Napi::Object FromOutcome(Napi::Env env, Outcome& outcome);
Napi::Object FromProbe(Napi::Env env, const MachineProbe& probe);

// An Error that carries the fields of a failure.
void ThrowFailure(Napi::Env env, const Failure& failure);

}  // namespace moated
