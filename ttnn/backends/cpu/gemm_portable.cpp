// Products by our own loops (kernels/product.cpp) on the ISA in use.
#include <algorithm>

#include "ttnn/backends/cpu/gemm_library.h"
#include "ttnn/backends/cpu/kernels/product.h"

namespace ttnn::cpu {

namespace {

DataType packed_dtype(DataType dtype) {
  return dtype == DataType::FLOAT32 ? DataType::FLOAT32 : DataType::BFLOAT16;
}

PackedFormat own_format(DataType dtype, int64_t K, int64_t N) {
  const int64_t panels = (N + panel_columns - 1) / panel_columns;
  const DataType packed = packed_dtype(dtype);
  return {packed, K, N, panel_columns, panels * panel_bytes(packed, K)};
}

template <class F>
void for_panels(const PackedFormat& format, int64_t n0, int64_t n1, F f) {
  const int64_t bytes = panel_bytes(format.dtype, format.K);
  for (int64_t panel = n0 / panel_columns; panel * panel_columns < n1; ++panel)
    f(panel, panel * bytes);
}

void pack_own(const PackedFormat& format, const void* plain, int64_t ld, bool transposed,
              void* packed, int64_t n0, int64_t n1) {
  const Matrix b = {format.dtype, plain, ld,
                    transposed ? Arrangement::transposed : Arrangement::plain, nullptr};
  const ProductKernels& product = *kernels().product;
  for_panels(format, n0, n1, [&](int64_t panel, int64_t offset) {
    product.pack_panel(b, format.K, format.N, panel, format.dtype,
                       static_cast<std::byte*>(packed) + offset);
  });
}

void unpack_own(const PackedFormat& format, const void* packed, void* plain, int64_t ld,
                bool transposed, int64_t n0, int64_t n1) {
  const ProductKernels& product = *kernels().product;
  for_panels(format, n0, n1, [&](int64_t panel, int64_t offset) {
    product.unpack_panel(static_cast<const std::byte*>(packed) + offset, format.dtype, format.K,
                         format.N, panel, plain, ld, transposed);
  });
}

void multiply(const Gemm& g, Range rows, Range columns) {
  const ProductKernels& product = *kernels().product;
  std::byte* scratch = gemm_scratch(product_scratch_bytes);
  for (int64_t row = rows.begin; row < rows.end; row += product_max_rows)
    product.multiply(g, {row, std::min(rows.end, row + product_max_rows)}, columns, scratch);
}

}  // namespace

const GemmLibrary& portable_gemm() {
  static constexpr GemmLibrary library = {"portable", own_format, pack_own, unpack_own, multiply};
  return library;
}

}  // namespace ttnn::cpu
