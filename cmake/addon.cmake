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
endif()
if(ZIG_TARGET) # no C++ library at all: see native/minirt.cc
  target_sources(moated PRIVATE ${runtime_sources})
  target_link_options(moated PRIVATE -nostdlib++ -s)
endif()
