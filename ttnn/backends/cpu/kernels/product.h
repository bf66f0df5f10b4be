// Our own matrix product, one task at a time, as loops per ISA behind gemm_loops.cpp.
//
// B is used in panels of 64 columns, each contiguous: pairs of bfloat16 as dot-product instructions
// want them, or float32, in strips as wide as a tile (kernels/panel.h). A tile of up to 6 rows
// stays in registers while a piece of K runs; the piece of the strip stays in L1 while the rows
// run. An element is the sum over k in pieces of sum_piece: each piece is one chain in increasing k
// from zero, and the pieces are added in order. So its error grows with K / sum_piece, and its bits
// depend neither on tiles nor on tasks.
#pragma once
#include "ttnn/backends/cpu/gemm.h"

namespace ttnn::cpu {

inline constexpr int64_t panel_columns = 64;

constexpr int64_t panel_row_bytes(DataType packed) {  // of one k
  return panel_columns * (packed == DataType::FLOAT32 ? 4 : 2);
}
// A packed panel ends with rows of zeros: whole tiles read it (16 float32, 32 bfloat16 k each), our
// own and oneDNN's.
constexpr int64_t panel_k(DataType packed, int64_t K) {
  const int64_t unit = packed == DataType::FLOAT32 ? 16 : 32;
  return (K + unit - 1) / unit * unit;
}
constexpr int64_t panel_units(DataType packed, int64_t K) {  // of 4 bytes, of each column
  return panel_k(packed, K) / (packed == DataType::FLOAT32 ? 1 : 2);
}
constexpr int64_t panel_bytes(DataType packed, int64_t K) {
  return panel_k(packed, K) * panel_row_bytes(packed);
}

inline constexpr int64_t sum_piece = 192;  // k

// A packed block-float weight is panels too, each a block-float matrix of 64 columns of its own:
// few rows then read it as streams, of which the hardware foresees two better than one. As many
// bytes as before.
struct StoredPanel {  // where its parts begin, and the groups of a row
  int64_t mantissas, exponents, groups;
};
constexpr StoredPanel stored_panel(DataType dtype, int64_t K, int64_t N, int64_t panel) {
  const int64_t left = N - panel * panel_columns, bytes = block_float_mantissa_bytes(dtype);
  const int64_t groups = block_float_groups(left < panel_columns ? left : panel_columns);
  const int64_t begin = panel * K * block_float_groups(panel_columns) * (bytes + 1);
  return {begin, begin + K * groups * bytes, groups};
}

// Rows of A that one call takes, and k of one pass over a panel: what decides the size of the
// scratch memory.
inline constexpr int64_t product_max_rows = 1024;
inline constexpr int64_t product_scratch_bytes = int64_t(2) << 20;

struct ProductKernels {
  int64_t strip_columns;  // of a panel: kernels/panel.h
  // gemm() for at most product_max_rows rows, own packed format; scratch is aligned to 64 bytes.
  void (*multiply)(const Gemm&, Range rows, Range columns, std::byte* scratch);
  // Columns [64 panel, 64 panel + 64) of a B that is no block float, rows [0, K), to their packed
  // form and back.
  void (*pack_panel)(const Matrix& b, int64_t K, int64_t N, int64_t panel, DataType packed,
                     void* out);
  void (*unpack_panel)(const void* panel_data, DataType packed, int64_t K, int64_t N, int64_t panel,
                       void* plain, int64_t ld, bool transposed);
  // Rows [k0, k1) of a panel of g.b, k0 even, in `units` units of each column: zeros beyond k1.
  void (*read_panel)(const Gemm& g, int64_t panel, int64_t k0, int64_t k1, DataType packed,
                     int64_t units, void* out);
};

}  // namespace ttnn::cpu
