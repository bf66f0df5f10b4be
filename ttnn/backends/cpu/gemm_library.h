// One implementation of gemm.h as a value; gemm.cpp calls the one that a product names.
#pragma once
#include <string>

#include "ttnn/backends/cpu/gemm.h"

namespace ttnn::cpu {

struct GemmLibrary {
  bool (*multiplies)(const CpuInfo&, Factors);
  void (*gemm)(const Gemm&, Range rows, Range columns);  // K > 0
};

const GemmLibrary& loops_gemm();
const GemmLibrary* onednn_gemm();  // null where the build has none
const GemmLibrary& amx_gemm();     // tiles and their emulation, as Gemm::by says
const GemmLibrary& gemm_library(ProductLibrary);

// Tiles of this CPU; null where it has none that may be used.
const struct AmxKernels* amx_kernels();

// Which of oneDNN's kernels does a product with packed weights; "" without oneDNN.
std::string onednn_kernel(int64_t M, int64_t N, int64_t K, DataType dtype);
std::string onednn_version();  // "" without oneDNN

// The end of a product: bias, activations and the one rounding of sums whose rows lie `pitch`
// apart; the first is that of the first row and column of the ranges.
void finish_sums(const Gemm&, float* sums, int64_t pitch, Range rows, Range columns);

// Scratch memory of this thread, aligned to pages; its content is lost by the next call.
std::byte* gemm_scratch(int64_t bytes);

}  // namespace ttnn::cpu
