// The packed forms of weights, the same for all libraries: panels of 64 columns, of the set of
// instructions in use (kernels/panel.h), or of stored block floats.
#include <algorithm>
#include <cstring>

#include "ttnn/backends/cpu/gemm.h"
#include "ttnn/backends/cpu/kernels/product.h"

namespace ttnn::cpu {

namespace {

template <class F>
void for_panels(const PackedFormat& format, int64_t n0, int64_t n1, F f) {
  const int64_t bytes = panel_bytes(format.dtype, format.K);
  for (int64_t panel = n0 / panel_columns; panel * panel_columns < n1; ++panel)
    f(panel, panel * bytes);
}

// -- Block floats: see StoredPanel.
// Where the groups of a panel lie in a shard, and one k of them as numbers.
struct Rows {
  int64_t mantissas, exponents;  // bytes
  int64_t pitch, groups;         // of a row, and of it here
};
template <int Bits>
void read_row(const Rows& rows, const uint8_t* shard, int64_t k, uint32_t* numbers) {
  constexpr int64_t bytes = block_float_group * (Bits + 1) / 8;
  const uint8_t* from = shard + rows.mantissas + k * rows.pitch * bytes;
  for (int64_t c = 0; c < rows.groups * block_float_group; ++c)
    numbers[c] =
        StoredPanel::to_number<Bits>(Bits == 7 ? from[c] : from[c / 2] >> c % 2 * 4 & 0xfu);
}
template <int Bits>
void write_row(const Rows& rows, const uint32_t* numbers, int64_t k, uint8_t* shard) {
  constexpr int64_t bytes = block_float_group * (Bits + 1) / 8;
  uint8_t* to = shard + rows.mantissas + k * rows.pitch * bytes;
  for (int64_t c = 0; c < rows.groups * block_float_group; c += 8 / (Bits + 1))
    to[c * (Bits + 1) / 8] =
        static_cast<uint8_t>(StoredPanel::to_datum<Bits>(numbers[c]) |
                             (Bits == 3 ? StoredPanel::to_datum<Bits>(numbers[c + 1]) << 4 : 0));
}

template <int Bits>
void pack_stored(const StoredPanel& panel, const Rows& rows, const uint8_t* shard,
                 uint8_t* packed) {
  for (int64_t k = 0; k < panel.K; k += 2) {
    uint8_t* exponents = packed + panel.exponents(k);
    std::memset(exponents, panel.padding_exponent, panel.pair_exponents);
    uint32_t words[32] = {};
    for (int odd = 0; odd < 2 && k + odd < panel.K; ++odd) {
      uint32_t numbers[panel_columns] = {};
      read_row<Bits>(rows, shard, k + odd, numbers);
      for (int g = 0; g < rows.groups; ++g)
        for (int i = 0; i < block_float_group; ++i)
          words[panel.word_of<Bits>(g) + i] |= numbers[g * block_float_group + i]
                                               << panel.bit_of<Bits>(g, odd);
      for (int64_t g = 0; g < rows.groups; ++g)
        exponents[2 * g + odd] = shard[rows.exponents + (k + odd) * rows.pitch + g];
    }
    std::memcpy(packed + panel.mantissas(k), words, static_cast<size_t>(panel.pair_mantissas()));
  }
}

template <int Bits>
void unpack_stored(const StoredPanel& panel, const Rows& rows, const uint8_t* packed,
                   uint8_t* shard) {
  for (int64_t k = 0; k < panel.K; ++k) {
    const int odd = k % 2;
    uint32_t words[32], numbers[panel_columns];
    std::memcpy(words, packed + panel.mantissas(k), static_cast<size_t>(panel.pair_mantissas()));
    for (int g = 0; g < rows.groups; ++g)
      for (int i = 0; i < block_float_group; ++i)
        numbers[g * block_float_group + i] =
            words[panel.word_of<Bits>(g) + i] >> panel.bit_of<Bits>(g, odd) & ((2u << Bits) - 1);
    write_row<Bits>(rows, numbers, k, shard);
    for (int64_t g = 0; g < rows.groups; ++g)
      shard[rows.exponents + k * rows.pitch + g] = packed[panel.exponents(k) + 2 * g + odd];
  }
}

// f(form, where in the plain shard, bytes before it in the packed weight) for the panels of columns
// [n0, n1). The plain shard has the last `columns` of N.
template <class F>
void for_stored_panels(const PackedFormat& format, int64_t columns, int64_t n0, int64_t n1, F f) {
  const StoredPanel panel = {format.dtype, format.K};
  const int64_t pitch = block_float_groups(columns), dropped = format.N - columns;
  const int64_t bytes = block_float_mantissa_bytes(format.dtype);
  for (int64_t n = n0; n < n1; n += panel_columns) {
    const int64_t group = (n - dropped) / block_float_group;
    const int64_t groups = block_float_groups(std::min(panel_columns, format.N - n));
    f(panel, Rows{group * bytes, format.K * pitch * bytes + group, pitch, groups},
      n / panel_columns * panel.bytes());
  }
}

}  // namespace

PackedFormat packed_format(DataType dtype, int64_t K, int64_t N) {
  const int64_t panels = (N + panel_columns - 1) / panel_columns;
  if (is_block_float(dtype))
    return {dtype, K, N, panel_columns, panels * StoredPanel{dtype, K}.bytes()};
  return {dtype, K, N, panel_columns, panels * panel_bytes(dtype, K)};
}

void pack(const PackedFormat& format, const void* plain, int64_t ld, bool transposed, void* packed,
          int64_t n0, int64_t n1) {
  if (is_block_float(format.dtype))
    return for_stored_panels(
        format, ld, n0, n1, [&](const StoredPanel& panel, const Rows& rows, int64_t offset) {
          const auto pack = panel.dtype == DataType::BFLOAT8_B ? pack_stored<7> : pack_stored<3>;
          pack(panel, rows, static_cast<const uint8_t*>(plain),
               static_cast<uint8_t*>(packed) + offset);
        });
  const Matrix b = {format.dtype, plain, ld,
                    transposed ? Arrangement::transposed : Arrangement::plain, nullptr};
  for_panels(format, n0, n1, [&](int64_t panel, int64_t offset) {
    kernels().product->pack_panel(b, format.K, format.N, panel, format.dtype,
                                  static_cast<std::byte*>(packed) + offset);
  });
}

void unpack(const PackedFormat& format, const void* packed, void* plain, int64_t ld,
            bool transposed, int64_t n0, int64_t n1) {
  if (is_block_float(format.dtype))
    return for_stored_panels(
        format, ld, n0, n1, [&](const StoredPanel& panel, const Rows& rows, int64_t offset) {
          const auto unpack =
              panel.dtype == DataType::BFLOAT8_B ? unpack_stored<7> : unpack_stored<3>;
          unpack(panel, rows, static_cast<const uint8_t*>(packed) + offset,
                 static_cast<uint8_t*>(plain));
        });
  for_panels(format, n0, n1, [&](int64_t panel, int64_t offset) {
    kernels().product->unpack_panel(static_cast<const std::byte*>(packed) + offset, format.dtype,
                                    format.K, format.N, panel, plain, ld, transposed);
  });
}

}  // namespace ttnn::cpu
