// What the sources of this folder share. Each is compiled once per ISA inside
// ttnn::cpu::TTNN_ISA_NAMESPACE; whatever is inline here has internal linkage, so that no function
// compiled for a newer CPU can replace a baseline one.
#pragma once
#include <cstring>

#include "ttnn/backends/cpu/kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

// Each source fills its part of the table.
void fill_unary(Kernels&);
void fill_binary(Kernels&);
void fill_convert(Kernels&);
void fill_map(Kernels&);
void fill_reductions(Kernels&);
void fill_argmax(Kernels&);
void fill_softmax(Kernels&);
void fill_norms(Kernels&);
void fill_block_float(Kernels&);
void fill_move(Kernels&);
void fill_product(Kernels&);
void fill_limits(Kernels&);

// The table of this ISA, for sources that build on others' loops.
extern Kernels table;

namespace {

// -- Vectors of the native width.
#if defined(__AVX512F__)
constexpr int vector_bytes = 64;
#elif defined(__AVX__)
constexpr int vector_bytes = 32;
#else
constexpr int vector_bytes = 16;
#endif
constexpr int lanes = vector_bytes / 4;
typedef float Floats __attribute__((vector_size(vector_bytes)));
typedef int32_t Ints __attribute__((vector_size(vector_bytes)));
typedef float FloatsAnywhere __attribute__((vector_size(vector_bytes), aligned(4), may_alias));

inline Floats load(const float* p) { return *reinterpret_cast<const FloatsAnywhere*>(p); }
inline void store(float* p, Floats x) { *reinterpret_cast<FloatsAnywhere*>(p) = x; }
typedef uint16_t HalvesAnywhere
    __attribute__((vector_size(vector_bytes / 2), aligned(2), may_alias));
inline Floats load_widened(const uint16_t* p) {  // bfloat16's bits
  return (Floats)(__builtin_convertvector(*reinterpret_cast<const HalvesAnywhere*>(p), Ints) << 16);
}
inline Floats broadcast(float x) { return x - Floats{}; }
typedef uint32_t Words __attribute__((vector_size(vector_bytes)));
typedef uint32_t WordsAnywhere __attribute__((vector_size(vector_bytes), aligned(1), may_alias));
inline Words load_words(const void* p) { return *static_cast<const WordsAnywhere*>(p); }
// To memory, or past the caches to where a vector may begin.
template <Stores how>
inline void store_words(void* p, Words x) {
#if defined(__AVX512F__)
  if constexpr (how == Stores::streaming)
    return _mm512_stream_si512(static_cast<__m512i*>(p), (__m512i)x);
#elif defined(__AVX__)
  if constexpr (how == Stores::streaming)
    return _mm256_stream_si256(static_cast<__m256i*>(p), (__m256i)x);
#elif defined(__x86_64__)
  if constexpr (how == Stores::streaming)
    return _mm_stream_si128(static_cast<__m128i*>(p), (__m128i)x);
#endif
  *static_cast<WordsAnywhere*>(p) = x;
}

// Bytes are passed on in chunks that stay in L1 together with a few others.
constexpr int64_t chunk_values = 1024;
constexpr int64_t map_values = 256;  // of long passes: memory is asked for while they are computed
constexpr int64_t narrow_block = 256;
constexpr int64_t line_bytes = 64;

inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

// Asks for memory that is read soon after `bytes` from p on. The hardware asks by itself while
// nothing but loads happens, and stops at every page; computing takes turns with it otherwise.
// Into L2: stores past the caches wait where L1 does.
constexpr int64_t prefetch_distance = 2048;
constexpr int into_l2 = 2;
inline void prefetch_after(const void* p, int64_t bytes) {
  const auto* ahead = static_cast<const char*>(p) + prefetch_distance;
  for (int64_t i = 0; i < bytes; i += line_bytes) __builtin_prefetch(ahead + i, 0, into_l2);
}

// How many leading values of `item` bytes lie before the next cache line of p, at most n.
inline int64_t values_to_line(const void* p, int64_t item, int64_t n) {
  const int64_t past = static_cast<int64_t>(reinterpret_cast<uintptr_t>(p) % line_bytes);
  return past % item ? 0 : smaller(n, (line_bytes - past) % line_bytes / item);
}

// Writes whole cache lines past the caches, what is left at both ends through them. The caller ends
// with fence(), after which other threads may be told. `each_line` is called before a line is read.
template <class EachLine>
inline void stream(void* dst, const void* src, int64_t bytes, EachLine each_line) {
  auto* d = static_cast<std::byte*>(dst);
  auto* s = static_cast<const std::byte*>(src);
#if defined(__x86_64__)
  const int64_t head = values_to_line(d, 1, bytes);
  std::memcpy(d, s, static_cast<size_t>(head));
  d += head, s += head, bytes -= head;
  for (; bytes >= line_bytes; d += line_bytes, s += line_bytes, bytes -= line_bytes) {
    each_line(s);
#pragma GCC unroll 4
    for (int i = 0; i < line_bytes; i += vector_bytes)
      store_words<Stores::streaming>(d + i, load_words(s + i));
  }
#endif
  std::memcpy(d, s, static_cast<size_t>(bytes));
}
inline void stream(void* dst, const void* src, int64_t bytes) {
  stream(dst, src, bytes, [](const std::byte*) {});
}
inline void fence() {
#if defined(__x86_64__)
  _mm_sfence();
#endif
}
inline void fence(Stores stores) {
  if (stores == Stores::streaming) fence();
}

// -- Element types as memory holds them.
struct Bfloat16 {
  uint16_t bits;
};
struct Float16 {
  uint16_t bits;
};

inline float widen(uint16_t bits) {
  return __builtin_bit_cast(float, static_cast<uint32_t>(bits) << 16);
}
inline float widen(Bfloat16 x) {
  return __builtin_bit_cast(float, static_cast<uint32_t>(x.bits) << 16);
}
inline Bfloat16 narrow(float x) {  // to nearest even; a NaN becomes quiet and stays one
  const uint32_t b = __builtin_bit_cast(uint32_t, x), top = b >> 16;
  const uint32_t rounded = (b + (0x7fff + (top & 1))) >> 16;
  return {static_cast<uint16_t>(x != x ? top | 0x40 : rounded)};
}

#if defined(__AVX2__)
// The bits of two vectors of floats as bfloat16, rounded like `narrow`: the low halves of both,
// then the high halves, each of 128 bits. NaNs are looked for once for all: they are rare.
inline __m256i rounded_bits(__m256i bits) {
  const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
  const __m256i up = _mm256_add_epi32(odd, _mm256_set1_epi32(0x7fff));
  return _mm256_srli_epi32(_mm256_add_epi32(bits, up), 16);
}
inline __m256i rounded_bits_of_any(__m256 x) {
  const __m256i bits = _mm256_castps_si256(x);
  const __m256i quiet = _mm256_or_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(0x40));
  const __m256 is_nan = _mm256_cmp_ps(x, x, _CMP_UNORD_Q);
  return _mm256_blendv_epi8(rounded_bits(bits), quiet, _mm256_castps_si256(is_nan));
}
inline __m256i narrow_in_halves(__m256 a, __m256 b) {
  if (_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_UNORD_Q))) [[unlikely]]
    return _mm256_packus_epi32(rounded_bits_of_any(a), rounded_bits_of_any(b));
  return _mm256_packus_epi32(rounded_bits(_mm256_castps_si256(a)),
                             rounded_bits(_mm256_castps_si256(b)));
}
template <Stores how>
inline void store_256(uint16_t* p, __m256i x) {
  if constexpr (how == Stores::streaming)
    _mm256_stream_si256(reinterpret_cast<__m256i*>(p), x);
  else
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), x);
}
#endif

