// The addon: what src/native/binding.ts declares. It converts, queues and calls back; everything slow happens
// on spawner threads.
#include <napi.h>

#include <atomic>
#include <string>
#include <vector>

#include "backend.h"
#include "engine/uuid.h"
#include "mutex_lock.h"
#include "napi_convert.h"
#include "system_words.h"

namespace moated {
namespace {

class Instance;
std::atomic<int> open_instances{0};

// A run with the functions that its host wants to be called. They are touched on the host's thread only.
class HostedRun : public Run {
 public:
  HostedRun(Ref<SharedPolicy> policy, RunRequest request, RunObserver& observer)
      : Run(std::move(policy), std::move(request), observer) {}
  Napi::FunctionReference done;
  Napi::FunctionReference started;
  Spawner* spawner = nullptr;
  double token = 0;  // what the host knows it by
  bool referenced = true;  // it keeps the event loop alive
};

struct Event {
  enum Kind { kStarted, kEnded } kind;
  Ref<HostedRun> run;
};

// One per environment (the main thread, each worker).
class Instance : public RunObserver {
 public:
  explicit Instance(Napi::Env env);
  static void Open(Napi::Env env, Napi::Object exports);

  void OnStarted(Run& run) override { Post(Event::kStarted, run); }
  void OnEnded(Run& run) override { Post(Event::kEnded, run); }

  Napi::Value Start(const Napi::CallbackInfo& info);
  Napi::Value Kill(const Napi::CallbackInfo& info);
  Napi::Value Signal(const Napi::CallbackInfo& info);
  Napi::Value SetReferenced(const Napi::CallbackInfo& info);
  void Deliver(Napi::Env env, Event& event);
  void Close();

 private:
  template <Napi::Value (Instance::*method)(const Napi::CallbackInfo&)>
  void Export(Napi::Env env, Napi::Object exports, const char* name);
  // The run of a token, the first argument; null when it is over.
  HostedRun* Find(const Napi::CallbackInfo& info);
  void Refer(HostedRun& run, bool referenced);
  void Post(Event::Kind kind, Run& run);
  void Keep(int change);

