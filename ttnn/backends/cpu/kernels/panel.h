// B as the tiles read it: panels of 64 columns, each cut into strips as wide as a tile's vectors.
#pragma once
#include <utility>

#include "ttnn/backends/cpu/kernels/loops.h"
#include "ttnn/backends/cpu/kernels/product.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

// f(0) ... f(N - 1) with numbers that are constants: what is indexed by them can be registers.
template <int N, class F>
[[gnu::always_inline]] inline void each(F f) {
  [&]<int... i>(std::integer_sequence<int, i...>) __attribute__((always_inline)) {
    (f(std::integral_constant<int, i>{}), ...);
  }(std::make_integer_sequence<int, N>{});
}

}  // namespace

// A panel is [strips][units][strip_columns] units of 4 bytes: a float32, or a pair of bfloat16 that
// lie below each other. Units of one strip follow each other, so what a tile reads is one stream.
constexpr int strip_vectors = vector_bytes == 64 ? 4 : 2;
constexpr int64_t strip_columns = strip_vectors * lanes;
constexpr int64_t strips_per_panel = panel_columns / strip_columns;
constexpr int64_t unit_bytes = 4;
constexpr int64_t strip_row_bytes = strip_columns * unit_bytes;

constexpr int64_t units_of(DataType packed, int64_t k) {  // k even where more follows
  return packed == DataType::FLOAT32 ? k : (k + 1) / 2;
}

// Rows [k0, k1) of a panel of g.b, which is plain, transposed or block floats, in `units` units of
// each column; k0 is even. Zeros beyond N and beyond k1.
void read_panel(const Gemm& g, int64_t panel, int64_t k0, int64_t k1, DataType packed,
                int64_t units, void* out);

void pack_panel(const Matrix& b, int64_t K, int64_t N, int64_t panel, DataType packed, void* out);
void unpack_panel(const void* data, DataType packed, int64_t K, int64_t N, int64_t panel,
                  void* plain, int64_t ld, bool transposed);

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
