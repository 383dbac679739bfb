#include "windows/process.h"

#include <algorithm>
#include <iterator>

#ifndef PROC_THREAD_ATTRIBUTE_SECURITY_CAPABILITIES
#define PROC_THREAD_ATTRIBUTE_SECURITY_CAPABILITIES 0x00020009
#endif
#ifndef PROC_THREAD_ATTRIBUTE_JOB_LIST
#define PROC_THREAD_ATTRIBUTE_JOB_LIST 0x0002000D
#endif
#ifndef PROC_THREAD_ATTRIBUTE_CHILD_PROCESS_POLICY
#define PROC_THREAD_ATTRIBUTE_CHILD_PROCESS_POLICY 0x0002000E
#endif

namespace moated {
namespace {

constexpr DWORD kMostAttributes = 5;
// Of winbase.h; older headers lack some of them.
constexpr DWORD64 kNoExtensionPoints = DWORD64{1} << 32;
constexpr DWORD64 kNoRemoteImages = DWORD64{1} << 52;
constexpr DWORD64 kNoLowImages = DWORD64{1} << 56;
constexpr DWORD kNoChildren = 1;

class AttributeList {
 public:
  AttributeList() = default;
  AttributeList(const AttributeList&) = delete;
  AttributeList& operator=(const AttributeList&) = delete;
  ~AttributeList() {
    if (list_ != nullptr) DeleteProcThreadAttributeList(list_);
  }

  Failure Open() {
    SIZE_T size = 0;
    InitializeProcThreadAttributeList(nullptr, kMostAttributes, 0, &size);
    bytes_.resize(size);
    auto* list = reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(bytes_.data());
    if (InitializeProcThreadAttributeList(list, kMostAttributes, 0, &size) == 0) {
      return LastFailure("attributes", "InitializeProcThreadAttributeList");
    }
    list_ = list;
    return {};
  }
  // The value must live as long as the list.
  Failure Set(DWORD_PTR attribute, const char* name, void* value, SIZE_T size) {
    if (UpdateProcThreadAttribute(list_, 0, attribute, value, size, nullptr, nullptr) == 0) {
      return LastFailure("attributes", "UpdateProcThreadAttribute", name);
    }
    return {};
  }
  [[nodiscard]] LPPROC_THREAD_ATTRIBUTE_LIST get() const { return list_; }

 private:
  std::vector<char> bytes_;
  LPPROC_THREAD_ATTRIBUTE_LIST list_ = nullptr;
};

// S-1-15-3-N: internetClient, internetClientServer, privateNetworkClientServer.
struct Capability {
  union {
    SID sid;
    char bytes[16];
  };
  explicit Capability(DWORD number) : bytes{} {
    SID_IDENTIFIER_AUTHORITY authority = {{0, 0, 0, 0, 0, 15}};
    InitializeSid(&sid, &authority, 2);
    *GetSidSubAuthority(&sid, 0) = 3;
    *GetSidSubAuthority(&sid, 1) = number;
  }
};

// Handles are inheritable only while the process is made, so that a child that the host makes meanwhile
// without a list of handles is the only one that could get them too.
class Inheritable {
 public:
  explicit Inheritable(const std::vector<HANDLE>& handles) : handles_(handles) { Set(HANDLE_FLAG_INHERIT); }
  Inheritable(const Inheritable&) = delete;
  Inheritable& operator=(const Inheritable&) = delete;
  ~Inheritable() { Set(0); }