  napi_env env_;
  napi_threadsafe_function calls_ = nullptr;
  Mutex mutex_;
  bool closed_ = false;  // written under the mutex, by the host's thread
  int referenced_ = 0;
  double last_token_ = 0;
  std::vector<Ref<HostedRun>> live_;
  Napi::Reference<Napi::Float64Array> numbers_;
};

void CallHost(napi_env env, napi_value /*callback*/, void* context, void* data) {
  auto* event = static_cast<Event*>(data);
  if (env != nullptr) static_cast<Instance*>(context)->Deliver(env, *event);
  delete event;
}

Instance::Instance(Napi::Env env) : env_(env) {
  open_instances.fetch_add(1);
  napi_value name = Napi::String::New(env, "moated");
  napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, this, CallHost,
                                  &calls_);
  napi_unref_threadsafe_function(env, calls_);
  // Registered after the function, so that it runs before the function goes away.
  napi_add_env_cleanup_hook(
      env, [](void* self) { static_cast<Instance*>(self)->Close(); }, this);
}

// A worker that ends, or the process, takes its runs along.
void Instance::Close() {
  {
    MutexLock lock(mutex_);
    closed_ = true;
  }
  for (Ref<HostedRun>& run : live_) {
    run->spawner->End(Ref<Run>(run.get()), EndReason::kCanceled);
    run->done.Reset();
    run->started.Reset();
  }
  live_.clear();
  // The directory is the process's: workers come and go.
  if (open_instances.fetch_sub(1) == 1) Engine::Get().RemoveParents();
}

// On a spawner thread. The lock is held during the call, since Node frees the function with the environment
// whoever still uses it; Close waits for it, nobody else does.
void Instance::Post(Event::Kind kind, Run& run) {
  MutexLock lock(mutex_);
  if (closed_) return;
  auto* event = new Event{kind, Ref<HostedRun>(static_cast<HostedRun*>(&run))};
  if (napi_call_threadsafe_function(calls_, event, napi_tsfn_nonblocking) != napi_ok) delete event;
}

void Instance::Keep(int change) {
  bool was = referenced_ > 0;
  referenced_ += change;
  bool is = referenced_ > 0;
  if (is && !was) napi_ref_threadsafe_function(env_, calls_);
  if (was && !is) napi_unref_threadsafe_function(env_, calls_);
}

void Instance::Refer(HostedRun& run, bool referenced) {
  if (run.referenced == referenced) return;
  run.referenced = referenced;
  Keep(referenced ? 1 : -1);
}

HostedRun* Instance::Find(const Napi::CallbackInfo& info) {
  double token = info.Length() > 0 && info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : 0;
  for (Ref<HostedRun>& run : live_)
    if (run->token == token) return run.get();
  return nullptr;
}

Napi::Value Instance::Kill(const Napi::CallbackInfo& info) {
  HostedRun* run = Find(info);
  if (run != nullptr) run->spawner->End(Ref<Run>(run), EndReason::kCanceled);
  return info.Env().Undefined();
}

Napi::Value Instance::Signal(const Napi::CallbackInfo& info) {
  HostedRun* run = Find(info);
  bool sent = run != nullptr && info.Length() > 1 && info[1].IsNumber();
  if (sent) run->spawner->Signal(Ref<Run>(run), info[1].As<Napi::Number>().Int32Value());
  return Napi::Boolean::New(info.Env(), sent);
}

Napi::Value Instance::SetReferenced(const Napi::CallbackInfo& info) {
  HostedRun* run = Find(info);
  if (run != nullptr && info.Length() > 1) Refer(*run, info[1].ToBoolean());
  return info.Env().Undefined();
}

Napi::Value Instance::Start(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (info.Length() < 5 || !info[0].IsExternal() || !info[4].IsFunction()) {
    Napi::TypeError::New(env, "moated: start(policy, text, input, started, done)")
        .ThrowAsJavaScriptException();
    return env.Undefined();
  }
  Engine& engine = Engine::Get();
  if (engine.failure()) {
    ThrowFailure(env, engine.failure());
    return env.Undefined();
  }
  double* numbers = numbers_.Value().Data();
  RunRequest request;
  if (!ToRequest(numbers, info[1], info[2], request)) return env.Undefined();
  request.announce = info[3].IsFunction();
  Ref<SharedPolicy> policy(info[0].As<Napi::External<SharedPolicy>>().Data());
  Ref<HostedRun> run(new HostedRun(std::move(policy), std::move(request), *this));
  if (Failure failure = run->OpenHostPipes()) {
    ThrowFailure(env, failure);
    return env.Undefined();
  }
  if (closed_) {
    ThrowFailure(env, {"engine", "start", kCanceledError, ""});
    return env.Undefined();
  }
  for (int stream = 0; stream < 3; ++stream)
    numbers[stream] = run->TakeHostEnd(stream);
  run->done = Napi::Persistent(info[4].As<Napi::Function>());
  if (info[3].IsFunction()) run->started = Napi::Persistent(info[3].As<Napi::Function>());
  run->token = ++last_token_;
  run->spawner = &engine.Choose();
  live_.push_back(run);
  Keep(1);
  run->spawner->Submit(Ref<Run>(run.get()));
  return Napi::Number::New(env, run->token);
}

void Instance::Deliver(Napi::Env env, Event& event) {
  Napi::HandleScope scope(env);
  HostedRun& run = *event.run;
  if (event.kind == Event::kStarted) {
    if (!run.started.IsEmpty())
      run.started.Value().MakeCallback(env.Global(), {Napi::Number::New(env, run.pid())});
    return;
  }
  Refer(run, false);
  for (size_t i = 0; i < live_.size(); ++i) {
    if (live_[i].get() != &run) continue;
    std::swap(live_[i], live_.back());
    live_.pop_back();
    break;
  }
  Napi::Function done = run.done.Value();
  run.done.Reset();
  run.started.Reset();
  Outcome& outcome = run.outcome();
  FromOutcome(outcome, numbers_.Value().Data());
  done.MakeCallback(env.Global(), {FromStream(env, outcome.streams[0]), FromStream(env, outcome.streams[1]),
                                   RareOfOutcome(env, outcome)});
}

Napi::Value NewPolicy(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  LaunchPlan plan;
  if (!ToPlan(info[0], plan)) return env.Undefined();
  SharedPolicy* pointer = MakePolicy(std::move(plan)).Release();
  return Napi::External<SharedPolicy>::New(env, pointer,
                                           [](Napi::Env, SharedPolicy* owned) { owned->DropRef(); });
}

// Aside, since what a run has left may take its time to go.
class Discarding : public Napi::AsyncWorker {
 public:
  Discarding(Napi::Env env, moated::Ref<SharedPolicy> policy)
      : Napi::AsyncWorker(env, "moated"), deferred_(env), policy_(std::move(policy)) {}
  [[nodiscard]] Napi::Promise Promise() const { return deferred_.Promise(); }
  void Execute() override { policy_->Discard(); }
  void OnOK() override { deferred_.Resolve(Env().Undefined()); }
  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

