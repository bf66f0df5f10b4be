# Each examples/cpp/X.cpp is a program X.
file(GLOB ttnn_examples CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/examples/cpp/*.cpp)
foreach(source IN LISTS ttnn_examples)
  get_filename_component(name ${source} NAME_WE)
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE tilemesh::tilemesh ttnn_warnings)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/examples)
endforeach()

# Those that take a hidden size are tests, at an eighth of Falcon's.
if(TTNN_BUILD_TESTS)
  foreach(name falcon_mlp_tensor_parallel falcon_mlp_hybrid)
    add_test(NAME ${name} COMMAND ${name} 568)
    set_tests_properties(${name} PROPERTIES TIMEOUT 300)
  endforeach()
endif()
