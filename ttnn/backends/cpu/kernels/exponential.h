// exp of vectors of numbers below 0, or about it, for softmax. For a result in bfloat16 by a
// polynomial whose relative error is 2^-18, where half a unit is 2^-8; for one in float32 by the
// formula of math::exp. NaN stays, and -inf gives 0.
#pragma once
#include "ttnn/backends/cpu/kernels/loops.h"
#include "ttnn/ops/math.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {
namespace {

inline constexpr float log2_of_e = 1.44269504088896341f;
inline constexpr float whole_magic = 12582912.0f;  // 1.5 * 2^23

// -- 2^n times y, denormal results kept: n is whole, or what it is the floor of.
#if defined(__AVX512DQ__)
inline Floats scaled(Floats y, Floats n) {
  constexpr __mmask16 all = 0xffff;  // without one GCC warns of what it leaves undefined
  return (Floats)_mm512_maskz_scalef_ps(all, (__m512)y, (__m512)n);
}
#else
// `shifted` is n + halving_magic, n >= -254.
inline Floats scaled(Floats y, Floats shifted) {
  const Words sum = (Words)shifted, half = sum >> 1;
  return y * (Floats)(half << 23) * (Floats)((sum - half) << 23);
}
#endif

// -- 2^t. Moderate: -126 <= t <= 1.
template <bool is_moderate>
inline Floats power_of_2(Floats t) {
#if defined(__AVX512DQ__)
  constexpr int from_floor = 1;
  const Floats r = (Floats)_mm512_reduce_ps((__m512)t, from_floor);
  Floats p = r * 0.013534167781472206f + 0.052011460065841675f;
  p = p * r + 0.2414427548646927f;
  p = p * r + 0.6930038332939148f;
  p = p * r + 1.0000026226043701f;
  return scaled(p, t);
#else
  constexpr float magic = is_moderate ? whole_magic : math::halving_magic;
  if constexpr (!is_moderate) t = t < -254.0f ? broadcast(-254.0f) : t;
  const Floats shifted = t + magic, r = t - (shifted - magic);
  Floats p = r * 0.009570102207362652f + 0.05591786280274391f;
  p = p * r + 0.240247443318367f;
  p = p * r + 0.6931217908859253f;
  p = p * r + 0.9999992847442627f;
  if constexpr (is_moderate) return (Floats)((Words)p + ((Words)shifted << 23));
  return scaled(p, shifted);
#endif
}

// -- As float32 has it.
inline Floats exp_below_0(Floats x) {
  const Floats held = x < math::exp_zero ? broadcast(math::exp_zero) : x;
#if defined(__AVX512DQ__)
  constexpr float magic = whole_magic;
#else
  constexpr float magic = math::halving_magic;
#endif
  const Floats shifted = held * log2_of_e + magic, n = shifted - magic;
  const Floats r = (held - n * 0.693359375f) + n * 2.12194440e-4f;
  const Floats y = math::expm1_near_0(r) + 1;
#if defined(__AVX512DQ__)
  return scaled(y, n);
#else
  return scaled(y, shifted);
#endif
}

// exp(x) for a result in float32, or in bfloat16 (its bits).
template <class Result, bool is_moderate = false>
inline Floats exp_for(Floats x) {
  if constexpr (sizeof(Result) == sizeof(float)) return exp_below_0(x);
  return power_of_2<is_moderate>(x * log2_of_e);
}

}  // namespace
}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
