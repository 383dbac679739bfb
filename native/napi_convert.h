// JavaScript values to native ones and back. With addon.cc the only place that knows Node-API.
#pragma once

#include <napi.h>

#include "backend.h"
#include "engine/run_request.h"
#include "failure.h"
#include "probe_facts.h"

namespace moated {

// Throws a JavaScript TypeError and returns false when the value is not what the binding promises
// (src/native/binding.ts).
bool ToPlan(const Napi::Value& value, LaunchPlan& plan);
bool ToRequest(const Napi::Value& value, RunRequest& request);

Napi::Object FromFailure(Napi::Env env, const Failure& failure);

// An outcome crosses as few values: naming twenty properties would cost more than the rest of the call. Its
// numbers go into an array that is used again and again, in the order of `readOutcome` of
// src/native/outcome.ts; streams that are empty and what is rare are left undefined.
constexpr size_t kOutcomeNumbers = 15;
void OutcomeNumbers(const Outcome& outcome, double (&numbers)[kOutcomeNumbers]);
Napi::Value FromStream(Napi::Env env, OutputBuffer& buffer);
Napi::Value RareOfOutcome(Napi::Env env, const Outcome& outcome);

Napi::Object FromFacts(Napi::Env env, const ProbeFacts& facts);

// An Error that carries the fields of a failure.
void ThrowFailure(Napi::Env env, const Failure& failure);

}  // namespace moated
