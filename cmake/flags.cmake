# Compiler and linker flags as interface targets: moated-flags for all C++, moated-sanitize for a sanitizer build, moated-hardened-link for what is loaded by Node.
add_library(moated-flags INTERFACE)
add_library(moated-hardened-link INTERFACE)
add_library(moated-sanitize INTERFACE)

# `backend.h`, `mutex_lock.h` and `system_words.h` are found in the folder of the system: the folder is the switch.
target_include_directories(moated-flags INTERFACE "${CMAKE_SOURCE_DIR}/native" "${CMAKE_SOURCE_DIR}/native/${os}")
if(NOT os STREQUAL "windows")
  target_include_directories(moated-flags INTERFACE "${CMAKE_SOURCE_DIR}/native/posix")
endif()

if(NOT MSVC)
  target_compile_options(moated-flags INTERFACE
    -Wall -Wextra -Wno-unused-parameter
    -ffunction-sections -fdata-sections
    $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti>
    # Guards of function-local statics come from the C++ library, which the prebuilt addon does not have.
    $<$<COMPILE_LANGUAGE:CXX>:-fno-threadsafe-statics>
    -fno-unwind-tables -fno-asynchronous-unwind-tables
    # The bytes must not depend on where the checkout lies.
    "-ffile-prefix-map=${CMAKE_SOURCE_DIR}=."
    "-ffile-prefix-map=${CMAKE_BINARY_DIR}=build")
  if(MOATED_WERROR)
    target_compile_options(moated-flags INTERFACE -Werror)
  endif()
  if(NOT MOATED_SANITIZE)
    target_compile_options(moated-flags INTERFACE -fstack-protector-strong)
  endif()
  # zig's mingw has no libssp, which the checks would call. What the stack protector needs of it is in native/windows.
  if(NOT MOATED_SANITIZE AND NOT os STREQUAL "windows")
    # The C library's headers may have set it already.
    target_compile_options(moated-flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  endif()
endif()

if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
  # musl has the kernel's 64-bit structures (rlimit64) under this name only.
  target_compile_definitions(moated-flags INTERFACE _LARGEFILE64_SOURCE)
  target_link_options(moated-hardened-link INTERFACE
    -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--gc-sections)
endif()

if(ZIG_TARGET AND os STREQUAL "linux")
  target_link_options(moated-flags INTERFACE -Wl,--hash-style=gnu)
  # On arm64 the linker would take zig's whole mathematics along, for calls that the optimiser might come to make.
  if(ZIG_TARGET MATCHES "^x86_64")
    target_compile_options(moated-flags INTERFACE -flto)
    target_link_options(moated-flags INTERFACE -flto)
  endif()
endif()

if(MOATED_SANITIZE)
  target_compile_options(moated-sanitize INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -g)
  target_link_options(moated-sanitize INTERFACE -fsanitize=address,undefined)
endif()
