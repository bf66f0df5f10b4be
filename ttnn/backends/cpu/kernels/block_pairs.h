// Block floats as products read them: pairs of bfloat16 that lie below each other, from mantissas
// and shared exponents, all values exact.
#pragma once
#include "ttnn/backends/cpu/kernels/panel.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

constexpr int groups_per_panel = panel_columns / block_float_group;
constexpr int not_finite = 255;  // the shared exponent of groups with infinities or NaN

// A plain block-float B from some column on: its first row, and how many groups a row has.
struct StoredColumns {
  const uint8_t* mantissas;
  const uint8_t* exponents;
  int64_t pitch;
};
inline StoredColumns stored_columns_from(const Gemm& g, int64_t first) {
  const int64_t group = first / block_float_group;
  return {static_cast<const uint8_t*>(g.b.data) + group * block_float_mantissa_bytes(g.b.dtype),
          g.b.exponents + group, block_float_groups(g.N)};
}

// Two rows of it; what is not there is a row of zeros.
struct BlockRows {
  const uint8_t* mantissas[2];
  const uint8_t* exponents[2];
};

constexpr uint8_t zero_bytes[panel_columns] = {};

// Rows k and k + 1, zeros from k1 on.
template <int Bits>
inline BlockRows two_rows(const StoredColumns& b, int64_t k, int64_t k1) {
  constexpr int64_t bytes = block_float_group * (Bits + 1) / 8;
  auto *mantissas = b.mantissas + k * b.pitch * bytes, *exponents = b.exponents + k * b.pitch;
  if (k + 1 == k1) return {{mantissas, zero_bytes}, {exponents, zero_bytes}};
  return {{mantissas, mantissas + b.pitch * bytes}, {exponents, exponents + b.pitch}};
}

// 2^(exponent - 127 - (Bits - 1)), denormal where it must be.
template <int Bits>
inline float unit_of(int exponent) {
  const int e = exponent - (Bits - 1);
  return __builtin_bit_cast(
      float, e > 0 ? static_cast<uint32_t>(e) << 23 : (1u << 22) >> (e < -31 ? 31 : -e));
}

template <int Bits>
inline uint32_t datum_bits(uint32_t datum, float unit) {
  const float size = static_cast<float>(static_cast<int32_t>(datum & ((1u << Bits) - 1))) * unit;
  return __builtin_bit_cast(uint32_t, size) | datum >> Bits << 31;
}

// The group `group` of both rows: 16 pairs.
template <int Bits>
inline void pairs_of_group(const BlockRows& rows, int64_t group, uint32_t* out) {
  constexpr int bytes = block_float_group * (Bits + 1) / 8;
  const int exponents[2] = {rows.exponents[0][group], rows.exponents[1][group]};
  const uint8_t* mantissas[2] = {rows.mantissas[0] + group * bytes,
                                 rows.mantissas[1] + group * bytes};
  if (exponents[0] == not_finite || exponents[1] == not_finite) [[unlikely]] {
    constexpr DataType dtype = Bits == 7 ? DataType::BFLOAT8_B : DataType::BFLOAT4_B;
    uint32_t bits[2][block_float_group];
    for (int row = 0; row < 2; ++row) {
      float x[block_float_group];
      decode_row(dtype, reinterpret_cast<const std::byte*>(mantissas[row]),
                 rows.exponents[row] + group, 0, block_float_group, x);
      std::memcpy(bits[row], x, sizeof x);
    }
    for (int i = 0; i < block_float_group; ++i)
      out[i] = bits[0][i] >> 16 | (bits[1][i] & 0xffff0000u);
    return;
  }
  const float units[2] = {unit_of<Bits>(exponents[0]), unit_of<Bits>(exponents[1])};
  const auto pair = [&](uint32_t even, uint32_t odd) {
    return datum_bits<Bits>(even, units[0]) >> 16 | datum_bits<Bits>(odd, units[1]);
  };
  if constexpr (Bits == 7)
    for (int i = 0; i < block_float_group; ++i) out[i] = pair(mantissas[0][i], mantissas[1][i]);
  else
    for (int half = 0; half < 2; ++half) {
      uint32_t eight[2];
      std::memcpy(&eight[0], mantissas[0] + half * 4, 4);
      std::memcpy(&eight[1], mantissas[1] + half * 4, 4);
      for (int i = 0; i < 8; ++i)
        out[half * 8 + i] = pair(eight[0] >> (4 * i) & 0xf, eight[1] >> (4 * i) & 0xf);
    }
}

// -- Of a packed B (StoredPanel).

// Of a word of packed data, the number that begins at `bit`, times 2^(31 - Bits).
template <int Bits>
inline Ints number_at(Ints words, int bit) {
  return words << (31 - Bits - bit) & static_cast<int32_t>(~0u << (31 - Bits));
}
// A group of one k as a plain B has it.
template <int Bits>
inline void plain_group(const uint8_t* mantissas, int group, int odd, uint8_t* out) {
  uint32_t words[block_float_group];
  std::memcpy(words, mantissas + StoredPanel::word_of<Bits>(group) * unit_bytes, sizeof words);
  const auto datum = [&](int i) {
    const uint32_t number = words[i] >> StoredPanel::bit_of<Bits>(group, odd);
    return StoredPanel::to_datum<Bits>(number & ((2u << Bits) - 1));
  };
  for (int i = 0; i < block_float_group; i += 8 / (Bits + 1))
    out[i * (Bits + 1) / 8] = static_cast<uint8_t>(datum(i) | (Bits == 3 ? datum(i + 1) << 4 : 0));
}

// All pairs of two k of a panel, [64].
template <int Bits>
inline void pairs_of_panel(const uint8_t* exponents, const uint8_t* mantissas, uint32_t* out) {
  for (int g = 0; g < groups_per_panel; ++g, out += block_float_group) {
    const int even = exponents[2 * g], odd = exponents[2 * g + 1];
    if (even == not_finite || odd == not_finite) [[unlikely]] {
      uint8_t plain[2][block_float_group];
      for (int row = 0; row < 2; ++row) plain_group<Bits>(mantissas, g, row, plain[row]);
      pairs_of_group<Bits>({{plain[0], plain[1]}, {exponents + 2 * g, exponents + 2 * g + 1}}, 0,
                           out);
      continue;
    }
    const Floats units[2] = {broadcast(unit_of<Bits>(even)), broadcast(unit_of<Bits>(odd))};
    for (int i = 0; i < block_float_group; i += lanes) {
      const Ints words =
          (Ints)load_words(mantissas + (StoredPanel::word_of<Bits>(g) + i) * unit_bytes);
      const auto value = [&](int row) {
        const Ints number =
            number_at<Bits>(words, StoredPanel::bit_of<Bits>(g, row)) >> (31 - Bits);
        return (Words)(__builtin_convertvector(number, Floats) * units[row]);
      };
      const Words pairs = value(0) >> 16 | (value(1) & 0xffff0000u);
      std::memcpy(out + i, &pairs, sizeof pairs);
    }
  }
}

}  // namespace
}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
