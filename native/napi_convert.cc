#include "napi_convert.h"

#include <cmath>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "system_words.h"

namespace moated {
namespace {

// Copies are cheaper than the bookkeeping of foreign memory up to here.
constexpr size_t kCopyLimit = size_t{64} << 10;

bool TypeMismatch(Napi::Env env, const char* what) {
  Napi::TypeError::New(env, std::string("moated: bad native argument: ") + what).ThrowAsJavaScriptException();
  return false;
}

bool ToStrings(const Napi::Value& value, const char* what, std::vector<std::string>& strings) {
  if (!value.IsArray()) return TypeMismatch(value.Env(), what);
  auto array = value.As<Napi::Array>();
  uint32_t length = array.Length();
  strings.reserve(length);
  for (uint32_t i = 0; i < length; ++i) {
    Napi::Value item = array[i];
    if (!item.IsString()) return TypeMismatch(value.Env(), what);
    strings.push_back(item.As<Napi::String>().Utf8Value());
    // A NUL would end the string early for the kernel: what was checked is not what would run.
    if (strings.back().find('\0') != std::string::npos) return TypeMismatch(value.Env(), what);
  }
  return true;
}

bool ToString(const Napi::Object& object, const char* name, std::string& text) {
  Napi::Value value = object.Get(name);
  if (value.IsUndefined()) return true;
  if (!value.IsString()) return TypeMismatch(object.Env(), name);
  text = value.As<Napi::String>().Utf8Value();
  return text.find('\0') == std::string::npos || TypeMismatch(object.Env(), name);
}

bool ToNumber(const Napi::Object& object, const char* name, uint64_t& number) {
  Napi::Value value = object.Get(name);
  if (!value.IsNumber()) return TypeMismatch(object.Env(), name);
  double real = value.As<Napi::Number>().DoubleValue();
  if (!(real >= 0) || real > 9007199254740991.0) return TypeMismatch(object.Env(), name);
  number = static_cast<uint64_t>(std::ceil(real));
  return true;
}

bool ToStdio(const Napi::Value& value, StdioChoice& choice) {
  if (value.IsNumber()) {
    choice = {StdioChoice::kInherit, value.As<Napi::Number>().Int32Value()};
    return choice.inherited >= 0 || TypeMismatch(value.Env(), "stdio");
  }
  if (!value.IsString()) return TypeMismatch(value.Env(), "stdio");
  std::string word = value.As<Napi::String>().Utf8Value();
  if (word == "capture")
    choice.kind = StdioChoice::kCapture;
  else if (word == "pipe")
    choice.kind = StdioChoice::kPipe;
  else if (word == "ignore")
    choice.kind = StdioChoice::kIgnore;
  else
    return TypeMismatch(value.Env(), "stdio");
  return true;
}

void SetNumber(Napi::Object& object, const char* name, double number) {
  object.Set(name, Napi::Number::New(object.Env(), number));
}

}  // namespace

bool ToPlan(const Napi::Value& value, LaunchPlan& plan) {
  std::vector<std::string> strings;
  if (!ToStrings(value, "directives", strings)) return false;
  std::vector<std::string_view> directives(strings.begin(), strings.end());
  Failure failure = DecodePlan(directives, plan);
  if (failure) ThrowFailure(value.Env(), failure);
  return !failure;
}

bool ToRequest(const Napi::Value& value, RunRequest& request) {
  if (!value.IsObject()) return TypeMismatch(value.Env(), "request");
  auto object = value.As<Napi::Object>();
  if (!ToStrings(object.Get("argv"), "argv", request.argv)) return false;
  if (request.argv.empty()) return TypeMismatch(value.Env(), "argv");
  if (!ToStrings(object.Get("env"), "env", request.env)) return false;
  if (!ToString(object, "cwd", request.cwd)) return false;
  if (!IsAbsolutePath(request.cwd)) return TypeMismatch(value.Env(), "cwd");
  if (!ToString(object, "searchPath", request.search_path)) return false;
  Napi::Value stdio = object.Get("stdio");
  if (!stdio.IsArray()) return TypeMismatch(value.Env(), "stdio");
  for (uint32_t stream = 0; stream < 3; ++stream) {
    if (!ToStdio(stdio.As<Napi::Array>()[stream], request.stdio[stream])) return false;
  }
  Napi::Value input = object.Get("input");
  if (input.IsTypedArray()) {
    auto bytes = input.As<Napi::Uint8Array>();
    request.input.assign(reinterpret_cast<const char*>(bytes.Data()), bytes.ByteLength());
  } else if (!input.IsUndefined()) {
    return TypeMismatch(value.Env(), "input");
  }
  request.announce = object.Get("announce").ToBoolean();
  return ToNumber(object, "timeoutMs", request.timeout_ms) &&
         ToNumber(object, "maxCapture", request.max_capture) &&
         ToNumber(object, "maxOutput", request.max_output) &&
         ToNumber(object, "memory", request.max_memory) &&
         ToNumber(object, "processes", request.max_processes) &&
         ToNumber(object, "cpuMs", request.max_cpu_ms);
}

Napi::Object FromFailure(Napi::Env env, const Failure& failure) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("stage", failure.stage);
  object.Set("syscall", failure.syscall);
  SetNumber(object, "errno", failure.os_error);
  object.Set("path", failure.path);
  return object;
}

