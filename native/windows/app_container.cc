#include "windows/app_container.h"

#include <sddl.h>

#include "windows/text.h"

namespace moated {
namespace {

struct Functions {
  HRESULT(WINAPI* create)(PCWSTR, PCWSTR, PCWSTR, void*, DWORD, PSID*) = nullptr;
  HRESULT(WINAPI* remove)(PCWSTR) = nullptr;
  HRESULT(WINAPI* derive)(PCWSTR, PSID*) = nullptr;

  [[nodiscard]] bool complete() const { return create != nullptr && remove != nullptr && derive != nullptr; }
};

template <typename T>
void Find(HMODULE library, const char* name, T& function) {
  function = reinterpret_cast<T>(reinterpret_cast<void*>(GetProcAddress(library, name)));
}

Functions Load() {
  Functions functions;
  if (IsWine()) return functions;
  // Never unloaded: Windows loads it into most processes anyway.
  HMODULE library = LoadLibraryExW(L"userenv.dll", nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
  if (library == nullptr) return functions;
  Find(library, "CreateAppContainerProfile", functions.create);
  Find(library, "DeleteAppContainerProfile", functions.remove);
  Find(library, "DeriveAppContainerSidFromAppContainerName", functions.derive);
  return functions;
}

Failure FailureOf(const char* call, HRESULT result, const std::string& name) {
  bool win32 = HRESULT_FACILITY(result) == FACILITY_WIN32;
  return {"container", call, win32 ? HRESULT_CODE(result) : static_cast<int>(result), name};
}

std::string TextOf(PSID sid) {
  LPWSTR text = nullptr;
  if (sid == nullptr || ConvertSidToStringSidW(sid, &text) == 0) return {};
  std::string utf8 = ToUtf8(text);
  LocalFree(text);
  return utf8;
}

}  // namespace

bool IsWine() {
  HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
  return ntdll != nullptr && GetProcAddress(ntdll, "wine_get_version") != nullptr;
}

bool AppContainersWork() {
  Functions functions = Load();
  PSID sid = nullptr;
  if (!functions.complete() || FAILED(functions.derive(L"moated.probe", &sid))) return false;
  FreeSid(sid);
  return true;
}

Failure AppContainer::Create(const std::string& name) {
  Functions functions = Load();
  if (!functions.complete()) return {"container", "GetProcAddress", ERROR_NOT_SUPPORTED, "userenv.dll"};
  WideText wide(name);
  // No capabilities here: what a run gets is named when its process is made.
  HRESULT result = functions.create(wide.get(), wide.get(), L"A run of moated", nullptr, 0, &sid_);
  if (FAILED(result)) {
    sid_ = nullptr;
    return FailureOf("CreateAppContainerProfile", result, name);
  }
  return {};
}

std::string AppContainer::SidText() const {
  return TextOf(sid_);
}

void AppContainer::Forget() {
  if (sid_ != nullptr) FreeSid(sid_);
  sid_ = nullptr;
}

void DeleteAppContainer(const std::string& name) {
  Functions functions = Load();
  // What is left of a profile that cannot be deleted is an empty folder; there is nobody to tell.
  if (functions.complete()) functions.remove(WideText(name).get());
}

Failure AppContainerSidText(const std::string& name, std::string& text) {
  Functions functions = Load();
  if (!functions.complete()) return {"container", "GetProcAddress", ERROR_NOT_SUPPORTED, "userenv.dll"};
  PSID sid = nullptr;
  HRESULT result = functions.derive(WideText(name).get(), &sid);
  if (FAILED(result)) return FailureOf("DeriveAppContainerSidFromAppContainerName", result, name);
  text = TextOf(sid);
  FreeSid(sid);
  return {};
}

}  // namespace moated
