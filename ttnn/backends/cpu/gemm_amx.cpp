// Products by AMX's tiles (kernels/amx_product.cpp), and by loops that emulate them.
#include "ttnn/backends/cpu/gemm_library.h"
#include "ttnn/backends/cpu/kernels/amx_product.h"
#include "ttnn/core/error.h"

namespace ttnn::cpu {

namespace amx {
const AmxKernels* amx_kernels();
}

namespace {

bool multiplies_bfloat16(const CpuInfo&, Factors factors) {
  return factors == Factors::bfloat16 || factors == Factors::block_float;
}

void multiply(const Gemm& g, Range rows, Range columns) {
  const Kernels& set = kernels(g.by.isa);
  const AmxKernels* tiles = g.by.library == ProductLibrary::amx ? amx_kernels() : set.emulated_amx;
  expect(tiles != nullptr, "products by tiles: ", name(g.by.isa), " has none.");
  tiles->multiply(g, rows, columns, set, finish_sums, gemm_scratch(amx_scratch_bytes));
}

}  // namespace

const AmxKernels* amx_kernels() {
#ifdef TTNN_X86_KERNELS
  return cpu_info().tiles() ? amx::amx_kernels() : nullptr;
#else
  return nullptr;
#endif
}

const GemmLibrary& amx_gemm() {
  static constexpr GemmLibrary library = {multiplies_bfloat16, multiply};
  return library;
}

}  // namespace ttnn::cpu
