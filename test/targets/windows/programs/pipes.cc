// Says who may open its standard output: the access list, as the system writes it.
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <sddl.h>
#include <stdio.h>

int main() {
  alignas(8) char descriptor[4096];
  DWORD size = 0;
  LPSTR text = nullptr;
  if (!GetKernelObjectSecurity(GetStdHandle(STD_OUTPUT_HANDLE), DACL_SECURITY_INFORMATION, descriptor,
                               sizeof descriptor, &size) ||
      !ConvertSecurityDescriptorToStringSecurityDescriptorA(descriptor, SDDL_REVISION_1,
                                                            DACL_SECURITY_INFORMATION, &text, nullptr)) {
    fprintf(stderr, "%lu\n", GetLastError());
    return 90;
  }
  printf("%s\n", text);
  return 0;
}
