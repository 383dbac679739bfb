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

// What is needed of every run crosses as few values, since naming the properties of an object would cost more
// than the rest of the call: numbers go through an array that is used again and again, in the orders that
// src/native/start.ts and src/native/outcome.ts have.
constexpr size_t kNumbers = 15;
bool ToRequest(const double* numbers, const Napi::Value& text, const Napi::Value& input, RunRequest& request);
void FromOutcome(const Outcome& outcome, double* numbers);

Napi::Object FromFailure(Napi::Env env, const Failure& failure);
// Streams that are empty and what is rare are left undefined.
Napi::Value FromStream(Napi::Env env, OutputBuffer& buffer);
Napi::Value RareOfOutcome(Napi::Env env, const Outcome& outcome);

Napi::Object FromFacts(Napi::Env env, const ProbeFacts& facts);

// An Error that carries the fields of a failure.
void ThrowFailure(Napi::Env env, const Failure& failure);

}  // namespace moated
