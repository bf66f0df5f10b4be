# Every source of backends/cpu/kernels/ is compiled once per instruction set, in a namespace of its
# own (ttnn::cpu::TTNN_ISA_NAMESPACE); the program chooses among them when it runs.
file(GLOB ttnn_kernels CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/ttnn/backends/cpu/kernels/*.cpp)

# Fast where the result stays IEEE: NaN and infinity keep their meaning, sums keep their order unless
# a loop says otherwise by `#pragma omp simd reduction`.
set(ttnn_kernel_flags -O3 -fopenmp-simd -fno-math-errno -fno-trapping-math -ffp-contract=fast)

# A clamp in a formula is one instruction of vectors; threaded into what follows it becomes masks.
set_source_files_properties(
  ${CMAKE_CURRENT_SOURCE_DIR}/ttnn/backends/cpu/kernels/unary.cpp
  PROPERTIES COMPILE_OPTIONS "$<$<CXX_COMPILER_ID:GNU>:-fno-thread-jumps>")

function(ttnn_isa_kernels isa)
  add_library(ttnn_kernels_${isa} OBJECT ${ttnn_kernels})
  target_include_directories(ttnn_kernels_${isa} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_compile_definitions(ttnn_kernels_${isa} PRIVATE TTNN_ISA_NAMESPACE=${isa})
  target_compile_options(ttnn_kernels_${isa} PRIVATE ${ttnn_kernel_flags} ${ARGN})
  target_link_libraries(ttnn_kernels_${isa} PRIVATE ttnn_warnings)
  target_sources(tilemesh PRIVATE $<TARGET_OBJECTS:ttnn_kernels_${isa}>)
endfunction()

if(ttnn_kernels)
  ttnn_isa_kernels(portable)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
    set(wide -mprefer-vector-width=512)
    ttnn_isa_kernels(avx2 -march=x86-64-v3)
    ttnn_isa_kernels(avx512 -march=x86-64-v4 ${wide})
    ttnn_isa_kernels(avx512_bf16 -march=x86-64-v4 -mavx512bf16 -mavx512vbmi ${wide})
    target_compile_definitions(tilemesh PRIVATE TTNN_X86_KERNELS)
  endif()
endif()