// The same of a vector of any width: the result in the upper halves of the words.
inline Words rounded_to_upper(Floats x) {
  const Words b = (Words)x;
  return x != x ? b | 0x400000u : b + (0x7fffu + (b >> 16 & 1u));
}

// bfloat16 values in pairs, as the words in which they lie: what is computed from the first and
// from the second halves of words stands apart, which spares the vectors their crossings.
constexpr int64_t block_pairs = narrow_block / 2, pair_step = 16;
inline float half_of(const uint16_t* x, int64_t pair, int shift) {  // shift: 16 first, 0 second
  uint32_t word;
  std::memcpy(&word, x + 2 * pair, sizeof word);
  return __builtin_bit_cast(float, word << shift & 0xffff0000u);
}
template <Stores how>
inline void join_halves(const float* first, const float* second, uint16_t* out, int64_t pairs) {
  for (int64_t i = 0; i < pairs; i += lanes)
    store_words<how>(out + 2 * i, rounded_to_upper(load(first + i)) >> 16 |
                                      (rounded_to_upper(load(second + i)) & 0xffff0000u));
}

// out[i] = of(a[i], b[i]) for bfloat16; a or b may be null where `compute` does not read it.
// compute(a, b, shift, pairs, y) does one half of the words of a block. It is called in one place,
// because it is inlined there.
template <class Compute>
inline void in_narrow_blocks(const uint16_t* a, const uint16_t* b, uint16_t* out, int64_t n,
                             Stores stores, Compute compute) {
  alignas(line_bytes) float y[2][block_pairs];
  uint16_t rest_a[narrow_block], rest_b[narrow_block], rest[narrow_block];
  for (int64_t begin = 0, count; begin < n; begin += count) {
    count = smaller(narrow_block, n - begin);
    const uint16_t *x = a ? a + begin : nullptr, *z = b ? b + begin : nullptr;
    const int64_t pairs = (count + 2 * pair_step - 1) / (2 * pair_step) * pair_step;
    const bool is_whole = 2 * pairs == count;
    const auto whole = [&](const uint16_t* from, uint16_t* padded) {
      std::memcpy(padded, from, static_cast<size_t>(count) * 2);
      std::memset(padded + count, 0, static_cast<size_t>(2 * pairs - count) * 2);
      return padded;
    };
    if (a) prefetch_after(x, count * 2);
    if (b) prefetch_after(z, count * 2);
    if (a && !is_whole) x = whole(x, rest_a);
    if (b && !is_whole) z = whole(z, rest_b);
#pragma GCC unroll 1
    for (int half = 0; half < 2; ++half) compute(x, z, half ? 0 : 16, pairs, y[half]);
    if (is_whole && past_caches(stores))
      join_halves<Stores::streaming>(y[0], y[1], out + begin, pairs);
    else
      join_halves<Stores::cached>(y[0], y[1], is_whole ? out + begin : rest, pairs);
    if (!is_whole) std::memcpy(out + begin, rest, static_cast<size_t>(count) * 2);
  }
}

