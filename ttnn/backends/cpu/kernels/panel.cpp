// Panels of B from its arrangements, and back: see panel.h.
#include "ttnn/backends/cpu/kernels/panel.h"

#include "ttnn/backends/cpu/kernels/block_pairs.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

constexpr uint16_t zeros[panel_columns] = {};
// Rows of a plain B lie far apart: the hardware does not foresee them.
constexpr int64_t rows_ahead = 16;

// The strips of a panel that is being written, row of units by row of units.
class Strips {
 public:
  Strips(void* panel, int64_t units) : first_(static_cast<uint32_t*>(panel)), units_(units) {}

  uint32_t* at(int64_t unit, int64_t column) const {
    return first_ + (column / strip_columns * units_ + unit) * strip_columns +
           column % strip_columns;
  }
  // Units `unit` of all columns: unit_of(column) of the first, 0 of the others.
  template <class F>
  void row(int64_t unit, int64_t columns, F unit_of) const {
    for (int64_t strip = 0; strip < panel_columns; strip += strip_columns) {
      uint32_t* out = at(unit, strip);
      if (strip + strip_columns <= columns)
        for (int64_t c = 0; c < strip_columns; ++c) out[c] = unit_of(strip + c);
      else
        for (int64_t c = 0; c < strip_columns; ++c)
          out[c] = strip + c < columns ? unit_of(strip + c) : 0;
    }
  }

 private:
  uint32_t* first_;
  int64_t units_;
};

void pairs_from_rows(const Bfloat16* b, int64_t ld, int64_t k0, int64_t k1, int64_t columns,
                     const Strips& out) {
  for (int64_t k = k0; k < k1; k += 2) {
    const auto* even = reinterpret_cast<const uint16_t*>(b + k * ld);
    const auto* odd = k + 1 < k1 ? even + ld : zeros;
    for (int64_t r = rows_ahead; r < rows_ahead + 2; ++r) {
      __builtin_prefetch(even + r * ld);
      __builtin_prefetch(even + r * ld + columns - 1);
    }
    out.row((k - k0) / 2, columns, [&](int64_t c) {
      return static_cast<uint32_t>(even[c]) | static_cast<uint32_t>(odd[c]) << 16;
    });
  }
}

void floats_from_rows(const float* b, int64_t ld, int64_t k0, int64_t k1, int64_t columns,
                      const Strips& out) {
  for (int64_t k = k0; k < k1; ++k) {
    const auto* row = reinterpret_cast<const uint32_t*>(b + k * ld);
    for (int64_t c = 0; c < columns; c += 16) __builtin_prefetch(row + rows_ahead * ld + c);
    out.row(k - k0, columns, [&](int64_t c) { return row[c]; });
  }
}

// The i-th unit of column c is the i-th 4 bytes of row c of the memory [columns][...]: floats, or
// pairs of bfloat16.
void units_from_columns(const std::byte* b, int64_t ld_bytes, int64_t units, int64_t columns,
                        const Strips& out) {
  constexpr int64_t side = strip_columns < 16 ? strip_columns : 16;
  const int64_t whole = columns / side * side;
  for (int64_t c0 = 0; c0 < whole; c0 += side) {
    int64_t i0 = 0;
    for (; i0 + side <= units; i0 += side) {
      uint32_t block[side][side];
      for (int64_t c = 0; c < side; ++c) {
        uint32_t line[side];
        std::memcpy(line, b + (c0 + c) * ld_bytes + i0 * unit_bytes, sizeof line);
        for (int64_t i = 0; i < side; ++i) block[i][c] = line[i];
      }
      for (int64_t i = 0; i < side; ++i) std::memcpy(out.at(i0 + i, c0), block[i], sizeof block[i]);
    }
    for (; i0 < units; ++i0)
      for (int64_t c = c0; c < c0 + side; ++c)
        std::memcpy(out.at(i0, c), b + c * ld_bytes + i0 * unit_bytes, unit_bytes);
  }
  for (int64_t i = 0; i < units; ++i)
    for (int64_t c = whole; c < panel_columns; ++c) {
      uint32_t unit = 0;
      if (c < columns) std::memcpy(&unit, b + c * ld_bytes + i * unit_bytes, unit_bytes);
      *out.at(i, c) = unit;
    }
}

void pairs_from_columns(const Bfloat16* b, int64_t ld, int64_t k0, int64_t k1, int64_t columns,
                        const Strips& out) {
  const int64_t units = (k1 - k0) / 2;
  units_from_columns(reinterpret_cast<const std::byte*>(b + k0), ld * 2, units, columns, out);
  if ((k1 - k0) % 2 == 1)
    out.row(units, columns,
            [&](int64_t c) { return static_cast<uint32_t>(b[c * ld + k1 - 1].bits); });
}

