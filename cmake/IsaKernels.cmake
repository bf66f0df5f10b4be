# Sources of backends/cpu/kernels/ are compiled once per instruction set, in a namespace of its own
# (ttnn::cpu::TTNN_ISA_NAMESPACE); the program chooses among them when it runs. A set that only some
# of them gain by has those alone.
file(GLOB ttnn_kernels CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/ttnn/backends/cpu/kernels/*.cpp)
list(FILTER ttnn_kernels EXCLUDE REGEX "dot_table\\.cpp$")

# Fast where the result stays IEEE: NaN and infinity keep their meaning, sums keep their order unless
# a loop says otherwise by `#pragma omp simd reduction`.
set(ttnn_kernel_flags -O3 -fopenmp-simd -fno-math-errno -fno-trapping-math -ffp-contract=fast)

# A clamp in a formula is one instruction of vectors; threaded into what follows it becomes masks.
set_source_files_properties(
  ${CMAKE_CURRENT_SOURCE_DIR}/ttnn/backends/cpu/kernels/unary.cpp
  PROPERTIES COMPILE_OPTIONS "$<$<CXX_COMPILER_ID:GNU>:-fno-thread-jumps>")

# Nothing here throws. Where objects with destructors live across calls the compiler must know it, or
# it shares a symbol for unwinding with the rest of the program (tools/kernel_symbols.py).
set_source_files_properties(${CMAKE_CURRENT_SOURCE_DIR}/ttnn/backends/cpu/kernels/amx_product.cpp
                            PROPERTIES COMPILE_OPTIONS -fno-exceptions)

# ttnn_isa_kernels(SET FLAGS ... [ONLY names of sources ...])
function(ttnn_isa_kernels isa)
  cmake_parse_arguments(PARSE_ARGV 1 given "" "" "FLAGS;ONLY")
  set(sources ${ttnn_kernels})
  if(given_ONLY)
    list(TRANSFORM given_ONLY PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ttnn/backends/cpu/kernels/
         OUTPUT_VARIABLE sources)
    list(TRANSFORM sources APPEND .cpp)
  endif()
  add_library(ttnn_kernels_${isa} OBJECT ${sources})
  target_include_directories(ttnn_kernels_${isa} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_compile_definitions(ttnn_kernels_${isa} PRIVATE TTNN_ISA_NAMESPACE=${isa})
  target_compile_options(ttnn_kernels_${isa} PRIVATE ${ttnn_kernel_flags} ${given_FLAGS})
  target_link_libraries(ttnn_kernels_${isa} PRIVATE ttnn_warnings)
  target_sources(tilemesh PRIVATE $<TARGET_OBJECTS:ttnn_kernels_${isa}>)
endfunction()

if(ttnn_kernels)
  ttnn_isa_kernels(portable)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
    set(avx512 -march=x86-64-v4 -mprefer-vector-width=512)
    ttnn_isa_kernels(avx2 FLAGS -march=x86-64-v3)
    ttnn_isa_kernels(avx512 FLAGS ${avx512})
    ttnn_isa_kernels(avx512_bf16 FLAGS ${avx512} -mavx512bf16 -mavx512vbmi
                     ONLY dot_table limits panel product softmax norms)
    ttnn_isa_kernels(amx FLAGS ${avx512} -mamx-tile -mamx-bf16 ONLY amx_product)
    target_compile_definitions(tilemesh PRIVATE TTNN_X86_KERNELS)
  endif()
endif()
