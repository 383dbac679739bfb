// The addon: what src/native/binding.ts declares. It converts, queues and calls back; everything slow happens
// on spawner threads.
#include <napi.h>

#include <algorithm>
#include <atomic>
#include <iterator>
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
class RunHandle;
std::atomic<int> open_instances{0};

// A run with the functions that its host wants to be called. They are touched on the host's thread only.
class HostedRun : public Run {
 public:
  HostedRun(Ref<SharedPolicy> policy, RunRequest request, RunObserver& observer)
      : Run(std::move(policy), std::move(request), observer) {}
  Napi::FunctionReference done;
  Napi::FunctionReference started;
  RunHandle* handle = nullptr;  // null when the host has let go of it
  Spawner* spawner = nullptr;
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
  void SetReferenced(HostedRun& run, bool referenced);
  void Deliver(Napi::Env env, Event& event);
  void Close();

  Napi::FunctionReference run_class;
  Napi::Reference<Napi::Float64Array> numbers;

 private:
  void Post(Event::Kind kind, Run& run);
  void Keep(int change);

  napi_env env_;
  napi_threadsafe_function calls_ = nullptr;
  Mutex mutex_;
  bool closed_ = false;  // written under the mutex, by the host's thread
  int referenced_ = 0;
  std::vector<Ref<HostedRun>> live_;
};

// The handle that the host holds.
class RunHandle : public Napi::ObjectWrap<RunHandle> {
 public:
  explicit RunHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<RunHandle>(info) {
    if (info.Length() == 1 && info[0].IsExternal()) {
      run_ = moated::Ref<HostedRun>(info[0].As<Napi::External<HostedRun>>().Data());
      run_->handle = this;
    }
  }
  RunHandle(const RunHandle&) = delete;
  RunHandle& operator=(const RunHandle&) = delete;
  ~RunHandle() override { Forget(); }
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(
        env, "NativeRun",
        {InstanceMethod<&RunHandle::Kill>("kill"), InstanceMethod<&RunHandle::Signal>("signal"),
         InstanceMethod<&RunHandle::Reference>("ref"), InstanceMethod<&RunHandle::Unreference>("unref")});
  }
  // The run is over. Its memory does not wait for the collector, which knows nothing of its size.
  void Forget() {
    if (run_) run_->handle = nullptr;
    run_ = moated::Ref<HostedRun>();
  }

 private:
  Napi::Value Kill(const Napi::CallbackInfo& info) {
    if (Active()) run_->spawner->End(moated::Ref<Run>(run_.get()), EndReason::kCanceled);
    return info.Env().Undefined();
  }
  Napi::Value Signal(const Napi::CallbackInfo& info) {
    bool sent = Active() && info.Length() > 0 && info[0].IsNumber();
    if (sent) run_->spawner->Signal(moated::Ref<Run>(run_.get()), info[0].As<Napi::Number>().Int32Value());
    return Napi::Boolean::New(info.Env(), sent);
  }
  Napi::Value Reference(const Napi::CallbackInfo& info) { return SetReferenced(info, true); }
  Napi::Value Unreference(const Napi::CallbackInfo& info) { return SetReferenced(info, false); }
  Napi::Value SetReferenced(const Napi::CallbackInfo& info, bool referenced) {
    if (Active()) static_cast<Instance&>(run_->observer()).SetReferenced(*run_, referenced);
    return info.Env().Undefined();
  }
  [[nodiscard]] bool Active() const { return run_ && run_->spawner != nullptr; }

  moated::Ref<HostedRun> run_;
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

void Instance::SetReferenced(HostedRun& run, bool referenced) {
  if (run.referenced == referenced) return;
  run.referenced = referenced;
  Keep(referenced ? 1 : -1);
}

Napi::Value Instance::Start(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (info.Length() < 3 || !info[0].IsExternal() || !info[1].IsObject() || !info[2].IsFunction()) {
    Napi::TypeError::New(env, "moated: start(policy, request, done)").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  Engine& engine = Engine::Get();
  if (engine.failure()) {
    ThrowFailure(env, engine.failure());
    return env.Undefined();
  }
  RunRequest request;
  if (!ToRequest(info[1], request)) return env.Undefined();
  Ref<SharedPolicy> policy(info[0].As<Napi::External<SharedPolicy>>().Data());
  Ref<HostedRun> run(new HostedRun(std::move(policy), std::move(request), *this));
  if (Failure failure = run->OpenHostPipes()) {
    ThrowFailure(env, failure);
    return env.Undefined();
  }
  run->done = Napi::Persistent(info[2].As<Napi::Function>());
  Napi::Value started = info[1].As<Napi::Object>().Get("started");
  if (started.IsFunction()) run->started = Napi::Persistent(started.As<Napi::Function>());

  Napi::Object handle = run_class.New({Napi::External<HostedRun>::New(env, run.get())});
  if (run->HasHostEnds()) {
    Napi::Array fds = Napi::Array::New(env, 3);
    for (uint32_t stream = 0; stream < 3; ++stream)
      fds.Set(stream, Napi::Number::New(env, run->TakeHostEnd(static_cast<int>(stream))));
    handle.Set("fds", fds);
  }
  if (closed_) {
    ThrowFailure(env, {"engine", "start", kCanceledError, ""});
    return env.Undefined();
  }
  run->spawner = &engine.Choose();
  live_.push_back(run);
  Keep(1);
  run->spawner->Submit(Ref<Run>(run.get()));
  return handle;
}

void Instance::Deliver(Napi::Env env, Event& event) {
  Napi::HandleScope scope(env);
  HostedRun& run = *event.run;
  if (event.kind == Event::kStarted) {
    if (!run.started.IsEmpty())
      run.started.Value().MakeCallback(env.Global(), {Napi::Number::New(env, run.pid())});
    return;
  }
  if (run.handle != nullptr) run.handle->Forget();
  SetReferenced(run, false);
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
  double values[kOutcomeNumbers];
  OutcomeNumbers(outcome, values);
  std::copy(std::begin(values), std::end(values), numbers.Value().Data());
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

void Instance::Open(Napi::Env env, Napi::Object exports) {
  auto* instance = new Instance(env);  // never deleted: runs that are ending still report to it, in vain
  Napi::Function run_class = RunHandle::Define(env);
  instance->run_class = Napi::Persistent(run_class);
  Napi::Float64Array numbers = Napi::Float64Array::New(env, kOutcomeNumbers);
  instance->numbers = Napi::Persistent(numbers);
  exports.Set("numbers", numbers);
  exports.Set("version", Napi::String::New(env, MOATED_VERSION));
  exports.Set("probe", Napi::Function::New(env, Probe, "probe"));
  exports.Set("probeCgroup", Napi::Function::New(env, TryCgroup, "probeCgroup"));
  exports.Set("uuid", Napi::Function::New(env, Uuid, "uuid"));
  exports.Set("policy", Napi::Function::New(env, NewPolicy, "policy"));
  exports.Set("discard", Napi::Function::New(env, DiscardPolicy, "discard"));
  exports.Set("start", Napi::Function::New(
                           env, [instance](const Napi::CallbackInfo& info) { return instance->Start(info); },
                           "start"));
}

Napi::Object Initialize(Napi::Env env, Napi::Object exports) {
  Instance::Open(env, exports);
  return exports;
}

}  // namespace
}  // namespace moated

using moated::Initialize;
NODE_API_MODULE(moated, Initialize)
