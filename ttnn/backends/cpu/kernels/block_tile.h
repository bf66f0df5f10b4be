// Tiles of few rows times block floats as they are packed: no value of B is written anywhere.
//
// The power of two of a group multiplies the element of A instead of the 16 of B: both products are
// exact and the same, as long as no factor is a denormal or overflows. Tiles look at the exponents
// of a piece meanwhile, and where that is not so, leave the piece to the tiles of decoded values.
#pragma once
#include "ttnn/backends/cpu/kernels/block_pairs.h"
#include "ttnn/backends/cpu/kernels/tile.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

// How a kind of product adds block floats. Where it has no way, no rows.
template <class Kind>
struct StoredKind {
  static constexpr int most_rows = 0;
};

typedef uint8_t Bytes __attribute__((vector_size(vector_bytes)));
inline Bytes load_bytes(const uint8_t* p) { return (Bytes)load_words(p); }

// A piece of few rows of A, and the extent of their exponents but for zeros.
template <class Kind>
struct PieceOfA {
  const typename Kind::A* values;  // [rows][sum_piece], zeros beyond its k
  int least, most;
};

// `a` as tiles have it, [chunks][rows][32 bytes].
template <class Kind>
PieceOfA<Kind> piece_of(const typename Kind::A* a, int64_t rows, int64_t k,
                        typename Kind::A* values) {
  using Bits = std::conditional_t<sizeof(typename Kind::A) == 2, uint16_t, uint32_t>;
  constexpr int64_t chunk = chunk_items<Kind>;
  constexpr int exponent_at = 8 * sizeof(Bits) - 9;
  constexpr auto size = static_cast<Bits>(static_cast<Bits>(~Bits{0}) >> 1);
  auto* bits = reinterpret_cast<Bits*>(values);
  std::memset(bits, 0, static_cast<size_t>(rows * sum_piece) * sizeof(Bits));
  for (int64_t i = 0; i < k; i += chunk)
    for (int64_t r = 0; r < rows; ++r, a += chunk)
      std::memcpy(bits + r * sum_piece + i, a, chunk_bytes);
  Bits least = static_cast<Bits>(~Bits{0}), most = 0;  // least: less one, so that zeros are large
  for (int64_t i = 0; i < rows * sum_piece; ++i) {
    const Bits x = bits[i] & size, before = static_cast<Bits>(x - 1);
    least = before < least ? before : least;
    most = x > most ? x : most;
  }
  if (most == 0) return {values, 255, 0};
  return {values, static_cast<int>((least + 1) >> exponent_at),
          static_cast<int>(most >> exponent_at)};
}

// The least and the largest exponent that groups may have, and whether 0 counts as zero.
struct Allowed {
  int least, most;
  bool zero;
};
// Powers of two are 2^(exponent - bias) and have exponents of their own from `shift` + 1 on.
template <class Kind, int Bits>
constexpr Allowed allowed(const PieceOfA<Kind>& a) {
  constexpr int bias = StoredKind<Kind>::bias, first = StoredKind<Kind>::template least<Bits>;
  const int least = bias + 1 - a.least, most = bias + 254 - a.most;
  if (a.least == 0 || a.most == 255) return {255, 0, false};  // denormals; 0 x inf is NaN
  return {least > first ? least : first, most < not_finite ? most : not_finite - 1,
          StoredKind<Kind>::zero_exponents_are_zero};
}

// The exponents of all groups so far.
template <bool Zero>
struct Extent {
  Bytes least = ~Bytes{}, most = {};

  [[gnu::always_inline]] void add(const uint8_t* exponents) {
    for (int i = 0; i < StoredPanel::chunk_pairs * StoredPanel::pair_exponents; i += vector_bytes) {
      const Bytes e = load_bytes(exponents + i), x = Zero ? e - 1 : e;
      least = x < least ? x : least;
      most = e > most ? e : most;
    }
  }
  bool is_within(const Allowed& allowed) const {
    if (allowed.least > allowed.most) return false;
    const auto low = static_cast<uint8_t>(allowed.least - (Zero ? 1 : 0));
    const auto high = static_cast<uint8_t>(allowed.most);
    const auto outside = (Words)((least < low) | (most > high));
    uint32_t any = 0;
    for (int i = 0; i < lanes; ++i) any |= outside[i];
    return any == 0;
  }
};

