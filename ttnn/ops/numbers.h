// What element-wise formulas are made of (ttnn/ops/math.h): bits, comparisons of either type, the
// arithmetic of whole numbers, rounding and signs of floats.
#pragma once
#include <cstdint>

namespace ttnn::math {
namespace {

inline constexpr float infinity = __builtin_inff();
inline constexpr float not_a_number = __builtin_nanf("");

inline uint32_t bits(float x) { return __builtin_bit_cast(uint32_t, x); }
inline float from_bits(uint32_t x) { return __builtin_bit_cast(float, x); }
inline float copysign(float x, float sign) { return __builtin_copysignf(x, sign); }

// -- Either type.
// A scalar argument in the type of the computation; out of range saturates, NaN is 0.
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
// One of those that a loop was given; 0 where it was given none.
template <class T>
inline T parameter(const double* given, int which) {
  return given ? parameter<T>(given[which]) : T(0);
}
template <class T>
inline T minimum(T a, T b) {
  return ((a < b) | (a != a)) != 0 ? a : b;
}
template <class T>
inline T maximum(T a, T b) {
  return ((a > b) | (a != a)) != 0 ? a : b;
}
// A NaN stays, in x and in a bound.
template <class T>
inline T at_least(T x, T low) {
  return ((x < low) | (low != low)) != 0 ? low : x;
}
template <class T>
inline T at_most(T x, T high) {
  return ((x > high) | (high != high)) != 0 ? high : x;
}
// The upper bound wins where the bounds cross, as in torch.
template <class T>
inline T clamp(T x, T low, T high) {
  return at_most(at_least(x, low), high);
}

template <class T>
inline T times(T a, T b) {
  return a * b;
}

// -- Whole numbers. Sums and products wrap.
inline int64_t plus_product(int64_t a, int64_t x, int64_t y) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) +
                              static_cast<uint64_t>(x) * static_cast<uint64_t>(y));
}
inline int64_t times(int64_t a, int64_t b) { return plus_product(0, a, b); }
inline int64_t abs(int64_t x) { return x < 0 ? -x : x; }
inline int64_t signbit(int64_t x) { return x < 0; }
inline int64_t floor(int64_t x) { return x; }
inline int64_t ceil(int64_t x) { return x; }
inline int64_t round(int64_t x) { return x; }
inline int64_t trunc(int64_t x) { return x; }
inline int64_t divide_trunc(int64_t a, int64_t b) { return b == 0 ? 0 : b == -1 ? -a : a / b; }
inline int64_t fmod(int64_t a, int64_t b) { return b == 0 || b == -1 ? 0 : a % b; }
inline int64_t remainder(int64_t a, int64_t b) {
  const int64_t r = fmod(a, b);
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}
inline int64_t divide_floor(int64_t a, int64_t b) {
  return divide_trunc(a, b) - (fmod(a, b) != 0 && (a < 0) != (b < 0));
}
inline int64_t shift_left(int64_t a, int64_t b) {
  return b < 0 || b > 63 ? 0 : static_cast<int64_t>(static_cast<uint64_t>(a) << b);
}
inline int64_t shift_right(int64_t a, int64_t b) { return a >> (b < 0 || b > 63 ? 63 : b); }
// Wraps; a negative exponent gives the whole part of the exact result, 0 for 0.
inline int64_t pow(int64_t a, int64_t b) {
  if (b < 0) return a == 1 ? 1 : a == -1 ? (b & 1 ? -1 : 1) : 0;
  uint64_t out = 1, square = static_cast<uint64_t>(a);
  for (; b; b >>= 1, square *= square) out *= b & 1 ? square : 1;
  return static_cast<int64_t>(out);
}

// -- float: rounding and signs.
inline float abs(float x) { return __builtin_fabsf(x); }
inline float signbit(float x) { return static_cast<float>(bits(x) >> 31); }
inline constexpr float whole_from = 8388608.0f;  // 2^23: from here on every float is whole
#ifdef __SSE4_1__
inline float round(float x) { return __builtin_rintf(x); }
inline float floor(float x) { return __builtin_floorf(x); }
inline float ceil(float x) { return __builtin_ceilf(x); }
inline float trunc(float x) { return __builtin_truncf(x); }
#else
inline float round(float x) {
  const float a = abs(x);
  return a < whole_from ? copysign((a + whole_from) - whole_from, x) : x;
}
inline float floor(float x) {
  const float r = round(x);
  return copysign(r > x ? r - 1 : r, x);
}
inline float ceil(float x) {
  const float r = round(x);
  return copysign(r < x ? r + 1 : r, x);
}
inline float trunc(float x) { return copysign(floor(abs(x)), x); }
#endif
inline float sqrt(float x) { return __builtin_sqrtf(x); }

}  // namespace
}  // namespace ttnn::math
