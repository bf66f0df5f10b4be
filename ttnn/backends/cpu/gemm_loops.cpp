// Products by our own loops (kernels/product.cpp) on the set that the product names.
#include <algorithm>

#include "ttnn/backends/cpu/gemm_library.h"
#include "ttnn/backends/cpu/kernels/product.h"

namespace ttnn::cpu {

namespace {

bool multiplies_all(const CpuInfo&, Factors) { return true; }

void multiply(const Gemm& g, Range rows, Range columns) {
  const ProductKernels& product = *kernels(g.by.isa).product;
  std::byte* scratch = gemm_scratch(product_scratch_bytes);
  for (int64_t row = rows.begin; row < rows.end; row += product_max_rows)
    product.multiply(g, {row, std::min(rows.end, row + product_max_rows)}, columns, scratch);
}

}  // namespace

const GemmLibrary& loops_gemm() {
  static constexpr GemmLibrary library = {multiplies_all, multiply};
  return library;
}

}  // namespace ttnn::cpu
