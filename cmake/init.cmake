# moated-init: pid 1 of a run's pid namespace. No C library, its own _start, a few KB; embedded into the addon and the launcher by
# native/linux/init_image.cc.
if(MOATED_INIT_IMAGE)
  set(init_image "${MOATED_INIT_IMAGE}")
else()
  set(init_image "${CMAKE_BINARY_DIR}/moated-init")
  moated_sources(init_sources init)
  add_executable(moated-init ${init_sources})
  set_target_properties(moated-init PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}" POSITION_INDEPENDENT_CODE OFF)
  target_include_directories(moated-init PRIVATE "${CMAKE_SOURCE_DIR}/native")
  target_compile_options(moated-init PRIVATE -Wall -Wextra $<$<BOOL:${MOATED_WERROR}>:-Werror> -Os -ffreestanding
    # Nothing is there to set up a stack guard or a thread pointer.
    -fno-stack-protector -U_FORTIFY_SOURCE -fno-exceptions -fno-rtti -fno-threadsafe-statics
    -fno-unwind-tables -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections
    -fno-pie "-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.")
  target_link_options(moated-init PRIVATE -static -nostdlib -nostartfiles -no-pie -s
    -Wl,--gc-sections -Wl,--build-id=none -Wl,-z,noexecstack -Wl,-z,norelro)
endif()
set_source_files_properties("${CMAKE_SOURCE_DIR}/native/linux/init_image.cc" PROPERTIES
  OBJECT_DEPENDS "${init_image}"
  COMPILE_DEFINITIONS "MOATED_INIT_PATH=\"${init_image}\"")
