// One implementation of gemm.h as a value; gemm.cpp chooses among them.
#pragma once
#include <string>

#include "ttnn/backends/cpu/gemm.h"

namespace ttnn::cpu {

struct GemmLibrary {
  std::string_view name;
  PackedFormat (*packed_format)(DataType, int64_t K, int64_t N);
  void (*pack)(const PackedFormat&, const void* plain, int64_t ld, bool transposed, void* packed,
               int64_t n0, int64_t n1);
  void (*unpack)(const PackedFormat&, const void* packed, void* plain, int64_t ld, bool transposed,
                 int64_t n0, int64_t n1);
  void (*gemm)(const Gemm&, Range rows, Range columns);
};

const GemmLibrary& portable_gemm();
const GemmLibrary* onednn_gemm();  // null where the build has none

// Which of oneDNN's kernels does a product with packed weights; "" without oneDNN.
std::string onednn_kernel(int64_t M, int64_t N, int64_t K, DataType dtype);

// Scratch memory of this thread, aligned to cache lines; its content is lost by the next call.
std::byte* gemm_scratch(int64_t bytes);

}  // namespace ttnn::cpu