#if defined(__AVX2__)
// Multiply-adds of floats. Numbers are read as 2^(31 - Bits) times themselves, so powers of two are
// the less.
template <>
struct StoredKind<WidenedKind> {
  static constexpr int most_rows = vector_bytes == 64 ? 2 : 1;
  static constexpr bool zero_exponents_are_zero = false;  // denormals count
  static constexpr int bias = 157;                        // 127 + Bits - 1 + 31 - Bits
  template <int Bits>
  static constexpr int least = bias - 126;

  static constexpr int vectors = block_float_group / lanes;
  using Sums = Floats[groups_per_panel * vectors];
  // A times the powers of two of 4 groups, two k.
  struct Scaled {
    float of[StoredPanel::pair_exponents];
  };

  static void scale(const float* a, const uint8_t* exponents, Scaled* scaled) {
    for (int u = 0; u < StoredPanel::chunk_pairs; ++u) {
      int64_t eight;
      double pair;
      std::memcpy(&eight, exponents + u * StoredPanel::pair_exponents, sizeof eight);
      std::memcpy(&pair, a + 2 * u, sizeof pair);
      const __m256i less = _mm256_set1_epi32(bias - 127);
      const __m256i e = _mm256_sub_epi32(_mm256_cvtepu8_epi32(_mm_cvtsi64_si128(eight)), less);
      const __m256 power = _mm256_castsi256_ps(_mm256_slli_epi32(e, 23));
      _mm256_storeu_ps(scaled[u].of, _mm256_mul_ps(_mm256_castpd_ps(_mm256_set1_pd(pair)), power));
    }
  }

  template <int Bits>
  struct Decoder {
#if defined(__AVX512F__)
    // Of bfloat4_b the number that is in the lowest bits.
    const __m512 numbers =
        _mm512_mul_ps(_mm512_setr_ps(0, 1, 2, 3, 4, 5, 6, 7, -8, -7, -6, -5, -4, -3, -2, -1),
                      _mm512_set1_ps(1 << 28));
#endif
    template <int Group, int Odd>
    Floats values(const uint8_t* mantissas, int v) const {
      const Ints words = (Ints)load_words(
          mantissas + StoredPanel::word_of<Bits>(Group) * unit_bytes + v * vector_bytes);
      constexpr int bit = StoredPanel::bit_of<Bits>(Group, Odd);
#if defined(__AVX512F__)
      constexpr __mmask16 all = 0xffff;
      if constexpr (Bits == 3)
        return (Floats)_mm512_maskz_permutexvar_ps(all, (__m512i)((Words)words >> bit), numbers);
#endif
      return __builtin_convertvector(number_at<Bits>(words, bit), Floats);
    }
  };

  template <int Bits, int R>
  [[gnu::always_inline]] static void add(const Decoder<Bits>& decoder, const uint8_t* mantissas,
                                         const Scaled* const (&scaled)[R], Sums (&sums)[R]) {
    each<2>([&](auto odd) __attribute__((always_inline)) {
      each<groups_per_panel>([&](auto g) __attribute__((always_inline)) {
        each<vectors>([&](auto v) __attribute__((always_inline)) {
          const Floats b = decoder.template values<g, odd>(mantissas, v);
          each<R>([&](auto r) __attribute__((always_inline)) {
            Floats& sum = sums[r][g * vectors + v];
            sum = multiply_add_one(sum, scaled[r]->of[2 * g + odd], b);
          });
        });
      });
    });
  }
  template <int Bits>
  static void to_columns(Sums&) {}
};
#endif

#ifdef __AVX512VBMI__
// Dot products, of data that tables make bfloat16 between -2 and 2 of.
template <int Bits>
constexpr uint16_t fraction_of(int datum) {
  const int size = datum & ((1 << Bits) - 1);
  if (size == 0) return static_cast<uint16_t>(datum >> Bits << 15);
  const int shift = __builtin_clz(static_cast<unsigned>(size)) - (32 - Bits);
  const int fraction = (size << shift & ((1 << (Bits - 1)) - 1)) << (8 - Bits);
  return static_cast<uint16_t>(datum >> Bits << 15 | (127 - shift) << 7 | fraction);
}

