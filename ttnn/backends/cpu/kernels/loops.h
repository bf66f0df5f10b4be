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
void fill_rows(Kernels&);
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

// Bytes are passed on in chunks that stay in L1 together with a few others.
constexpr int64_t chunk_values = 1024;
constexpr int64_t narrow_block = 256;
constexpr int64_t line_bytes = 64;

inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

// How many leading values of `item` bytes lie before the next cache line of p, at most n.
inline int64_t values_to_line(const void* p, int64_t item, int64_t n) {
  const int64_t past = static_cast<int64_t>(reinterpret_cast<uintptr_t>(p) % line_bytes);
  return past % item ? 0 : smaller(n, (line_bytes - past) % line_bytes / item);
}

// Writes whole cache lines past the caches, what is left at both ends through them. The caller ends
// with fence(), after which other threads may be told.
inline void stream(void* dst, const void* src, int64_t bytes) {
  auto* d = static_cast<std::byte*>(dst);
  auto* s = static_cast<const std::byte*>(src);
#if defined(__x86_64__)
  const int64_t head = values_to_line(d, 1, bytes);
  std::memcpy(d, s, static_cast<size_t>(head));
  d += head, s += head, bytes -= head;
  for (; bytes >= line_bytes; d += line_bytes, s += line_bytes, bytes -= line_bytes) {
#if defined(__AVX512F__)
    _mm512_stream_si512(reinterpret_cast<__m512i*>(d), _mm512_loadu_si512(s));
#elif defined(__AVX__)
    const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(s));
    const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(s + 32));
    _mm256_stream_si256(reinterpret_cast<__m256i*>(d), a);
    _mm256_stream_si256(reinterpret_cast<__m256i*>(d + 32), b);
#else
    for (int i = 0; i < 4; ++i)
      _mm_stream_si128(reinterpret_cast<__m128i*>(d) + i,
                       _mm_loadu_si128(reinterpret_cast<const __m128i*>(s) + i));
#endif
  }
#endif
  std::memcpy(d, s, static_cast<size_t>(bytes));
}
inline void fence() {
#if defined(__x86_64__)
  _mm_sfence();
#endif
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
#endif

// A row of results. Where the CPU has an instruction for it denormals become 0.
inline void narrow_row(const float* x, uint16_t* out, int64_t n) {
  int64_t i = 0;
#if defined(__AVX512BF16__)
  for (; i + lanes <= n; i += lanes)
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i),
                        (__m256i)_mm512_cvtneps_pbh(_mm512_loadu_ps(x + i)));
  const __mmask16 rest = static_cast<__mmask16>((1u << (n - i)) - 1);
  _mm256_mask_storeu_epi16(out + i, rest,
                           (__m256i)_mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(rest, x + i)));
#else
#if defined(__AVX2__)
  constexpr int in_order = 0xd8;  // of the quarters
  for (; i + 16 <= n; i += 16)
    _mm256_storeu_si256(
        reinterpret_cast<__m256i*>(out + i),
        _mm256_permute4x64_epi64(
            narrow_in_halves(_mm256_loadu_ps(x + i), _mm256_loadu_ps(x + i + 8)), in_order));
#endif
  for (; i < n; ++i) out[i] = narrow(x[i]).bits;
#endif
}

// -- A scalar argument in the type of the computation; out of range saturates, NaN is 0.
template <class T>
inline T parameter(double value) {
  if constexpr (sizeof(T) == sizeof(float)) {
    return static_cast<T>(value);
  } else {
    constexpr double limit = 9.2e18;
    if (value != value) return 0;
    return static_cast<T>(value > limit ? limit : value < -limit ? -limit : value);
  }
}

inline void run_chain(const Chain& chain, float* x, int64_t n) {
  for (int i = 0; i < chain.count; ++i)
    table.unary[int(chain.steps[i].op)](x, n, chain.steps[i].parameters);
}
inline void run_chain(const Chain& chain, int64_t* x, int64_t n) {
  for (int i = 0; i < chain.count; ++i)
    table.unary_int[int(chain.steps[i].op)](x, n, chain.steps[i].parameters);
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
  alignas(line_bytes) T result[chunk_values];
  alignas(line_bytes) std::byte staging[chunk_values * 4];
  const int64_t item = plain_bytes(dtype);
  const bool streamed = stores == Stores::streaming;
  int64_t count = streamed ? values_to_line(out, item, n) : 0;
  for (int64_t begin = 0; begin < n; begin += count) {
    if (begin || !count) count = smaller(n - begin, chunk_values);
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
  if (streamed) fence();
}

}  // namespace
}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