void OutcomeNumbers(const Outcome& outcome, double (&numbers)[kOutcomeNumbers]) {
  double* next = &numbers[0];
  auto put = [&next](auto value) { *next++ = static_cast<double>(value); };
  put(outcome.reason);
  put(outcome.exit_code);
  put(outcome.signal);
  put(outcome.streams[0].dropped());
  put(outcome.streams[1].dropped());
  put(outcome.duration_us);
  put(outcome.user_us);
  put(outcome.system_us);
  put(outcome.max_rss_bytes);
  put(outcome.minor_faults);
  put(outcome.major_faults);
  put(outcome.voluntary_switches);
  put(outcome.involuntary_switches);
  put(outcome.blocks_in);
  put(outcome.blocks_out);
}

Napi::Value FromStream(Napi::Env env, OutputBuffer& buffer) {
  size_t size = buffer.size();
  if (size == 0) return env.Undefined();
  if (size <= kCopyLimit) return Napi::Buffer<char>::Copy(env, buffer.data(), size);
  char* bytes = buffer.Release();
  return Napi::Buffer<char>::NewOrCopy(env, bytes, size, [](Napi::Env, char* memory) { free(memory); });
}

Napi::Value RareOfOutcome(Napi::Env env, const Outcome& outcome) {
  if (!outcome.failure && !outcome.stale && outcome.changed.empty()) return env.Undefined();
  Napi::Object object = Napi::Object::New(env);
  if (outcome.failure) object.Set("failure", FromFailure(env, outcome.failure));
  if (outcome.stale) object.Set("stale", Napi::Boolean::New(env, true));
  if (!outcome.changed.empty()) {
    Napi::Array changed = Napi::Array::New(env, outcome.changed.size());
    for (uint32_t i = 0; i < outcome.changed.size(); ++i)
      changed.Set(i, outcome.changed[i]);
    object.Set("changed", changed);
  }
  return object;
}

Napi::Object FromFacts(Napi::Env env, const ProbeFacts& facts) {
  Napi::Object object = Napi::Object::New(env);
  for (const ProbeFact& fact : facts) {
    if (fact.kind == ProbeFact::kBoolean)
      object.Set(fact.name, Napi::Boolean::New(env, fact.number != 0));
    else if (fact.kind == ProbeFact::kNumber)
      SetNumber(object, fact.name, fact.number);
    else
      object.Set(fact.name, fact.text);
  }
  return object;
}

void ThrowFailure(Napi::Env env, const Failure& failure) {
  Napi::Error error =
      Napi::Error::New(env, "moated: " + failure.stage + ": " + failure.syscall + " " + failure.path);
  Napi::Object fields = FromFailure(env, failure);
  for (const char* name : {"stage", "syscall", "errno", "path"})
    error.Value().Set(name, fields.Get(name));
  error.ThrowAsJavaScriptException();
}

}  // namespace moated