// GCC warns of the unmasked forms, whose ignored operand has no value.
constexpr __mmask16 all = 0xffff;
constexpr __mmask8 all_longs = 0xff;
constexpr __mmask32 all_words = 0xffffffff;
constexpr __mmask64 all_bytes = ~__mmask64{};

template <>
struct StoredKind<DotKind> {
  static constexpr int most_rows = 2;
  static constexpr bool zero_exponents_are_zero = true;
  static constexpr int bias = 127;
  template <int Bits>
  static constexpr int least = Bits;  // else values are denormals

  static constexpr int vectors = 1;  // of a group
  using Sums = Floats[groups_per_panel];
  struct Scaled {
    uint32_t of[groups_per_panel];  // pairs
  };

  struct Quarters {
    alignas(64) int32_t of[4][16];
  };
  static constexpr Quarters quarters = [] {
    Quarters t{};
    for (int i = 0; i < 64; ++i) t.of[i / 16][i % 16] = i / 4;
    return t;
  }();

  // Exponents are added where neither factor is zero.
  static void scale(const Bfloat16* a, const uint8_t* exponents, Scaled* scaled) {
    const __m512i pairs = _mm512_loadu_si512(a);
    const __m512i size = _mm512_set1_epi16(0x7fff), unit = _mm512_set1_epi16(bias << 7);
    each<4>([&](auto i) __attribute__((always_inline)) {
      const __m512i x =
          _mm512_maskz_permutexvar_epi32(all, _mm512_load_si512(quarters.of[i]), pairs);
      const auto* bytes = reinterpret_cast<const __m256i*>(exponents + i * 32);
      const __m512i e = _mm512_maskz_slli_epi16(
          all_words, _mm512_maskz_cvtepu8_epi16(all_words, _mm256_loadu_si256(bytes)), 7);
      const __mmask32 both = _mm512_mask_test_epi16_mask(_mm512_test_epi16_mask(x, size), e, e);
      const __m512i zero = _mm512_maskz_andnot_epi32(all, size, x);
      _mm512_store_si512(
          scaled + 4 * i,
          _mm512_mask_add_epi16(zero, both, x, _mm512_maskz_sub_epi16(all_words, e, unit)));
    });
  }

  template <int Bits>
  struct Decoder;

  // bfloat8_b: the lower and the upper bytes of values of sizes, by two tables. Unpacked, words of
  // two columns and two groups lie beside each other.
  struct FractionBytes {
    alignas(64) uint8_t low[128], high[128];
  };
  static constexpr FractionBytes fraction_bytes = [] {
    FractionBytes t{};
    for (int i = 0; i < 128; ++i) {
      t.low[i] = static_cast<uint8_t>(fraction_of<7>(i));
      t.high[i] = static_cast<uint8_t>(fraction_of<7>(i) >> 8);
    }
    return t;
  }();
  template <int R>
  using Factors = const Scaled* const (&)[R];

  // bfloat4_b: by the lowest five bits of a word, of which four count.
  struct FractionWords {
    alignas(64) uint16_t of[32];
  };
  static constexpr FractionWords fraction_words = [] {
    FractionWords t{};
    for (int i = 0; i < 32; ++i) {
      const int number = i % 16;
      t.of[i] = fraction_of<3>(number < 8 ? number : (16 - number) % 8 | 8);
    }
    return t;
  }();

  template <int Bits, int R>
  [[gnu::always_inline]] static void add(const Decoder<Bits>& decoder, const uint8_t* mantissas,
                                         Factors<R> scaled, Sums (&sums)[R]) {
    decoder.pairs(mantissas, [&](auto i, __m512i pairs) __attribute__((always_inline)) {
      each<R>([&](auto r) __attribute__((always_inline)) {
        const __m512i x = Decoder<Bits>::template factors<i>(*scaled[r]);
        sums[r][i] = DotKind::add(sums[r][i], (Floats)x, (Floats)pairs);
      });
    });
  }
  template <int Bits>
  static void to_columns(Sums& sums) {
    Decoder<Bits>::to_columns(sums);
  }
};

