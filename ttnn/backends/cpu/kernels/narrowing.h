// Two vectors of floats to bfloat16 in the order in which they stand, as wide as the instruction
// set allows: what long passes over memory end with.
#pragma once
#include "ttnn/backends/cpu/kernels/loops.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {
namespace {

#if defined(__AVX512BW__)
// The result in the upper halves of the words. None of the values is a NaN.
inline __m512i finite_to_upper(__m512 x) {
  const __m512i bits = _mm512_castps_si512(x);
  const __m512i up = _mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff));
  const __mmask16 odd = _mm512_test_epi32_mask(bits, _mm512_set1_epi32(0x10000));
  return _mm512_mask_add_epi32(up, odd, up, _mm512_set1_epi32(1));
}
inline __m512i upper_halves(__m512i a, __m512i b) {
  const __m512i low =
      _mm512_set_epi16(63, 61, 59, 57, 55, 53, 51, 49, 47, 45, 43, 41, 39, 37, 35, 33, 31, 29, 27,
                       25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1);
  return _mm512_permutex2var_epi16(a, low, b);
}
inline __m512i narrowed(__m512 a, __m512 b) {
#if defined(__AVX512BF16__)
  // The instruction rounds alike, but takes denormals as zero.
  constexpr int denormal = 0x20;
  if (!(_mm512_fpclass_ps_mask(a, denormal) | _mm512_fpclass_ps_mask(b, denormal))) [[likely]]
    return (__m512i)_mm512_cvtne2ps_pbh(b, a);
#else
  if (!_mm512_cmp_ps_mask(a, b, _CMP_UNORD_Q)) [[likely]]
    return upper_halves(finite_to_upper(a), finite_to_upper(b));
#endif
  return upper_halves((__m512i)rounded_to_upper((Floats)a), (__m512i)rounded_to_upper((Floats)b));
}
#endif

// To nearest even; NaN and denormals are kept.
template <Stores how>
inline void store_narrowed(uint16_t* p, Floats a, Floats b) {
#if defined(__AVX512BW__)
  store_words<how>(p, (Words)narrowed((__m512)a, (__m512)b));
#elif defined(__AVX2__)
  constexpr int in_order = 0xd8;  // of the quarters
  store_256<how>(p, _mm256_permute4x64_epi64(narrow_in_halves((__m256)a, (__m256)b), in_order));
#else
  for (int i = 0; i < lanes; ++i) p[i] = narrow(a[i]).bits, p[lanes + i] = narrow(b[i]).bits;
#endif
}

// The same of the first and of the second halves of words (see loops.h). No value is a NaN but one
// without low bits; none is denormal, if `is_normal`.
inline Words rounded_finite(Floats x) {
#if defined(__AVX512BW__)
  return (Words)finite_to_upper((__m512)x);
#else
  const Words b = (Words)x;
  return b + (0x7fffu + (b >> 16 & 1u));
#endif
}
template <Stores how, bool is_normal>
inline void store_joined(uint16_t* p, Floats first, Floats second) {
#if defined(__AVX512BF16__)
  if constexpr (is_normal) {
    const __m512i in_turn =
        _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6,
                         21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    const auto halves = (__m512i)_mm512_cvtne2ps_pbh((__m512)second, (__m512)first);
    return store_words<how>(p, (Words)_mm512_permutexvar_epi16(in_turn, halves));
  }
#endif
  store_words<how>(p, rounded_finite(first) >> 16 | (rounded_finite(second) & 0xffff0000u));
}

template <Stores how>
inline void narrow_floats(const float* x, uint16_t* out, int64_t n) {
  int64_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes)
    store_narrowed<how>(out + i, load(x + i), load(x + i + lanes));
  for (; i < n; ++i) out[i] = narrow(x[i]).bits;
}

}  // namespace
}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