 private:
  void Set(DWORD flag) const {
    for (HANDLE handle : handles_)
      SetHandleInformation(handle, HANDLE_FLAG_INHERIT, flag);
  }
  const std::vector<HANDLE>& handles_;
};

DWORD64 MitigationsOf(const LaunchPlan& plan) {
  return (plan.no_extension_points ? kNoExtensionPoints : 0) | (plan.no_remote_images ? kNoRemoteImages : 0) |
         (plan.no_low_images ? kNoLowImages : 0);
}

Failure EnsureInJob(HANDLE process, HANDLE job) {
  BOOL inside = FALSE;
  if (IsProcessInJob(process, job, &inside) != 0 && inside != 0) return {};
  if (AssignProcessToJobObject(job, process) == 0) return LastFailure("job", "AssignProcessToJobObject");
  return {};
}

}  // namespace

Failure StartSuspended(const LaunchPlan& plan, ProcessRequest& request, Process& process) {
  AttributeList attributes;
  if (Failure failure = attributes.Open()) return failure;

  std::vector<HANDLE> handles(std::begin(request.streams), std::end(request.streams));
  std::sort(handles.begin(), handles.end());
  handles.erase(std::unique(handles.begin(), handles.end()), handles.end());  // one twice is refused
  if (Failure failure = attributes.Set(PROC_THREAD_ATTRIBUTE_HANDLE_LIST, "handles", handles.data(),
                                       handles.size() * sizeof(HANDLE))) {
    return failure;
  }
  if (Failure failure =
          attributes.Set(PROC_THREAD_ATTRIBUTE_JOB_LIST, "job", &request.job, sizeof request.job)) {
    return failure;
  }
  DWORD64 mitigations = MitigationsOf(plan);
  if (mitigations != 0) {
    if (Failure failure = attributes.Set(PROC_THREAD_ATTRIBUTE_MITIGATION_POLICY, "mitigations", &mitigations,
                                         sizeof mitigations)) {
      return failure;
    }
  }
  DWORD children = kNoChildren;
  if (plan.no_children) {
    if (Failure failure = attributes.Set(PROC_THREAD_ATTRIBUTE_CHILD_PROCESS_POLICY, "children", &children,
                                         sizeof children)) {
      return failure;
    }
  }
  Capability network[] = {Capability(1), Capability(2), Capability(3)};
  SID_AND_ATTRIBUTES granted[3] = {};
  for (size_t i = 0; i < std::size(network); ++i)
    granted[i] = {&network[i].sid, SE_GROUP_ENABLED};
  SECURITY_CAPABILITIES capabilities{};
  if (request.container != nullptr) {
    capabilities.AppContainerSid = request.container;
    if (plan.container == Container::kNetwork) {
      capabilities.Capabilities = &granted[0];
      capabilities.CapabilityCount = std::size(network);
    }
    if (Failure failure = attributes.Set(PROC_THREAD_ATTRIBUTE_SECURITY_CAPABILITIES, "container",
                                         &capabilities, sizeof capabilities)) {
      return failure;
    }
  }

  STARTUPINFOEXW startup{};
  startup.StartupInfo.cb = sizeof startup;
  startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
  startup.StartupInfo.hStdInput = request.streams[0];
  startup.StartupInfo.hStdOutput = request.streams[1];
  startup.StartupInfo.hStdError = request.streams[2];
  startup.lpAttributeList = attributes.get();
  DWORD flags = CREATE_SUSPENDED | CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT;
  // A console of its own, without a window: whoever shares the host's could write what the user types next.
  if (plan.own_console) flags |= CREATE_NO_WINDOW;

  PROCESS_INFORMATION info{};
  Inheritable inheritable(handles);
  BOOL made =
      request.token == nullptr
          ? CreateProcessW(request.program.get(), request.command_line.data(), nullptr, nullptr, TRUE, flags,
                           request.environment.data(), request.cwd.get(), &startup.StartupInfo, &info)
          : CreateProcessAsUserW(request.token, request.program.get(), request.command_line.data(), nullptr,
                                 nullptr, TRUE, flags, request.environment.data(), request.cwd.get(),
                                 &startup.StartupInfo, &info);
  if (made == 0) {
    return LastFailure("exec", request.token == nullptr ? "CreateProcessW" : "CreateProcessAsUserW",
                       ToUtf8(request.program.get()));
  }
  process.handle.Reset(info.hProcess);
  process.thread.Reset(info.hThread);
  process.pid = info.dwProcessId;
  // It was made in the job, where the system knows that attribute. What is not in its job never runs.
  Failure failure = EnsureInJob(process.handle.get(), request.job);
  if (failure) TerminateProcess(process.handle.get(), 1);
  return failure;
}

Failure Resume(Process& process) {
  if (ResumeThread(process.thread.get()) == static_cast<DWORD>(-1)) {
    Failure failure = LastFailure("exec", "ResumeThread");
    TerminateProcess(process.handle.get(), 1);
    return failure;
  }
  process.thread.Reset();
  return {};
}

}  // namespace moated
