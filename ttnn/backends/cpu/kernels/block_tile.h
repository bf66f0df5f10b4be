// Tiles of few rows times block floats as they are stored: no value of B is written anywhere.
//
// The power of two of a group multiplies the element of A instead of the 16 of B: both products are
// exact and the same, as long as no factor is a denormal or overflows. Tiles look at the exponents
// of a piece first, and where that is not so, leave the piece to the tiles of decoded values.
#pragma once
#include "ttnn/backends/cpu/kernels/block_pairs.h"
#include "ttnn/backends/cpu/kernels/tile.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

constexpr int64_t stored_columns = 2 * panel_columns;  // of a tile

// What a task adds by such tiles. Where there are none, nothing.
template <class Kind>
struct StoredTiles {
  // Rows and columns of the task, and memory for A.
  StoredTiles(const Gemm&, int64_t, Range, float*, int64_t) {}
  // How many pieces of A it can have at a time.
  int64_t pieces() const { return 0; }
  // A piece of A as tiles have it.
  void read_a(int64_t, const typename Kind::A*, int64_t) {}
  // Adds a piece of stored_columns from n on, if it may be done so.
  bool add(int64_t, int64_t, int64_t, int64_t, float*) const { return false; }
};

#ifdef __AVX512VBMI__
constexpr int stored_rows = 2;
constexpr int stored_groups = static_cast<int>(stored_columns) / block_float_group;

// A piece of few rows of A as floats, and the extent of their exponents but for zeros.
struct FewRows {
  const float* values;  // [rows][sum_piece]
  int least, most;
};

// `a` as tiles have it, [chunks][rows][16].
inline FewRows few_rows(const Bfloat16* a, int64_t rows, int64_t k, float* values) {
  constexpr int64_t chunk = chunk_items<DotKind>;
  typedef uint16_t Chunk __attribute__((vector_size(chunk_bytes)));
  Chunk least = ~Chunk{}, most{};
  for (int64_t i = 0; i < k; i += chunk)
    for (int64_t r = 0; r < rows; ++r, a += chunk) {
      Chunk bits;
      std::memcpy(&bits, a, sizeof bits);
      const Chunk size = bits & 0x7fff, before = size - 1;
      least = before < least ? before : least;
      most = size > most ? size : most;
      store(values + r * sum_piece + i, (Floats)(__builtin_convertvector(bits, Ints) << 16));
    }
  uint16_t lowest = 0xffff, highest = 0;
  for (int64_t i = 0; i < chunk; ++i) {
    lowest = least[i] < lowest ? least[i] : lowest;
    highest = most[i] > highest ? most[i] : highest;
  }
  return {values, lowest == 0xffff ? 255 : (lowest + 1) >> 7, highest >> 7};
}

// The least (but for zeros) and the largest shared exponent of a piece of a panel.
struct Extent {
  int least = 256, most = 0;
};
inline Extent extent_of(const StoredColumns& b, int64_t k0, int64_t k1, Extent so_far) {
  uint8_t least = 255, most = 0;
  const auto add = [&](const uint8_t* e, int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
      const auto before = static_cast<uint8_t>(e[i] - 1);
      least = before < least ? before : least;
      most = e[i] > most ? e[i] : most;
    }
  };
  if (b.pitch == groups_per_panel)
    add(b.exponents + k0 * groups_per_panel, (k1 - k0) * groups_per_panel);
  else
    for (int64_t k = k0; k < k1; ++k) add(b.exponents + k * b.pitch, groups_per_panel);
  if (least + 1 < so_far.least) so_far.least = least + 1;
  if (most > so_far.most) so_far.most = most;
  return so_far;
}

// Whether powers of two between those of two shared exponents (zero is left out: all values of such
// a group count as zero) neither flush nor overflow.
template <int Bits>
inline bool may_scale(const FewRows& a, const Extent& b) {
  constexpr int bias = 127;
  if (b.most == 0) return true;
  if (a.most == 0) return a.least == 255 && b.most < not_finite;  // no denormals; 0 x inf is NaN
  return b.least >= Bits && b.most < not_finite && a.least >= 1 && a.most < 255 &&
         a.least + b.least - bias >= 1 && a.most + b.most - bias < 255;
}

// A pair of elements of A times the powers of two of 8 groups.
struct alignas(32) Scaled {
  uint32_t pair[stored_groups];
};

inline __m256 powers_of(const uint8_t* four, const uint8_t* others) {
  int32_t words[2];
  std::memcpy(&words[0], four, 4);
  std::memcpy(&words[1], others, 4);
  const __m128i eight = _mm_insert_epi32(_mm_cvtsi32_si128(words[0]), words[1], 1);
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu8_epi32(eight), 23));
}

