// What a system says about itself, as names and values: the addon makes one object of them, and
// src/native/probe.ts a probe of src/types.ts.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace moated {

struct ProbeFact {
  // A name with a dot becomes a value in an object there: `namespacesFailure.stage`.
  const char* name;
  enum Kind { kBoolean, kNumber, kText } kind;
  double number;
  std::string text;

  static ProbeFact Boolean(const char* name, bool value) { return {name, kBoolean, value ? 1.0 : 0.0, {}}; }
  static ProbeFact Number(const char* name, double value) { return {name, kNumber, value, {}}; }
  static ProbeFact Text(const char* name, std::string value) { return {name, kText, 0, std::move(value)}; }
};

using ProbeFacts = std::vector<ProbeFact>;

}  // namespace moated