template <int Bits>
void pairs_from_stored(const Gemm& g, int64_t first, int64_t k0, int64_t k1, const Strips& out) {
  const StoredPanel panel = {g.b.dtype, g.K};
  auto* data = static_cast<const uint8_t*>(g.b.data) + first / panel_columns * panel.bytes();
  uint32_t row[panel_columns];
  for (int64_t k = k0; k < k1; k += 2) {
    pairs_of_panel<Bits>(data + panel.exponents(k), data + panel.mantissas(k), row);
    out.row((k - k0) / 2, panel_columns, [&](int64_t c) { return row[c]; });
  }
}

template <int Bits>
void pairs_from_block_floats(const Gemm& g, int64_t first, int64_t k0, int64_t k1,
                             const Strips& out) {
  if (g.b.arrangement == Arrangement::packed) return pairs_from_stored<Bits>(g, first, k0, k1, out);
  const StoredColumns b = stored_columns_from(g, first);
  const int64_t groups = block_float_groups(smaller(panel_columns, g.N - first));
  uint32_t row[panel_columns] = {};
  for (int64_t k = k0; k < k1; k += 2) {
    const BlockRows rows = two_rows<Bits>(b, k, k1);
    const BlockRows later = two_rows<Bits>(b, k + rows_ahead, k1 + rows_ahead);
    for (int r = 0; r < 2; ++r) {
      __builtin_prefetch(later.mantissas[r]);
      __builtin_prefetch(later.exponents[r]);
    }
    for (int64_t i = 0; i < groups; ++i) pairs_of_group<Bits>(rows, i, row + i * block_float_group);
    out.row((k - k0) / 2, panel_columns, [&](int64_t c) { return row[c]; });
  }
}

// One strip's units, `step` items from column to column, to plain memory.
template <class T>
void to_plain(const T* from, int64_t step, int64_t units, int64_t columns, T* to, int64_t k_stride,
              int64_t n_stride) {
  for (int64_t k = 0; k < units; ++k, from += strip_columns * step, to += k_stride)
    for (int64_t c = 0; c < columns; ++c) to[c * n_stride] = from[c * step];
}

}  // namespace

void read_panel(const Gemm& g, int64_t panel, int64_t k0, int64_t k1, DataType packed,
                int64_t units, void* data) {
  const Matrix& b = g.b;
  const int64_t first = panel * panel_columns, columns = smaller(panel_columns, g.N - first);
  const bool transposed = b.arrangement == Arrangement::transposed;
  const Strips out(data, units);
  for (int64_t unit = units_of(packed, k1 - k0); unit < units; ++unit)
    out.row(unit, 0, [](int64_t) { return uint32_t{0}; });
  if (b.dtype == DataType::BFLOAT8_B) return pairs_from_block_floats<7>(g, first, k0, k1, out);
  if (b.dtype == DataType::BFLOAT4_B) return pairs_from_block_floats<3>(g, first, k0, k1, out);
  if (packed == DataType::BFLOAT16) {
    auto* from = static_cast<const Bfloat16*>(b.data);
    if (transposed) return pairs_from_columns(from + first * b.ld, b.ld, k0, k1, columns, out);
    return pairs_from_rows(from + first, b.ld, k0, k1, columns, out);
  }
  auto* from = static_cast<const float*>(b.data);
  if (!transposed) return floats_from_rows(from + first, b.ld, k0, k1, columns, out);
  units_from_columns(reinterpret_cast<const std::byte*>(from + first * b.ld + k0),
                     b.ld * unit_bytes, k1 - k0, columns, out);
}

void pack_panel(const Matrix& b, int64_t K, int64_t N, int64_t panel, DataType packed, void* out) {
  Gemm g{};
  g.N = N, g.K = K, g.b = b;
  read_panel(g, panel, 0, K, packed, panel_units(packed, K), out);
}

void unpack_panel(const void* data, DataType packed, int64_t K, int64_t N, int64_t panel,
                  void* plain, int64_t ld, bool transposed) {
  const int64_t first = panel * panel_columns, last = smaller(N, first + panel_columns);
  const int64_t k_stride = transposed ? 1 : ld, n_stride = transposed ? ld : 1;
  const int64_t strip_bytes = panel_units(packed, K) * strip_row_bytes;
  auto* strip = static_cast<const std::byte*>(data);
  for (int64_t n = first; n < last; n += strip_columns, strip += strip_bytes) {
    const int64_t columns = smaller(strip_columns, last - n);
    if (packed == DataType::FLOAT32) {
      to_plain(reinterpret_cast<const float*>(strip), 1, K, columns,
               static_cast<float*>(plain) + n * n_stride, k_stride, n_stride);
      continue;
    }
    auto* pairs = reinterpret_cast<const uint16_t*>(strip);
    auto* to = static_cast<uint16_t*>(plain) + n * n_stride;
    to_plain(pairs, 2, (K + 1) / 2, columns, to, 2 * k_stride, n_stride);
    to_plain(pairs + 1, 2, K / 2, columns, to + k_stride, 2 * k_stride, n_stride);
  }
}

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
