# benchmarks/kernels/*.cpp are one program on Google Benchmark, which ./dev bench runs.
find_package(benchmark REQUIRED)
file(GLOB ttnn_benchmarks CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/benchmarks/kernels/*.cpp)
add_executable(kernel_benchmarks ${ttnn_benchmarks})
target_link_libraries(kernel_benchmarks PRIVATE tilemesh::tilemesh ttnn_warnings benchmark::benchmark)
set_target_properties(kernel_benchmarks PROPERTIES RUNTIME_OUTPUT_DIRECTORY
                                                   ${CMAKE_CURRENT_BINARY_DIR}/benchmarks)