template <>
struct StoredKind<DotKind>::Decoder<7> {
  const __m512i low[2] = {_mm512_load_si512(fraction_bytes.low),
                          _mm512_load_si512(fraction_bytes.low + 64)};
  const __m512i high[2] = {_mm512_load_si512(fraction_bytes.high),
                           _mm512_load_si512(fraction_bytes.high + 64)};
  const __m512i sign = _mm512_set1_epi8(static_cast<char>(0x80));

  template <class F>
  [[gnu::always_inline]] void pairs(const uint8_t* mantissas, F f) const {
    each<2>([&](auto i) __attribute__((always_inline)) {
      constexpr int a_or_b_and_c = 0xf8;
      const __m512i data = _mm512_loadu_si512(mantissas + i * 64);
      const __m512i size = _mm512_maskz_abs_epi8(all_bytes, data);
      const __m512i lower = _mm512_permutex2var_epi8(low[0], size, low[1]);
      const __m512i upper = _mm512_ternarylogic_epi32(
          _mm512_permutex2var_epi8(high[0], size, high[1]), data, sign, a_or_b_and_c);
      f(std::integral_constant<int, 2 * i>{}, _mm512_unpacklo_epi8(lower, upper));
      f(std::integral_constant<int, 2 * i + 1>{}, _mm512_unpackhi_epi8(lower, upper));
    });
  }
  template <int I>
  static __m512i factors(const Scaled& a) {
    int64_t two;
    std::memcpy(&two, a.of + I / 2 * 2, sizeof two);
    return _mm512_set1_epi64(two);
  }
  static void to_columns(Sums& sums) {
    each<2>([&](auto i) __attribute__((always_inline)) {
      const auto a = (__m512)sums[2 * i], b = (__m512)sums[2 * i + 1];
      sums[2 * i] = (Floats)_mm512_maskz_shuffle_ps(all, a, b, 0b10001000);
      sums[2 * i + 1] = (Floats)_mm512_maskz_shuffle_ps(all, a, b, 0b11011101);
    });
  }
};

template <>
struct StoredKind<DotKind>::Decoder<3> {
  const __m512i values = _mm512_load_si512(fraction_words.of);

  template <class F>
  [[gnu::always_inline]] void pairs(const uint8_t* mantissas, F f) const {
    const __m512i words = _mm512_loadu_si512(mantissas);
    each<groups_per_panel>([&](auto g) __attribute__((always_inline)) {
      const __m512i data = g == 0 ? words : _mm512_maskz_srli_epi16(all_words, words, 4 * g);
      f(g, _mm512_maskz_permutexvar_epi16(all_words, data, values));
    });
  }
  template <int I>
  static __m512i factors(const Scaled& a) {
    return _mm512_set1_epi32(static_cast<int>(a.of[I]));
  }
  static void to_columns(Sums&) {}
};
#endif

