// Our own matrix product, one task at a time, as loops per ISA behind gemm_portable.cpp.
//
// B is used in panels of 64 columns, each contiguous: pairs of bfloat16 as dot-product instructions
// want them, or float32, in strips as wide as a tile (kernels/panel.h). A tile of up to 6 rows
// stays in registers while a piece of K runs; the piece of the strip stays in L1 while the rows
// run. The sum over k is one chain in increasing k, so its bits depend neither on tiles nor on
// tasks.
#pragma once
#include "ttnn/backends/cpu/gemm.h"

namespace ttnn::cpu {

inline constexpr int64_t panel_columns = 64;

constexpr int64_t panel_row_bytes(DataType packed) {  // of one k
  return panel_columns * (packed == DataType::FLOAT32 ? 4 : 2);
}
constexpr int64_t panel_bytes(DataType packed, int64_t K) {
  return (packed == DataType::FLOAT32 ? K : (K + 1) / 2 * 2) * panel_row_bytes(packed);
}

// Rows of A that one call takes, and k of one pass over a panel: what decides the size of the
// scratch memory.
inline constexpr int64_t product_max_rows = 1024;
inline constexpr int64_t product_scratch_bytes = int64_t(2) << 20;

struct ProductKernels {
  // gemm() for at most product_max_rows rows, own packed format; scratch is aligned to 64 bytes.
  void (*multiply)(const Gemm&, Range rows, Range columns, std::byte* scratch);
  // Columns [64 panel, 64 panel + 64) of B, rows [0, K), to their packed form and back.
  void (*pack_panel)(const Matrix& b, int64_t K, int64_t N, int64_t panel, DataType packed,
                     void* out);
  void (*unpack_panel)(const void* panel_data, DataType packed, int64_t K, int64_t N, int64_t panel,
                       void* plain, int64_t ld, bool transposed);
};

}  // namespace ttnn::cpu
