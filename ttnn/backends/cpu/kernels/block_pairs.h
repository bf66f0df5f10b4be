// Block floats as products read them: pairs of bfloat16 that lie below each other, from mantissas
// and shared exponents, all values exact.
#pragma once
#include "ttnn/backends/cpu/kernels/panel.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

constexpr int groups_per_panel = panel_columns / block_float_group;
constexpr int not_finite = 255;  // the shared exponent of groups with infinities or NaN

// A block-float B from some column on: its first row, and how many groups a row has.
struct StoredColumns {
  const uint8_t* mantissas;
  const uint8_t* exponents;
  int64_t pitch;
};

// Panel `first / 64` of a B that is plain, or packed (stored_panel).
inline StoredColumns stored_columns_from(const Gemm& g, int64_t first) {
  const int64_t bytes = block_float_mantissa_bytes(g.b.dtype);
  auto* data = static_cast<const uint8_t*>(g.b.data);
  if (g.b.arrangement != Arrangement::packed) {
    const int64_t group = first / block_float_group;
    return {data + group * bytes, g.b.exponents + group, block_float_groups(g.N)};
  }
  const StoredPanel panel = stored_panel(g.b.dtype, g.K, g.N, first / panel_columns);
  return {data + panel.mantissas, data + panel.exponents, panel.groups};
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

#ifdef __AVX512VBMI__
// -- The same by tables: a datum as the bfloat16 between -2 and 2 that its group's power of two
// multiplies.
template <int Bits>
constexpr uint16_t fraction_of(int datum) {
  const int size = datum & ((1 << Bits) - 1);
  if (size == 0) return static_cast<uint16_t>(datum >> Bits << 15);
  const int shift = __builtin_clz(static_cast<unsigned>(size)) - (32 - Bits);
  const int fraction = (size << shift & ((1 << (Bits - 1)) - 1)) << (8 - Bits);
  return static_cast<uint16_t>(datum >> Bits << 15 | (127 - shift) << 7 | fraction);
}

template <int Bits>
struct Fractions;

// GCC warns of the unmasked forms, whose ignored operand has no value.
constexpr __mmask16 all = 0xffff;
constexpr __mmask8 all_longs = 0xff;
constexpr __mmask32 all_words = 0xffffffff;
constexpr __mmask64 all_bytes = ~__mmask64{};

struct FractionBytes {
  alignas(64) uint8_t low[128], high[128];
};
constexpr FractionBytes fraction_bytes = [] {
  FractionBytes t{};
  for (int i = 0; i < 128; ++i) {
    t.low[i] = static_cast<uint8_t>(fraction_of<7>(i));
    t.high[i] = static_cast<uint8_t>(fraction_of<7>(i) >> 8);
  }
  return t;
}();

template <>
struct Fractions<7> {  // by bytes: the upper and the lower ones of each value
  // Word 4 l + g is word 4 g + l: what the unpacking within 16 bytes then brings together is a
  // group.
  alignas(64) static constexpr int32_t by_group[16] = {0, 4, 8,  12, 1, 5, 9,  13,
                                                       2, 6, 10, 14, 3, 7, 11, 15};

  const __m512i order = _mm512_load_si512(by_group);
  const __m512i low[2] = {_mm512_load_si512(fraction_bytes.low),
                          _mm512_load_si512(fraction_bytes.low + 64)};
  const __m512i high[2] = {_mm512_load_si512(fraction_bytes.high),
                           _mm512_load_si512(fraction_bytes.high + 64)};

  // f(group, pairs) for the four groups.
  template <class F>
  [[gnu::always_inline]] void of_panel(const BlockRows& rows, F f) const {
    const __m512i even =
        _mm512_maskz_permutexvar_epi32(all, order, _mm512_loadu_si512(rows.mantissas[0]));
    const __m512i odd =
        _mm512_maskz_permutexvar_epi32(all, order, _mm512_loadu_si512(rows.mantissas[1]));
    const __m512i halves[2] = {_mm512_unpacklo_epi8(even, odd), _mm512_unpackhi_epi8(even, odd)};
    each<2>([&](auto i) __attribute__((always_inline)) {
      const __m512i data = halves[i];
      constexpr int a_or_b_and_c = 0xf8;
      const __m512i lower = _mm512_permutex2var_epi8(low[0], data, low[1]);
      const __m512i upper =
          _mm512_ternarylogic_epi32(_mm512_permutex2var_epi8(high[0], data, high[1]), data,
                                    _mm512_set1_epi8(static_cast<char>(0x80)), a_or_b_and_c);
      f(std::integral_constant<int, 2 * i>{}, _mm512_unpacklo_epi8(lower, upper));
      f(std::integral_constant<int, 2 * i + 1>{}, _mm512_unpackhi_epi8(lower, upper));
    });
  }
};

// Word i is of column i / 2 and row i % 2. The byte with its datum becomes the word's upper one,
// which the upper half of a product with a power of two brings down: shuffles and shifts share the
// CPU's ports, products do not.
struct FractionWords {
  alignas(64) uint16_t value[32], factor[32];
  alignas(64) uint8_t byte[groups_per_panel][64];
};
constexpr FractionWords fraction_words = [] {
  FractionWords t{};
  for (int i = 0; i < 32; ++i) {
    const int column = i / 2, row = i % 2;
    t.value[i] = fraction_of<3>(i % 16);
    t.factor[i] = static_cast<uint16_t>(column % 2 == 0 ? 1 << 8 : 1 << 4);
    for (int g = 0; g < groups_per_panel; ++g)
      for (int half = 0; half < 2; ++half)
        t.byte[g][2 * i + half] = static_cast<uint8_t>(row * 32 + g * 8 + column / 2);
  }
  return t;
}();

template <>
struct Fractions<3> {  // by words: what stands above the lowest five bits does not count
  const __m512i values = _mm512_load_si512(fraction_words.value);
  const __m512i factors = _mm512_load_si512(fraction_words.factor);

  template <class F>
  [[gnu::always_inline]] void of_panel(const BlockRows& rows, F f) const {
    const auto* even = reinterpret_cast<const __m256i*>(rows.mantissas[0]);
    const auto* odd = reinterpret_cast<const __m256i*>(rows.mantissas[1]);
    const __m512i both = _mm512_maskz_inserti64x4(
        all_longs, _mm512_castsi256_si512(_mm256_loadu_si256(even)), _mm256_loadu_si256(odd), 1);
    each<groups_per_panel>([&](auto g) __attribute__((always_inline)) {
      const __m512i bytes =
          _mm512_maskz_permutexvar_epi8(all_bytes, _mm512_load_si512(fraction_words.byte[g]), both);
      f(g, _mm512_maskz_permutexvar_epi16(all_words, _mm512_mulhi_epu16(bytes, factors), values));
    });
  }
};

// Whether the groups' values are neither denormal nor infinite, so that an exponent can be added.
template <int Bits>
inline bool is_ordinary(int exponent) {
  return exponent >= Bits && exponent < not_finite;
}

// All pairs of a panel, one after another.
template <int Bits>
inline void pairs_of_panel(const Fractions<Bits>& fractions, const BlockRows& rows, uint32_t* out) {
  fractions.of_panel(rows, [&](auto g, __m512i pairs) __attribute__((always_inline)) {
    constexpr int bias = 127;
    const int even = rows.exponents[0][g], odd = rows.exponents[1][g];
    uint32_t* to = out + g * block_float_group;
    if (!is_ordinary<Bits>(even) || !is_ordinary<Bits>(odd)) [[unlikely]]
      return pairs_of_group<Bits>(rows, g, to);
    const int power = ((even - bias) << 7 & 0xffff) | (odd - bias) << 23;
    const __mmask32 is_number = _mm512_test_epi16_mask(pairs, _mm512_set1_epi16(0x7fff));
    _mm512_storeu_si512(to,
                        _mm512_mask_add_epi16(pairs, is_number, pairs, _mm512_set1_epi32(power)));
  });
}
#endif

}  // namespace
}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