template <int Bits, int R>
inline void scale(const FewRows& a, const StoredColumns (&b)[2], int64_t k0, int64_t k1,
                  Scaled (*scaled)[R]) {
  for (int64_t k = k0; k < k1; k += 2, ++scaled) {
    const BlockRows rows[2] = {two_rows<Bits>(b[0], k, k1), two_rows<Bits>(b[1], k, k1)};
    const __m256 even = powers_of(rows[0].exponents[0], rows[1].exponents[0]);
    const __m256 odd = powers_of(rows[0].exponents[1], rows[1].exponents[1]);
    each<R>([&](auto r) __attribute__((always_inline)) {
      const float* x = a.values + r * sum_piece + (k - k0);
      const __m256i low = _mm256_castps_si256(_mm256_mul_ps(even, _mm256_set1_ps(x[0])));
      const __m256i high = _mm256_castps_si256(_mm256_mul_ps(odd, _mm256_set1_ps(x[1])));
      _mm256_store_si256(reinterpret_cast<__m256i*>((*scaled)[r].pair),
                         _mm256_or_si256(_mm256_srli_epi32(low, 16), high));
    });
  }
}

// Two rows of two panels as eight vectors of pairs: what of A each is multiplied by, and how the
// sums become groups.
template <int Bits>
struct Panels;

template <>
struct Panels<7> {  // a vector is a group
  const Fractions<7> fractions;

  template <class F>
  [[gnu::always_inline]] void read(const BlockRows (&rows)[2], F f) const {
    each<2>([&](auto panel) __attribute__((always_inline)) {
      fractions.of_panel(rows[panel], [&](auto g, __m512i pairs) __attribute__((always_inline)) {
        f(std::integral_constant<int, panel * groups_per_panel + g>{}, pairs);
      });
    });
  }
  static __m512i factors(const Scaled& a, int i) {
    return _mm512_set1_epi32(static_cast<int>(a.pair[i]));
  }
  static void to_groups(Floats*) {}
};

// Word 4 j + i of row r of a panel's groups becomes half r of word 4 i + j, so that 16 bytes have
// one quarter of each of the groups j.
struct QuartersByGroup {
  alignas(64) uint16_t word[32];
};
constexpr QuartersByGroup quarters_by_group = [] {
  QuartersByGroup t{};
  for (int i = 0; i < 32; ++i)
    t.word[i] = static_cast<uint16_t>(i % 2 * 32 + i / 2 % 4 * 4 + i / 2 / 4);
  return t;
}();

template <>
struct Panels<3> {  // vector 4 p + s is column s of all quarters of panel p
  const __m512i values = _mm512_load_si512(fraction_words.value);
  const __m512i words = _mm512_load_si512(quarters_by_group.word);

  template <class F>
  [[gnu::always_inline]] void read(const BlockRows (&rows)[2], F f) const {
    each<2>([&](auto panel) __attribute__((always_inline)) {
      const auto row = [&](int i) {
        const auto* half = reinterpret_cast<const __m256i*>(rows[panel].mantissas[i]);
        return _mm512_castsi256_si512(_mm256_loadu_si256(half));
      };
      const __m512i four = _mm512_permutex2var_epi16(row(0), words, row(1));
      each<4>([&](auto s) __attribute__((always_inline)) {
        const __m512i data = s == 0 ? four : _mm512_maskz_srli_epi16(all_words, four, 4 * s);
        f(std::integral_constant<int, 4 * panel + s>{},
          _mm512_maskz_permutexvar_epi16(all_words, data, values));
      });
    });
  }
  static __m512i factors(const Scaled& a, int i) {
    const auto* four = reinterpret_cast<const __m128i*>(a.pair + i / 4 * 4);
    return _mm512_maskz_broadcast_i32x4(all, _mm_load_si128(four));
  }
  static void to_groups(Floats* sum) {
    for (Floats* x : {sum, sum + 4}) {
      const Floats a = low_pairs(x[0], x[1]), b = high_pairs(x[0], x[1]);
      const Floats c = low_pairs(x[2], x[3]), d = high_pairs(x[2], x[3]);
      x[0] = low_halves(a, c), x[1] = high_halves(a, c);
      x[2] = low_halves(b, d), x[3] = high_halves(b, d);
    }
  }

 private:
  static Floats low_pairs(Floats a, Floats b) {
    return (Floats)_mm512_maskz_unpacklo_ps(all, (__m512)a, (__m512)b);
  }
  static Floats high_pairs(Floats a, Floats b) {
    return (Floats)_mm512_maskz_unpackhi_ps(all, (__m512)a, (__m512)b);
  }
  static Floats low_halves(Floats a, Floats b) {
    return (Floats)_mm512_maskz_unpacklo_pd(all_longs, (__m512d)a, (__m512d)b);
  }
  static Floats high_halves(Floats a, Floats b) {
    return (Floats)_mm512_maskz_unpackhi_pd(all_longs, (__m512d)a, (__m512d)b);
  }
};

