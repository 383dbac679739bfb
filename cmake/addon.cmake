# The addon itself.
add_library(moated SHARED ${addon_sources} ${CMAKE_JS_SRC})
set_target_properties(moated PROPERTIES PREFIX "" SUFFIX ".node" NO_SONAME ON
  LIBRARY_OUTPUT_DIRECTORY "${OUTPUT}" RUNTIME_OUTPUT_DIRECTORY "${OUTPUT}")
target_include_directories(moated SYSTEM PRIVATE ${CMAKE_JS_INC})
target_compile_definitions(moated PRIVATE "MOATED_VERSION=\"${version}\"" NAPI_VERSION=8 NAPI_DISABLE_CPP_EXCEPTIONS BUILDING_NODE_EXTENSION)
target_link_libraries(moated PRIVATE moated-core moated-hardened-link ${CMAKE_JS_LIB})
if(os STREQUAL "linux")
  # Our threads outlive the environment that loaded the addon: a worker that ends must not unmap their code.
  target_link_options(moated PRIVATE -Wl,-z,nodelete "-Wl,--version-script=${CMAKE_SOURCE_DIR}/native/exports.map")
elseif(APPLE)
  target_link_options(moated PRIVATE -Wl,-undefined,dynamic_lookup -Wl,-dead_strip)
elseif(os STREQUAL "windows")
  target_link_libraries(moated PRIVATE advapi32 userenv)
  if(ZIG_TARGET) # on Windows itself cmake-js brings node.lib
    find_program(NODE node REQUIRED)
    add_custom_command(OUTPUT "${CMAKE_BINARY_DIR}/node_imports.c"
      COMMAND "${NODE}" scripts/prebuild/node-imports.mjs > "${CMAKE_BINARY_DIR}/node_imports.c"
      DEPENDS scripts/prebuild/node-imports.mjs package.json
      WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}" VERBATIM)
    target_sources(moated PRIVATE "${CMAKE_BINARY_DIR}/node_imports.c")
    # What every function with a guard calls has none itself.
    moated_sources(guard_sources guard)
    set_source_files_properties(${guard_sources} PROPERTIES COMPILE_OPTIONS -fno-stack-protector)
    target_sources(moated PRIVATE ${guard_sources})
  endif()
endif()
if(ZIG_TARGET) # no C++ library at all: see native/minirt.cc
  target_sources(moated PRIVATE ${runtime_sources})
  target_link_options(moated PRIVATE -nostdlib++ -s)
endif()