// Rows one behind the other, to nearest even; NaN and denormals are kept.
template <Stores how>
inline void round_floats(const float* x, uint16_t* out, int64_t n) {
  int64_t i = 0;
#if defined(__AVX2__)
  constexpr int in_order = 0xd8;  // of the quarters
  for (; i + 16 <= n; i += 16)
    store_256<how>(out + i, _mm256_permute4x64_epi64(narrow_in_halves(_mm256_loadu_ps(x + i),
                                                                      _mm256_loadu_ps(x + i + 8)),
                                                     in_order));
#endif
  for (; i < n; ++i) out[i] = narrow(x[i]).bits;
}

inline UnaryFn unary_loop(Unary op, float) { return table.unary[int(op)]; }
inline UnaryIntFn unary_loop(Unary op, int64_t) { return table.unary_int[int(op)]; }
template <class T>
inline void run_chain(const Chain& chain, T* x, int64_t n) {
  for (int i = 0; i < chain.count; ++i)
    unary_loop(chain.steps[i].op, T())(x, x, n, chain.steps[i].parameters);
}

inline int plain_bytes(DataType dtype) {
  switch (dtype) {
    case DataType::FLOAT32:
    case DataType::UINT32:
    case DataType::INT32:
      return 4;
    case DataType::BFLOAT16:
    case DataType::UINT16:
      return 2;
    default:
      return 1;
  }
}
inline const void* advance(const void* p, int64_t bytes) {
  return static_cast<const std::byte*>(p) + bytes;
}
inline void* advance(void* p, int64_t bytes) { return static_cast<std::byte*>(p) + bytes; }

inline void write(DataType dtype, const float* src, int64_t n, void* dst) {
  if (src != dst) table.from_float(dtype, src, n, dst, Stores::cached);
}
inline void write(DataType dtype, const int64_t* src, int64_t n, void* dst) {
  table.from_int(dtype, src, n, dst);
}

// Where a result may be computed in place in the output, and an input read where it lies.
template <class T>
constexpr DataType own_dtype = DataType::INVALID;
template <>
constexpr DataType own_dtype<float> = DataType::FLOAT32;

// Calls fill(begin, count, result) for chunks of the output and writes what it leaves in `result`.
template <class T, class Fill>
void for_chunks(DataType dtype, void* out, int64_t n, Stores stores, Fill fill) {
  alignas(line_bytes) T result[map_values];
  alignas(line_bytes) std::byte staging[map_values * 4];
  const int64_t item = plain_bytes(dtype);
  const bool streamed = past_caches(stores);
  int64_t count = streamed ? values_to_line(out, item, n) : 0;
  for (int64_t begin = 0; begin < n; begin += count) {
    if (begin || !count) count = smaller(n - begin, map_values);
    void* where = advance(out, begin * item);
    if (dtype == own_dtype<T> && !streamed) {
      fill(begin, count, static_cast<T*>(where));
    } else if (dtype == own_dtype<T>) {
      fill(begin, count, result);
      stream(where, result, count * item);
    } else {
      fill(begin, count, result);
      write(dtype, result, count, streamed ? staging : where);
      if (streamed) stream(where, staging, count * item);
    }
  }
  fence(stores);
}

}  // namespace
}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