 private:
  Napi::Promise::Deferred deferred_;
  moated::Ref<SharedPolicy> policy_;
};

Napi::Value DiscardPolicy(const Napi::CallbackInfo& info) {
  if (info.Length() == 0 || !info[0].IsExternal()) {
    Napi::TypeError::New(info.Env(), "moated: discard(policy)").ThrowAsJavaScriptException();
    return info.Env().Undefined();
  }
  Ref<SharedPolicy> policy(info[0].As<Napi::External<SharedPolicy>>().Data());
  auto* discarding = new Discarding(info.Env(), std::move(policy));  // deletes itself
  Napi::Promise promise = discarding->Promise();
  discarding->Queue();
  return promise;
}

Napi::Value Probe(const Napi::CallbackInfo& info) {
  ProbeFacts facts;
  if (Failure failure = ProbeMachine(facts)) {
    ThrowFailure(info.Env(), failure);
    return info.Env().Undefined();
  }
  return FromFacts(info.Env(), facts);
}

Napi::Value Uuid(const Napi::CallbackInfo& info) {
  std::string uuid;
  if (Failure failure = RandomUuid(uuid)) ThrowFailure(info.Env(), failure);
  return Napi::String::New(info.Env(), uuid);
}

Napi::Value TryCgroup(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), ProbeCgroup());
}

template <Napi::Value (Instance::*method)(const Napi::CallbackInfo&)>
void Instance::Export(Napi::Env env, Napi::Object exports, const char* name) {
  auto call = [this](const Napi::CallbackInfo& info) { return (this->*method)(info); };
  exports.Set(name, Napi::Function::New(env, call, name));
}

void Instance::Open(Napi::Env env, Napi::Object exports) {
  auto* instance = new Instance(env);  // never deleted: runs that are ending still report to it, in vain
  Napi::Float64Array numbers = Napi::Float64Array::New(env, kNumbers);
  instance->numbers_ = Napi::Persistent(numbers);
  exports.Set("numbers", numbers);
  exports.Set("version", Napi::String::New(env, MOATED_VERSION));
  exports.Set("probe", Napi::Function::New(env, Probe, "probe"));
  exports.Set("probeCgroup", Napi::Function::New(env, TryCgroup, "probeCgroup"));
  exports.Set("uuid", Napi::Function::New(env, Uuid, "uuid"));
  exports.Set("policy", Napi::Function::New(env, NewPolicy, "policy"));
  exports.Set("discard", Napi::Function::New(env, DiscardPolicy, "discard"));
  instance->Export<&Instance::Start>(env, exports, "start");
  instance->Export<&Instance::Kill>(env, exports, "kill");
  instance->Export<&Instance::Signal>(env, exports, "signal");
  instance->Export<&Instance::SetReferenced>(env, exports, "setReferenced");
}

Napi::Object Initialize(Napi::Env env, Napi::Object exports) {
  Instance::Open(env, exports);
  return exports;
}

}  // namespace
}  // namespace moated

using moated::Initialize;
NODE_API_MODULE(moated, Initialize)
