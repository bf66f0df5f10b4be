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
#include "ttnn/core/block_float.h"

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

// A packed block-float weight is panels too, each in chunks of 32 k: first the exponents of a
// chunk, then its mantissas, so that few rows read one stream. What lies below each other goes
// together as pairs of k; a word of 4 bytes has one column of its groups, the lowest bits first:
//   exponents   8 bytes a pair of k, [4 groups][2 k]
//   bfloat8_b   two rows of 16 words a pair of k, each of two groups: [2 groups][2 k] of 8 bits
//   bfloat4_b   one row of 16 words: [2 k][4 groups] of 4 bits
// Data are numbers in two's complement here. Beyond K and N there are zeros of exponent 127.
struct StoredPanel {
  DataType dtype;
  int64_t K;

  static constexpr int64_t chunk_pairs = 16, chunk_k = 2 * chunk_pairs;
  static constexpr int64_t pair_exponents = 2 * panel_columns / block_float_group;
  static constexpr uint8_t padding_exponent = 127;

  // Where a group has its data: its first word, the lowest bit.
  template <int Bits>
  static constexpr int word_of(int group) {
    return Bits == 7 ? group / 2 * block_float_group : 0;
  }
  template <int Bits>
  static constexpr int bit_of(int group, int odd) {
    return Bits == 7 ? group % 2 * 16 + odd * 8 : odd * 16 + group * 4;
  }
  // A datum as a number, and back. Zero has no sign.
  template <int Bits>
  static constexpr uint32_t to_number(uint32_t datum) {
    constexpr uint32_t sign = 1u << Bits, mask = 2 * sign - 1;
    return (datum & sign) != 0 ? (sign - datum) & mask : datum;
  }
  template <int Bits>
  static constexpr uint32_t to_datum(uint32_t number) {
    constexpr uint32_t sign = 1u << Bits;
    return (number & sign) != 0 ? (2 * sign - number) | sign : number;
  }

  constexpr int64_t pair_mantissas() const {  // bytes
    return pair_exponents * block_float_mantissa_bytes(dtype);
  }
  constexpr int64_t chunk_bytes(int64_t pairs) const {
    return pairs * (pair_exponents + pair_mantissas());
  }
  constexpr int64_t bytes() const { return (chunk_bytes((K + 1) / 2) + 63) / 64 * 64; }
  // Pairs in the chunk of k, and where a pair's parts begin.
  constexpr int64_t pairs(int64_t k) const {
    const int64_t left = (K - k / chunk_k * chunk_k + 1) / 2;
    return left < chunk_pairs ? left : chunk_pairs;
  }
  constexpr int64_t exponents(int64_t k) const {
    return k / chunk_k * chunk_bytes(chunk_pairs) + k % chunk_k / 2 * pair_exponents;
  }
  constexpr int64_t mantissas(int64_t k) const {
    return k / chunk_k * chunk_bytes(chunk_pairs) + pairs(k) * pair_exponents +
           k % chunk_k / 2 * pair_mantissas();
  }
};

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
