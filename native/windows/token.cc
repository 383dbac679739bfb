#include "windows/token.h"

#include <sddl.h>

#include <vector>

#include "windows/text.h"

namespace moated {
namespace {

Failure OpenOwnToken(UniqueHandle& token) {
  DWORD access = TOKEN_DUPLICATE | TOKEN_ASSIGN_PRIMARY | TOKEN_QUERY | TOKEN_ADJUST_DEFAULT;
  if (OpenProcessToken(GetCurrentProcess(), access, token.Receive()) == 0) {
    return LastFailure("token", "OpenProcessToken");
  }
  return {};
}

// S-1-16-4096: below everything of the user's, which by default may not be written from below.
Failure LowerIntegrity(HANDLE token) {
  SID_IDENTIFIER_AUTHORITY authority = SECURITY_MANDATORY_LABEL_AUTHORITY;
  SID sid{};
  InitializeSid(&sid, &authority, 1);
  *GetSidSubAuthority(&sid, 0) = SECURITY_MANDATORY_LOW_RID;
  TOKEN_MANDATORY_LABEL label{};
  label.Label.Attributes = SE_GROUP_INTEGRITY;
  label.Label.Sid = &sid;
  if (SetTokenInformation(token, TokenIntegrityLevel, &label, sizeof label) == 0) {
    return LastFailure("token", "SetTokenInformation");
  }
  return {};
}

DWORD CountPrivileges(HANDLE token) {
  DWORD size = 0;
  GetTokenInformation(token, TokenPrivileges, nullptr, 0, &size);
  std::vector<char> bytes(size);
  if (size == 0 || GetTokenInformation(token, TokenPrivileges, bytes.data(), size, &size) == 0)
    return MAXDWORD;
  return reinterpret_cast<const TOKEN_PRIVILEGES*>(bytes.data())->PrivilegeCount;
}

}  // namespace

Failure MakeRestrictedToken(const LaunchPlan& plan, UniqueHandle& token) {
  UniqueHandle own;
  if (Failure failure = OpenOwnToken(own)) return failure;
  // LUA_TOKEN makes administrative groups count for refusals only, as for a user who is not elevated.
  if (CreateRestrictedToken(own.get(), DISABLE_MAX_PRIVILEGE | LUA_TOKEN, 0, nullptr, 0, nullptr, 0, nullptr,
                            token.Receive()) == 0) {
    return LastFailure("token", "CreateRestrictedToken");
  }
  return plan.low_integrity ? LowerIntegrity(token.get()) : Failure{};
}

bool RestrictedTokensWork() {
  UniqueHandle token;
  if (MakeRestrictedToken({}, token)) return false;
  // All but SeChangeNotifyPrivilege go.
  return CountPrivileges(token.get()) <= 1;
}

Failure UserSidText(std::string& text) {
  UniqueHandle own;
  if (Failure failure = OpenOwnToken(own)) return failure;
  DWORD size = 0;
  GetTokenInformation(own.get(), TokenUser, nullptr, 0, &size);
  std::vector<char> bytes(size);
  if (size == 0 || GetTokenInformation(own.get(), TokenUser, bytes.data(), size, &size) == 0) {
    return LastFailure("token", "GetTokenInformation");
  }
  LPWSTR wide = nullptr;
  if (ConvertSidToStringSidW(reinterpret_cast<const TOKEN_USER*>(bytes.data())->User.Sid, &wide) == 0) {
    return LastFailure("token", "ConvertSidToStringSidW");
  }
  text = ToUtf8(wide);
  LocalFree(wide);
  return {};
}

bool IsElevated() {
  UniqueHandle own;
  if (OpenOwnToken(own)) return true;  // assume the worse
  TOKEN_ELEVATION elevation{};
  DWORD size = 0;
  if (GetTokenInformation(own.get(), TokenElevation, &elevation, sizeof elevation, &size) == 0) return true;
  return elevation.TokenIsElevated != 0;
}

}  // namespace moated
