#include "napi_convert.h"

#include <cmath>
#include <cstdlib>
#include <string_view>
#include <utility>
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

bool ToCount(double number, uint64_t& count) {
  if (!(number >= 0) || number > 9007199254740991.0) return false;
  count = static_cast<uint64_t>(std::ceil(number));
  return true;
}

// The codes of src/native/start.ts; any other is a descriptor.
bool ToStdio(double number, StdioChoice& choice) {
  constexpr StdioChoice::Kind kKinds[] = {StdioChoice::kCapture, StdioChoice::kPipe, StdioChoice::kIgnore};
  if (!(number >= -3 && number <= INT32_MAX)) return false;
  int code = static_cast<int>(number);
  choice = code >= 0 ? StdioChoice{StdioChoice::kInherit, code} : StdioChoice{kKinds[-code - 1], -1};
  return true;
}

// Takes as many strings off the front, each ended by a NUL.
bool TakeStrings(std::string_view& text, uint64_t count, std::vector<std::string>& strings) {
  if (count > text.size()) return false;
  strings.reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    size_t end = text.find('\0');
    if (end == std::string_view::npos) return false;
    strings.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
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

bool ToRequest(const double* numbers, const Napi::Value& text, const Napi::Value& input,
               RunRequest& request) {
  uint64_t* const counts[] = {&request.timeout_ms, &request.max_capture,   &request.max_output,
                              &request.max_memory, &request.max_processes, &request.max_cpu_ms};
  const double* next = numbers;
  for (uint64_t* count : counts)
    if (!ToCount(*next++, *count)) return TypeMismatch(text.Env(), "numbers");
  for (StdioChoice& choice : request.stdio)
    if (!ToStdio(*next++, choice)) return TypeMismatch(text.Env(), "stdio");
  uint64_t arguments = 0;
  uint64_t variables = 0;
  if (!ToCount(*next++, arguments) || !ToCount(*next, variables) || arguments == 0 || !text.IsString()) {
    return TypeMismatch(text.Env(), "text");
  }
  std::string all = text.As<Napi::String>().Utf8Value();
  std::string_view rest = all;
  std::vector<std::string> places;
  // A string that has a NUL itself makes one too many: what was checked is not what would run.
  if (!TakeStrings(rest, 2, places) || !TakeStrings(rest, arguments, request.argv) ||
      !TakeStrings(rest, variables, request.env) || !rest.empty()) {
    return TypeMismatch(text.Env(), "text");
  }
  request.cwd = std::move(places[0]);
  request.search_path = std::move(places[1]);
  if (!IsAbsolutePath(request.cwd)) return TypeMismatch(text.Env(), "cwd");
  if (input.IsUndefined()) return true;
  if (!input.IsTypedArray()) return TypeMismatch(text.Env(), "input");
  auto bytes = input.As<Napi::Uint8Array>();
  request.input.assign(reinterpret_cast<const char*>(bytes.Data()), bytes.ByteLength());
  return true;
}

Napi::Object FromFailure(Napi::Env env, const Failure& failure) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("stage", failure.stage);
  object.Set("syscall", failure.syscall);
  SetNumber(object, "errno", failure.os_error);
  object.Set("path", failure.path);
  return object;
}

void FromOutcome(const Outcome& outcome, double* numbers) {
  auto put = [&numbers](auto value) { *numbers++ = static_cast<double>(value); };
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
  if (!outcome.failure && !outcome.stale && outcome.changed.empty() && outcome.log_tag.empty())
    return env.Undefined();
  Napi::Object object = Napi::Object::New(env);
  if (outcome.failure) object.Set("failure", FromFailure(env, outcome.failure));
  if (outcome.stale) object.Set("stale", Napi::Boolean::New(env, true));
  if (!outcome.changed.empty()) {
    Napi::Array changed = Napi::Array::New(env, outcome.changed.size());
    for (uint32_t i = 0; i < outcome.changed.size(); ++i)
      changed.Set(i, outcome.changed[i]);
    object.Set("changed", changed);
  }
  if (!outcome.log_tag.empty()) object.Set("logTag", outcome.log_tag);
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
