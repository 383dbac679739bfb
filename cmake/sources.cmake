# native/sources.json is the one list of sources. binding.gyp reads the same file.
set(MOATED_SOURCES_JSON "${CMAKE_SOURCE_DIR}/native/sources.json")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${MOATED_SOURCES_JSON}")
file(READ "${MOATED_SOURCES_JSON}" MOATED_SOURCES)

# moated_sources(OUT KEY...): the array at that key as absolute paths. An entry may hold a wildcard while files are still being added.
function(moated_sources out)
  string(JSON count LENGTH "${MOATED_SOURCES}" ${ARGN})
  set(list "")
  if(count GREATER 0)
    math(EXPR last "${count} - 1")
    foreach(i RANGE ${last})
      string(JSON entry GET "${MOATED_SOURCES}" ${ARGN} ${i})
      # Bootstrap: a wildcard or a file that is still to be written.
      file(GLOB found CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${entry}")
      list(APPEND list ${found})
    endforeach()
  endif()
  set(${out} "${list}" PARENT_SCOPE)
endfunction()

# moated_test_names(OUT): the names of the native unit test programs.
function(moated_test_names out)
  string(JSON count LENGTH "${MOATED_SOURCES}" tests)
  set(list "")
  if(count GREATER 0)
    math(EXPR last "${count} - 1")
    foreach(i RANGE ${last})
      string(JSON name MEMBER "${MOATED_SOURCES}" tests ${i})
      list(APPEND list "${name}")
    endforeach()
  endif()
  set(${out} "${list}" PARENT_SCOPE)
endfunction()
