# One plain program per entry of `tests`. It prints one line for each case, `ok NAME` or `not ok NAME: why`; scripts/test.mjs runs and counts them.
moated_test_names(test_names)
foreach(name IN LISTS test_names)
  moated_sources(test_sources tests ${name})
  add_executable(${name} ${test_sources})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/test")
  target_link_libraries(${name} PRIVATE moated-core)
endforeach()