// sums[R][64] = A[R][k0..k1) x B of a panel, or added to what is there. `packed` begins with a
// chunk. False, and nothing done, where that would not be exact.
template <class Kind, int Bits, int R>
bool stored_tile(const PieceOfA<Kind>& a, const uint8_t* packed, int64_t pairs, float* sums,
                 bool adds) {
  using By = StoredKind<Kind>;
  constexpr DataType dtype = Bits == 7 ? DataType::BFLOAT8_B : DataType::BFLOAT4_B;
  constexpr StoredPanel panel = {dtype, 2 * StoredPanel::chunk_pairs};
  constexpr int64_t whole = StoredPanel::chunk_pairs, exponents = whole * panel.pair_exponents;
  Extent<By::zero_exponents_are_zero> extent;
  // A chunk before it is needed: a product that waits for what is just stored takes longer.
  alignas(line_bytes) typename By::Scaled scaled[2][R][whole];
  const auto scale = [&](int64_t chunk) {
    const int64_t left = smaller(pairs - chunk * whole, whole);
    const uint8_t* e = packed + chunk * panel.chunk_bytes(whole);
    alignas(line_bytes) uint8_t padded[exponents];
    if (left < whole) [[unlikely]] {
      std::memset(padded, panel.padding_exponent, sizeof padded);
      std::memcpy(padded, e, static_cast<size_t>(left * panel.pair_exponents));
      e = padded;
    }
    extent.add(e);
    for (int r = 0; r < R; ++r)
      By::scale(a.values + r * sum_piece + chunk * panel.chunk_k, e, scaled[chunk % 2][r]);
  };
  const typename By::template Decoder<Bits> decoder;
  typename By::Sums sum[R] = {};
  scale(0);
  for (int64_t chunk = 0; chunk * whole < pairs; ++chunk) {
    if ((chunk + 1) * whole < pairs) scale(chunk + 1);
    const int64_t left = smaller(pairs - chunk * whole, whole);
    const uint8_t* mantissas =
        packed + chunk * panel.chunk_bytes(whole) + left * panel.pair_exponents;
    for (int64_t u = 0; u < left; ++u, mantissas += panel.pair_mantissas()) {
      const typename By::Scaled* by[R];
      each<R>([&](auto r) { by[r] = &scaled[chunk % 2][r][u]; });
      By::template add<Bits, R>(decoder, mantissas, by, sum);
    }
  }
  if (!extent.is_within(allowed<Kind, Bits>(a))) return false;
  for (auto& row : sum) By::template to_columns<Bits>(row);
  each<R>([&](auto r) __attribute__((always_inline)) {
    each<panel_columns / lanes>([&](auto v) __attribute__((always_inline)) {
      float* to = sums + r * panel_columns + v * lanes;
      store(to, adds ? load(to) + sum[r][v] : sum[r][v]);
    });
  });
  return true;
}

// What a task of few rows adds by such tiles.
template <class Kind>
class StoredTiles {
  using A = typename Kind::A;
  using Tile = bool (*)(const PieceOfA<Kind>&, const uint8_t*, int64_t, float*, bool);

 public:
  // Rows of the task, and memory for A.
  StoredTiles(const Gemm& g, int64_t rows, void* memory, int64_t bytes)
      : g_(g),
        rows_(rows),
        pieces_(smaller(bytes / (rows * sum_piece * int64_t{sizeof(A)}), most_pieces)),
        values_(static_cast<A*>(memory)) {
    if constexpr (most_rows > 0)
      if (is_block_float(g.b.dtype) && g.b.arrangement == Arrangement::packed && rows <= most_rows)
        tile_ = g.b.dtype == DataType::BFLOAT8_B ? tiles<7>[rows] : tiles<3>[rows];
  }

  // How many pieces of A it can have at a time; 0 where it does nothing.
  int64_t pieces() const { return tile_ ? pieces_ : 0; }
  // A piece of A as tiles have it.
  void read_a(int64_t piece, const A* a, int64_t k) {
    if (tile_) a_[piece] = piece_of<Kind>(a, rows_, k, values_ + piece * rows_ * sum_piece);
  }
  // Adds a piece of the panel of column n, if it may be done so.
  bool add(int64_t n, int64_t piece, int64_t k0, int64_t k1, float* sums) const {
    if (!tile_) return false;
    const StoredPanel panel = {g_.b.dtype, g_.K};
    const auto* packed = static_cast<const uint8_t*>(g_.b.data) +
                         n / panel_columns * panel.bytes() + panel.exponents(k0);
    return tile_(a_[piece], packed, (k1 - k0 + 1) / 2, sums, k0 > 0);
  }

 private:
  static constexpr int most_rows = StoredKind<Kind>::most_rows;
  static constexpr int64_t most_pieces = 64;
  template <int Bits>
  static constexpr auto tiles = []<int... i>(std::integer_sequence<int, i...>) {
    return std::array<Tile, most_rows + 1>{nullptr, &stored_tile<Kind, Bits, i + 1>...};
  }(std::make_integer_sequence<int, most_rows>{});

  const Gemm& g_;
  const int64_t rows_, pieces_;
  A* const values_;
  Tile tile_ = nullptr;
  PieceOfA<Kind> a_[most_pieces];
};
static_assert(sum_piece % StoredPanel::chunk_k == 0);

}  // namespace
}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
