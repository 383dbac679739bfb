# moated-launcher on macOS: the stage between sandbox-exec and the command, see native/macos/stage_protocol.h.
moated_sources(stage_sources stage)
add_executable(moated-launcher ${stage_sources})
# zig compiles for macOS position-independently by itself, and takes no flag for it.
set_target_properties(moated-launcher PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${OUTPUT}" POSITION_INDEPENDENT_CODE OFF)
target_link_libraries(moated-launcher PRIVATE moated-flags moated-hardened-link)
target_link_options(moated-launcher PRIVATE -Wl,-dead_strip)
if(ZIG_TARGET)
  target_sources(moated-launcher PRIVATE ${runtime_sources})
  target_link_options(moated-launcher PRIVATE -nostdlib++ -s)
endif()