// Where decoding takes about as long as reading, streams have to be foreseen further than the
// hardware does; rows of a plain B lie far apart besides.
template <int Bits>
inline void fetch(const BlockRows (&rows)[2], int64_t pitch) {
  constexpr int64_t rows_ahead = 64, bytes = block_float_group * (Bits + 1) / 8;
  for (const BlockRows& panel : rows)
    for (int row = 0; row < 2; ++row) {
      __builtin_prefetch(panel.mantissas[row] + rows_ahead * pitch * bytes);
      __builtin_prefetch(panel.exponents[row] + 2 * rows_ahead * pitch);
    }
}

// sums[panel][R][64] = A[R][k0..k1) x B of 128 columns, or added to what is there. False, and
// nothing done, where that would not be exact.
template <int Bits, int R>
bool stored_tile(const FewRows& a, const StoredColumns (&b)[2], int64_t k0, int64_t k1, float* sums,
                 bool adds) {
  if (!may_scale<Bits>(a, extent_of(b[1], k0, k1, extent_of(b[0], k0, k1, {})))) return false;
  // All of the piece at once: a product that waits for what is just stored takes longer.
  alignas(line_bytes) Scaled scaled[sum_piece / 2][R];
  scale<Bits, R>(a, b, k0, k1, scaled);
  const Panels<Bits> panels;
  Floats sum[R][stored_groups] = {};
  for (int64_t k = k0; k < k1; k += 2) {
    const BlockRows rows[2] = {two_rows<Bits>(b[0], k, k1), two_rows<Bits>(b[1], k, k1)};
    fetch<Bits>(rows, b[0].pitch);
    panels.read(rows, [&](auto i, __m512i pairs) __attribute__((always_inline)) {
      each<R>([&](auto r) __attribute__((always_inline)) {
        const __m512i x = Panels<Bits>::factors(scaled[(k - k0) / 2][r], i);
        sum[r][i] = DotKind::add(sum[r][i], (Floats)x, (Floats)pairs);
      });
    });
  }
  for (auto& row : sum) Panels<Bits>::to_groups(row);
  each<R * stored_groups>([&](auto i) __attribute__((always_inline)) {
    constexpr int r = i / stored_groups, g = i % stored_groups;
    float* to = sums + (g / groups_per_panel * R + r) * panel_columns +
                g % groups_per_panel * block_float_group;
    store(to, adds ? load(to) + sum[r][g] : sum[r][g]);
  });
  return true;
}

using StoredTile = bool (*)(const FewRows&, const StoredColumns (&)[2], int64_t, int64_t, float*,
                            bool);
inline StoredTile stored_tile_of(DataType dtype, int64_t rows) {
  if (dtype == DataType::BFLOAT8_B) return rows == 1 ? stored_tile<7, 1> : stored_tile<7, 2>;
  return rows == 1 ? stored_tile<3, 1> : stored_tile<3, 2>;
}

template <>
class StoredTiles<DotKind> {
 public:
  StoredTiles(const Gemm& g, int64_t rows, Range columns, float* floats, int64_t count)
      : g_(g),
        columns_(columns),
        rows_(rows),
        pieces_(count / (rows * sum_piece)),
        floats_(floats) {
    if (is_block_float(g.b.dtype) && rows <= stored_rows) tile_ = stored_tile_of(g.b.dtype, rows);
  }

  int64_t pieces() const { return tile_ ? smaller(pieces_, most_pieces) : 0; }

  void read_a(int64_t piece, const Bfloat16* a, int64_t k) {
    if (tile_) a_[piece] = few_rows(a, rows_, k, floats_ + piece * rows_ * sum_piece);
  }

  bool add(int64_t n, int64_t piece, int64_t k0, int64_t k1, float* sums) const {
    if (!tile_ || n + panel_columns >= columns_.end || n + stored_columns > g_.N) return false;
    const StoredColumns b[2] = {stored_columns_from(g_, n),
                                stored_columns_from(g_, n + panel_columns)};
    return tile_(a_[piece], b, k0, k1, sums, k0 > 0);
  }

 private:
  static constexpr int64_t most_pieces = 64;

  const Gemm& g_;
  const Range columns_;
  const int64_t rows_, pieces_;
  float* const floats_;
  StoredTile tile_ = nullptr;
  FewRows a_[most_pieces];
};
#endif

}  // namespace
}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
