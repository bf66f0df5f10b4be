# Each benchmarks/X.cpp is a program X on Google Benchmark.
find_package(benchmark REQUIRED)
file(GLOB ttnn_benchmarks CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/benchmarks/*.cpp)
foreach(source IN LISTS ttnn_benchmarks)
  get_filename_component(name ${source} NAME_WE)
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE tilemesh::tilemesh ttnn_warnings benchmark::benchmark_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/benchmarks)
endforeach()
