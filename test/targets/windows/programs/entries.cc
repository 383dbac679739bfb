// The addon's own editing of access lists (native/windows/access_list.cc), on an event: Wine keeps the list
// of such an object, and none of a file.
//
// entries LIST IDENTITY [refuse|permit|remove]...: prints the list after each step, both as the system writes
// them.
#include "windows/access_list.h"

#include <sddl.h>
#include <stdio.h>
#include <string.h>

namespace {

constexpr moated::AccessEntry kRefusal[] = {{true, 0, 0x2}};
constexpr moated::AccessEntry kPermission[] = {{false, 0, 0x1}, {false, OBJECT_INHERIT_ACE, 0x100000}};

int Print(HANDLE object) {
  alignas(8) char descriptor[4096];
  DWORD size = 0;
  LPSTR text = nullptr;
  if (!GetKernelObjectSecurity(object, DACL_SECURITY_INFORMATION, descriptor, sizeof descriptor, &size) ||
      !ConvertSecurityDescriptorToStringSecurityDescriptorA(descriptor, SDDL_REVISION_1,
                                                            DACL_SECURITY_INFORMATION, &text, nullptr)) {
    return 91;
  }
  printf("%s\n", text);
  return 0;
}

moated::Failure Step(HANDLE object, PSID sid, const char* step) {
  moated::AccessList list;
  if (moated::Failure failure = list.Read(object)) return failure;
  if (strcmp(step, "remove") == 0) return list.WriteWithout(object, sid);
  if (strcmp(step, "permit") == 0) return list.WriteWith(object, sid, kPermission);
  return list.WriteWith(object, sid, kRefusal);
}

}  // namespace

int main(int argc, char** argv) {
  SECURITY_ATTRIBUTES attributes{sizeof attributes, nullptr, FALSE};
  PSID sid = nullptr;
  if (argc < 3 ||
      !ConvertStringSecurityDescriptorToSecurityDescriptorA(argv[1], SDDL_REVISION_1,
                                                            &attributes.lpSecurityDescriptor, nullptr) ||
      !ConvertStringSidToSidA(argv[2], &sid)) {
    return 90;
  }
  HANDLE event = CreateEventW(&attributes, FALSE, FALSE, nullptr);
  for (int i = 3; i < argc; ++i) {
    if (moated::Failure failure = Step(event, sid, argv[i])) {
      fprintf(stderr, "%s: %d\n", failure.syscall.c_str(), failure.os_error);
      return 92;
    }
    if (int code = Print(event)) return code;
  }
  return 0;
}
