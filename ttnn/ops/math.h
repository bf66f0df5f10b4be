// The functions that the expressions of the element-wise tables use, for float and int64_t. They
// are free of branches and tables so that a loop over them becomes vector code on every ISA, and
// have internal linkage so that each ISA has its own copy. Errors against the exact result, in
// units of the last place of float32, denormal results included:
//   <= 1  floor ceil round trunc sqrt abs hypot pow cbrt fmod
//   <= 2  exp exp2 expm1 log log2 log10 log1p sin cos erf
//   <= 4  everything else; docs/ops.md names what is worse, beside torch's float32
// Infinities and NaN as in C and torch. The formulas of sin, cos, tan, fmod and remainder have a
// range; what lies beyond goes to the C library, in kernels after the loop (`in_kernel`).
#pragma once
#include "ttnn/ops/numbers.h"

namespace ttnn::math {
namespace {

// A branch would cost a kernel's loop its vectors: kernels come back for the few values beyond a
// formula's range.
#ifdef TTNN_ISA_NAMESPACE
inline constexpr bool in_kernel = true;
#else
inline constexpr bool in_kernel = false;
#endif

// -- Exponentials, for |r| <= ln(2) / 2: (exp(r) - 1 - r) / r^2, of which the others are made.
template <class T>  // float, or a vector of them
inline T exp_tail(T r) {
  T p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  return p * r + 5.0000001201e-1f;
}
template <class T>
inline T expm1_near_0(T r) {
  return exp_tail(r) * (r * r) + r;
}
inline float exp_near_0(float r) { return (exp_tail(r) * r + 1) * r + 1; }
// x = n ln(2) + r. Adding `magic` rounds x / ln(2) and leaves n in the low bits, for NaN too.
struct Reduced {
  int32_t n;
  float r;
};
inline float power_of_2(int32_t n) { return from_bits(static_cast<uint32_t>(n + 127) << 23); }
// x * 2^n by adding to the exponent: x and the result must be normal numbers.
inline float scale(float x, int32_t n) {
  return from_bits(bits(x) + (static_cast<uint32_t>(n) << 23));
}

// y * 2^n as two factors, y 2^(n/2) and 2^(n/2): the first is a normal number or 0 where the
// product is denormal, and keeps its digits when it is multiplied first. NaN stays one.
struct Halved {
  float first, second;
};
inline float product(Halved h) { return h.first * h.second; }
// With 254 in its low bits, `magic` leaves there the sum of the biased exponents of both factors.
inline constexpr float halving_magic = 12582912.0f + 254;  // 1.5 * 2^23
inline Halved halved(float y, float shifted) {
  const uint32_t sum = bits(shifted), half = sum >> 1;
  return {y * from_bits(half << 23), from_bits((sum - half) << 23)};
}
// Below exp_zero the first factor is 0, above exp_infinity the product is infinite.
constexpr float exp_zero = -176.07f, exp_infinity = 89.0f;

// exp(x) for x <= exp_infinity.
inline Halved exp_halved(float x) {
  const float held = at_least(x, exp_zero), shifted = held * 1.44269504088896341f + halving_magic;
  const float n = shifted - halving_magic;
  const float r = (held - n * 0.693359375f) + n * 2.12194440e-4f;
  return halved(1 + expm1_near_0(r), shifted);
}
inline float exp(float x) { return product(exp_halved(at_most(x, exp_infinity))); }
inline float exp2(float x) {
  const float held = clamp(x, -254.0f, 129.0f), shifted = held + halving_magic;
  const float r = (held - (shifted - halving_magic)) * 0.693147180559945309f;
  return product(halved(1 + expm1_near_0(r), shifted));
}
inline Reduced reduce_exp(float x) {
  constexpr float magic = 12582912.0f;  // 1.5 * 2^23
  const float shifted = x * 1.44269504088896341f + magic;
  const float n = shifted - magic;
  return {static_cast<int32_t>(bits(shifted) - bits(magic)),
          (x - n * 0.693359375f) + n * 2.12194440e-4f};
}
// exp(x) for |x| <= 87.
inline float exp_of_moderate(float x) {
  const Reduced e = reduce_exp(x);
  return scale(1 + expm1_near_0(e.r), e.n);
}
// expm1(x) for |x| <= 40.
inline float expm1_of_moderate(float x) {
  const Reduced e = reduce_exp(x);
  const float unit = power_of_2(e.n);
  return expm1_near_0(e.r) * unit + (unit - 1);
}
inline float expm1(float x) {
  const float held = clamp(x, -20.0f, exp_infinity);
  const float shifted = held * 1.44269504088896341f + halving_magic, n = shifted - halving_magic;
  const float p = expm1_near_0((held - n * 0.693359375f) + n * 2.12194440e-4f);
  const Halved unit = halved(1.0f, shifted);
  const float near = p * product(unit) + (product(unit) - 1);
  const float far = (1 + p) * unit.first * unit.second;  // where the unit may be infinite
  const float result = x > 40.0f ? far : near;
  return abs(x) > 0 ? result : x;
}

// -- Logarithms. x = 2^k * (1 + f), sqrt(1/2) <= 1 + f < sqrt(2), for x > 0.
struct Normalised {
  float k, f;
};
inline Normalised normalise(float x) {
  const bool tiny = x < 1.17549435e-38f;
  const uint32_t b = bits(tiny ? x * 8388608.0f : x) + (0x3f800000 - 0x3f3504f3);
  const int32_t k = static_cast<int32_t>(b >> 23) - 127 - (tiny ? 23 : 0);
  return {static_cast<float>(k), from_bits((b & 0x7fffff) + 0x3f3504f3) - 1};
}
inline float log_near_1(float f) {  // log(1 + f) - f
  float p = 7.0376836292e-2f;
  p = p * f - 1.1514610310e-1f;
  p = p * f + 1.1676998740e-1f;
  p = p * f - 1.2420140846e-1f;
  p = p * f + 1.4249322787e-1f;
  p = p * f - 1.6668057665e-1f;
  p = p * f + 2.0000714765e-1f;
  p = p * f - 2.4999993993e-1f;
  p = p * f + 3.3333331174e-1f;
  const float square = f * f;
  return p * f * square - 0.5f * square;
}
inline float logarithm_or_special(float x, float result) {
  const float of_positive = x == infinity ? x : result;
  return x > 0 ? of_positive : x == 0 ? -infinity : not_a_number;
}
inline float log(float x) {
  const Normalised n = normalise(x);
  const float result = (log_near_1(n.f) - n.k * 2.12194440e-4f + n.f) + n.k * 0.693359375f;
  return logarithm_or_special(x, result);
}
inline float log2(float x) {
  const Normalised n = normalise(x);
  return logarithm_or_special(x, (n.f + log_near_1(n.f)) * 1.44269504088896341f + n.k);
}
inline float log10(float x) {
  const Normalised n = normalise(x);
  const float low = (n.f + log_near_1(n.f)) * 0.434294481903251828f + n.k * 4.605038981195214e-6f;
  return logarithm_or_special(x, low + n.k * 0.301025390625f);
}
// log(1 + x): what the addition rounded away comes back as a correction.
inline float log1p(float x) {
  const float u = 1 + x;
  const float lost = x - (u - 1);
  const float result = log(u) + (u > 0 && u < infinity ? lost / u : 0);
  return x == 0 ? x : result;
}

// -- Powers. In double, because the error of a logarithm grows with the exponent.
inline constexpr double double_magic = 6755399441055744.0;  // 1.5 * 2^52
inline constexpr double double_ln_2 = 0.693147180559945309417;
// 2^n for the whole number n, |n| <= 1022, that `double_magic` was added to.
inline double power_of_2_in(double shifted) {
  const uint64_t n =
      __builtin_bit_cast(uint64_t, shifted) - __builtin_bit_cast(uint64_t, double_magic);
  return __builtin_bit_cast(double, (n + 1023) << 52);
}
// 1 + r + r^2 / 2! + ... + r^degree / degree!
constexpr double factorial(int n) { return n == 0 ? 1 : n * factorial(n - 1); }
template <int degree, int n = 0>
[[gnu::always_inline]] inline double exp_series(double r) {
  if constexpr (n == degree)
    return 1 / factorial(n);
  else
    return exp_series<degree, n + 1>(r) * r + 1 / factorial(n);
}
// atanh(s) = s + z s (1 / 3 + z / 5 + ... + z^k / last) with z = s^2.
template <int last, int n = 3>
[[gnu::always_inline]] inline double atanh_series(double z) {
  if constexpr (n == last)
    return 1.0 / n;
  else
    return atanh_series<last, n + 2>(z) * z + 1.0 / n;
}
inline double log2_double(float x) {
  const Normalised n = normalise(x);
  const double s = n.f / (2.0 + n.f), z = s * s;
  return n.k + (s + atanh_series<15>(z) * z * s) * 2.885390081777926815;
}
// 2^x to 2e-10 of it, beyond 2^1000 that, which no float32 brings back among the finite ones.
inline double exp2_double(double x) {
  const double low = x < -1000.0 ? -1000.0 : x, held = low > 1000.0 ? 1000.0 : low;
  const double shifted = held + double_magic, r = (held - (shifted - double_magic)) * double_ln_2;
  return exp_series<8>(r) * power_of_2_in(shifted);
}
inline float ldexp(float a, float b) {
  const double infinite = b > 0 ? infinity : 0.0f, power = exp2_double(b);
  return static_cast<float>(a * (abs(b) == infinity ? infinite : power));
}
inline float pow(float a, float b) {
  const float x = abs(a), half = b * 0.5f;
  const uint32_t whole = trunc(b) == b, even = trunc(half) == half;
  const uint32_t edge = static_cast<uint32_t>(x == 0) | static_cast<uint32_t>(x == infinity);
  const float plain = static_cast<float>(exp2_double(b * log2_double(edge ? 1.0f : x)));
  const uint32_t grows = static_cast<uint32_t>(x > 1) == static_cast<uint32_t>(b > 0);
  const float limit = grows ? infinity : 0.0f;  // where x is 0 or infinite, or b is
  const float unbounded = x == 1 ? 1.0f : limit;
  const float finite = edge ? limit : plain;
  const float size = abs(b) == infinity ? unbounded : finite;
  const uint32_t sign = bits(a) & ((whole & (even ^ 1)) << 31);
  const float result = from_bits(bits(size) | sign);
  const uint32_t wrong = (bits(a) >> 31) & ((whole | edge) ^ 1);
  const uint32_t unordered = static_cast<uint32_t>(a != a) | static_cast<uint32_t>(b != b);
  const uint32_t one = static_cast<uint32_t>(b == 0) | static_cast<uint32_t>(a == 1);
  const float checked = wrong | unordered ? not_a_number : result;
  return one ? 1.0f : checked;
}
inline float cbrt(float x) {
  const float a = abs(x);
  const bool tiny = a < 1e-30f, huge = a > 1e30f;  // where y^3 would leave the normal numbers
  const float v = a * (tiny ? 16777216.0f : huge ? 1.0f / 16777216 : 1.0f);
  float y = from_bits(static_cast<uint32_t>(static_cast<float>(bits(v)) * (1.0f / 3)) + 709921077u);
  for (int i = 0; i < 2; ++i) {
    const float cube = y * y * y;
    y = y * ((cube + 2 * v) / (2 * cube + v));
  }
  y = y - (y - v / (y * y)) * (1.0f / 3);
  y = y * (tiny ? 1.0f / 256 : huge ? 256.0f : 1.0f);
  return a > 0 && a < infinity ? copysign(y, x) : x;
}
inline float hypot(float a, float b) {
  const double x = a, y = b;
  const float h = static_cast<float>(__builtin_sqrt(x * x + y * y));
  return abs(a) == infinity || abs(b) == infinity ? infinity : h;
}

// -- Hyperbolic functions.
inline float tanh(float x) {
  const float e = expm1_of_moderate(2 * at_most(abs(x), 10.0f));
  return copysign(e / (e + 2), x);
}
inline float sinh(float x) {
  const float a = abs(x);
  const float e = expm1_of_moderate(at_most(a, 20.0f)), h = exp(0.5f * a);
  return copysign(a > 20.0f ? (0.5f * h) * h : 0.5f * (e + e / (e + 1)), x);
}
inline float cosh(float x) {
  const float h = exp(0.5f * abs(x));
  return 0.5f * h * h + 0.5f / h / h;
}
inline float asinh(float x) {
  const float a = abs(x);
  const float held = a < 1e8f ? a : 1.0f, square = held * held;
  const float y = log1p(held + square / (1 + sqrt(square + 1)));
  return copysign(a < 1e8f ? y : log(a) + 0.693147180559945309f, x);
}
inline float acosh(float x) {
  const float t = (x < 1e8f ? x : 1.0f) - 1;
  const float y = log1p(t + sqrt(2 * t + t * t));
  const float result = x < 1e8f ? y : log(x) + 0.693147180559945309f;
  return x < 1 ? not_a_number : result;
}
inline float atanh(float x) {
  const float a = abs(x);
  return copysign(0.5f * log1p(2 * a / (1 - a)), x);
}

// x - tanh(x): near 0 by a polynomial, because the difference of what is almost equal is lost.
inline float tanhshrink(float x) {
  const float z = x * x;
  float p = 2.684607583e-5f;
  p = p * z - 2.401679961e-4f;
  p = p * z + 1.062090217e-3f;
  p = p * z - 3.304017556e-3f;
  p = p * z + 8.732103793e-3f;
  p = p * z - 2.183481708e-2f;
  p = p * z + 5.396355929e-2f;
  p = p * z - 1.333330845e-1f;
  p = p * z + 3.333333311e-1f;
  const float near = x * (z * p) + 0.0f;  // 0 for -0, as a difference
  return abs(x) < 1.2f ? near : x - tanh(x);
}

// -- Circular functions. x = n pi/2 + r with |r| <= pi/4, exactly reduced in double.
inline constexpr float reducible_angle = 4194304.0f;  // 2^22
inline Reduced reduce_angle(float x) {
  constexpr double magic = 6755399441055744.0;
  const double shifted = x * 0.636619772367581343 + magic, n = shifted - magic;
  const double r = (x - n * 1.5707963267341256) - n * 6.077100506506192e-11;  // 33 bits + the rest
  return {static_cast<int32_t>(__builtin_bit_cast(uint64_t, shifted)), static_cast<float>(r)};
}
inline float sin_near_0(float r) {
  const float z = r * r;
  return ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * (z * r) + r;
}
inline float cos_near_0(float r) {
  const float z = r * r;
  const float p = (2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f;
  return p * (z * z) - 0.5f * z + 1;
}
inline float quadrant(Reduced a) {
  const float y = (a.n & 1) != 0 ? cos_near_0(a.r) : sin_near_0(a.r);
  return (a.n & 2) != 0 ? -y : y;
}
inline float sin(float x) {
  if constexpr (!in_kernel)
    if (abs(x) > reducible_angle) return static_cast<float>(__builtin_sin(x));
  const float y = quadrant(reduce_angle(x));
  return x == 0 ? x : abs(x) < infinity ? y : not_a_number;
}
inline float cos(float x) {
  if constexpr (!in_kernel)
    if (abs(x) > reducible_angle) return static_cast<float>(__builtin_cos(x));
  const Reduced a = reduce_angle(x);
  const float y = quadrant({a.n + 1, a.r});
  return abs(x) < infinity ? y : not_a_number;
}
inline float tan(float x) {
  if constexpr (!in_kernel)
    if (abs(x) > reducible_angle) return static_cast<float>(__builtin_tan(x));
  const Reduced a = reduce_angle(x);
  const float s = sin_near_0(a.r), c = cos_near_0(a.r);
  const float y = (a.n & 1) != 0 ? -c / s : s / c;
  return x == 0 ? x : abs(x) < infinity ? y : not_a_number;
}
inline float asin_near_0(float x) {  // |x| <= 1/2
  const float z = x * x;
  float p = 4.2163199048e-2f;
  p = p * z + 2.4181311049e-2f;
  p = p * z + 4.5470025998e-2f;
  p = p * z + 7.4953002686e-2f;
  p = p * z + 1.6666752422e-1f;
  return p * (z * x) + x;
}
inline float asin(float x) {
  const float a = abs(x);
  const float y = asin_near_0(a > 0.5f ? sqrt(0.5f * (1 - a)) : a);
  return copysign(a > 0.5f ? 1.57079632679489662f - 2 * y : y, x);
}
inline float acos(float x) {
  const float a = abs(x);
  const float y = asin_near_0(a > 0.5f ? sqrt(0.5f * (1 - a)) : x);
  const float outer = x < 0 ? 3.14159265358979324f - 2 * y : 2 * y;
  return a > 0.5f ? outer : 1.57079632679489662f - y;
}
inline float atan_to_1(float x) {  // 0 <= x <= 1
  const bool upper = x > 0.414213562373095f;
  const float r = upper ? (x - 1) / (x + 1) : x, z = r * r;
  float p = 8.05374449538e-2f;
  p = p * z - 1.38776856032e-1f;
  p = p * z + 1.99777106478e-1f;
  p = p * z - 3.33329491539e-1f;
  const float y = p * (z * r) + r;
  return upper ? y + 0.785398163397448310f : y;
}
inline float atan(float x) {
  const float a = abs(x);
  const float y = atan_to_1(a > 1 ? 1 / a : a);
  return copysign(a > 1 ? 1.57079632679489662f - y : y, x);
}
inline float atan2(float y, float x) {
  const float a = abs(y), b = abs(x);
  const float high = a > b ? a : b, low = a > b ? b : a;
  const float ratio = high == 0 ? 0.0f : low == infinity ? 1.0f : low / high;
  float angle = atan_to_1(ratio);
  angle = a > b ? 1.57079632679489662f - angle : angle;
  angle = (bits(x) >> 31) != 0 ? 3.14159265358979324f - angle : angle;
  return x != x || y != y ? not_a_number : copysign(angle, y);
}

// -- The error function.
inline float erf_near_0(float x) {  // |x| < 0.93
  const float s = x * x;
  float p = -5.96761703e-4f;
  p = p * s + 4.99119423e-3f;
  p = p * s - 2.67681349e-2f;
  p = p * s + 1.12819925e-1f;
  p = p * s - 3.76125336e-1f;
  p = p * s + 1.28379166e-1f;
  return p * x + x;
}
inline float erf(float x) {
  const float t = abs(x), s = x * x;
  float far = -1.72853470e-5f * t + 3.83197126e-4f;
  far = far * s + (-3.88396438e-3f * t + 2.42546219e-2f);
  far = far * t - 1.06777877e-1f;
  far = far * t - 6.34846687e-1f;
  far = far * t - 1.28717512e-1f;
  far = far * t - t;
  far = copysign(1 - exp_of_moderate(at_least(far, -80.0f)), x);
  return t > 0.927734375f ? far : erf_near_0(x);
}
// exp(a a) erfc(a) for 0 <= a <= 10.5; times 1 + 2a it is a polynomial in (a - 4) / (a + 4).
inline float scaled_erfc(float a) {
  const float q = (a - 4) / (a + 4);
  float p = 0.000833480386f;
  p = p * q + 0.00686135469f;
  p = p * q - 0.0160609335f;
  p = p * q + 0.036387071f;
  p = p * q - 0.0665933639f;
  p = p * q + 0.0938399062f;
  p = p * q - 0.100992925f;
  p = p * q + 0.0680914223f;
  p = p * q + 0.0153773287f;
  p = p * q - 0.139621019f;
  p = p * q + 0.232995138f;
  return (p + 1) / (1 + 2 * a);
}
// a^2 as a sum: what rounding takes from a square would be multiplied by it in an exponential.
struct Square {
  float high, low;
};
inline Square square_of(float a) {
#ifdef __FMA__
  const float high = a * a;
  return {high, __builtin_fmaf(a, a, -high)};
#else
  const float top = from_bits(bits(a) & 0xfffff000);
  return {top * top, (a - top) * (a + top)};
#endif
}
// y * exp(-a^2) for 0 <= a <= 12.
inline Halved times_exp_of_minus_square(float y, float a) {
  const Square square = square_of(a);
  const float shifted = square.high * -1.44269504088896341f + halving_magic;
  const float n = shifted - halving_magic;
  const float r = ((-square.high - n * 0.693359375f) - square.low) + n * 2.12194440e-4f;
  return halved(y + y * expm1_near_0(r), shifted);
}
inline float erfc(float x) {
  const float a = at_most(abs(x), 10.5f);
  const float y = product(times_exp_of_minus_square(scaled_erfc(a), a));
  return a < 0.6f ? 1 - erf_near_0(x) : x < 0 ? 2 - y : y;
}
// P(X <= x) of the normal distribution: exp(-x^2 / 2) times a quotient of polynomials in |x|. The
// exponential is held 2^32 times too large, where it is a normal number, and the quotient as much
// too small.
inline float normal_cdf(float x) {
  constexpr float magic = 12582912.0f + 32, unscale = 0x1p-32f;
  const float a = at_most(abs(x), 14.7f);
  const float power = -0.5f * a * a, shifted = power * 1.44269504088896341f + magic;
  const float n = shifted - magic;
  const float r = (power - n * 0.693359375f) + n * 2.12194440e-4f;
  const float e = from_bits(bits(1 + expm1_near_0(r)) + (bits(shifted) << 23));
  float p = 0.004138623758f * unscale;
  p = p * a + 0.04078317159f * unscale;
  p = p * a + 0.1836793065f * unscale;
  p = p * a + 0.4388934634f * unscale;
  p = p * a + 0.5000000031f * unscale;
  float q = 0.01037387654f;
  q = q * a + 0.1022344962f;
  q = q * a + 0.4706433743f;
  q = q * a + 1.204346419f;
  q = q * a + 1.675671923f;
  q = q * a + 1;
  const float y = p / q * e;
  return x > 0 ? 1 - y : y;
}

// -- Activations.
// x * sigmoid(s) = x / (1 + exp(-s)), as x 2^-32 / (2^-32 + exp(-s) 2^-32): with the divisor so
// small, x lifts out of the denormals what sigmoid(s) would leave there, and the last product
// rounds once. The divisor is infinite where the result is 0. The quotient is, where x is above
// 2^96.
inline float times_sigmoid(float x, float s) {
  constexpr float magic = 12582912.0f + (127 - 32), small = 0x1p-32f;
  const float held = clamp(s, -111.0f, 20.0f);
  const float shifted = held * -1.44269504088896341f + magic, n = shifted - magic;
  const float r = (held + n * 0.693359375f) - n * 2.12194440e-4f;  // -s = n ln(2) - r
  const float divisor = exp_near_0(-r) * from_bits(bits(shifted) << 23) + small;
  return x / divisor * small;
}
// y, which is no larger than x but where it overflowed.
inline float within(float y, float x) {
  const float size = abs(x);
  return size < y ? size : y;
}
inline float sigmoid(float x) { return times_sigmoid(1.0f, x); }
inline float silu(float x) { return within(times_sigmoid(x, x), x); }
inline float gelu(float x) { return x * normal_cdf(x); }
inline float gelu_tanh(float x) {  // (1 + tanh(u)) / 2 = sigmoid(2 u)
  return within(times_sigmoid(x, 1.59576912160573071f * (x + 0.044715f * x * x * x)), x);
}
// tanh(log(1 + e^x)) = h / (h + e^-x) with h = 1 + e^x / 2. The quotient is held 2^32 times too
// large, as in times_sigmoid; one reduction serves both exponentials: e^r = 2 cosh(r) - e^-r.
inline float mish(float x) {
  constexpr float magic = 12582912.0f + (127 - 32), small = 0x1p-32f;
  const float held = clamp(x, -111.0f, 20.0f);
  const float shifted = held * -1.44269504088896341f + magic, n = shifted - magic;
  const float r = (held + n * 0.693359375f) - n * 2.12194440e-4f, z = r * r;  // -x = n ln(2) - r
  const float falls = exp_near_0(-r);
  const float rises = 2 * z * ((1.39463e-3f * z + 4.166627e-2f) * z + 0.50000001f) + 2 - falls;
  const uint32_t unit = bits(shifted) << 23;  // of e^-x / 2^32; that of e^x / 2 is 0 where negative
  const int32_t inverse = static_cast<int32_t>((uint32_t(253 - 32) << 23) - unit);
  const float h = rises * from_bits(static_cast<uint32_t>(inverse < 0 ? 0 : inverse)) + 1;
  return within(x * h / (falls * from_bits(unit) + h * small) * small, x);
}
inline float hardmish(float x) {  // 2.8 as a sum of floats: it is none, which shows near -2.8
  return x * (clamp((x + 2.8f) + 4.76837158e-8f, 0.0f, 5.0f) / 5);
}
// beta tanh(x / beta); where x is small beside beta as x (1 - (x / beta)^2 / 3), which does not
// show how the quotient was rounded: it may be denormal.
inline float softcap(float x, float beta) {
  const float small = abs(beta) < infinity ? abs(beta) * 0x1p-6f : 0.0f, q = x / beta;
  return abs(x) < small ? x * (1 - q * q * (1.0f / 3)) : beta * tanh(q);
}
inline float softplus(float x, float beta, float threshold) {
  const float scaled = x * beta;
  const float y = (maximum(scaled, 0.0f) + log1p(exp(-abs(scaled)))) / beta;
  return scaled > threshold ? x : y;
}
inline float softsign(float x) { return x / (1 + abs(x)); }
// log(x / (1 - x)); from 1/4 on the argument is 1 + (2x - 1) / (1 - x), as in log1p, because the
// logarithm of what is close to 1 shows how it was rounded.
inline float logit(float x, float eps) {
  const float low = eps < 0 ? -infinity : minimum(eps, 1 - eps);
  const float high = eps < 0 ? infinity : maximum(eps, 1 - eps);
  const float held = clamp(x, low, high), rest = 1 - held;
  const float above = (2 * held - 1) / rest, u = held > 0.25f ? 1 + above : held / rest;
  const float lost = held > 0.25f ? above - (u - 1) : 0.0f;
  return log(u) + (u > 0 && u < infinity ? lost / u : 0);
}

// -- Divisions with whole quotients. In double the quotient's whole part is right below 2^28.
inline constexpr float whole_quotient = 268435456.0f;
inline bool is_beyond_quotients(float a, float b) { return abs(a) > abs(b) * whole_quotient; }
inline float fmod(float a, float b) {
  if constexpr (!in_kernel)
    if (is_beyond_quotients(a, b)) return __builtin_fmodf(a, b);
  const double q = static_cast<double>(a) / static_cast<double>(b);
  const float r = static_cast<float>(a - __builtin_trunc(q) * b);
  const float result = abs(b) == infinity && abs(a) < infinity ? a : r;
  return a != a || b != b || abs(a) == infinity || b == 0 ? not_a_number : copysign(result, a);
}
inline float moved_to_sign(float r, float b) {  // of fmod, to the sign of b
  const float moved = ((bits(r) ^ bits(b)) >> 31) != 0 ? r + b : r;
  return r == 0 ? r : moved;
}
inline float remainder(float a, float b) { return moved_to_sign(fmod(a, b), b); }
inline float divide_floor(float a, float b) {
  const double q = __builtin_floor(static_cast<double>(a) / static_cast<double>(b));
  const bool below = abs(b) == infinity && a != 0 && (bits(a) ^ bits(b)) >> 31 != 0;
  const float result = below ? -1.0f : static_cast<float>(q);
  return abs(a) == infinity && b != 0 ? not_a_number : a != a ? a : result;
}
inline float divide_trunc(float a, float b) {
  return static_cast<float>(__builtin_trunc(static_cast<double>(a) / static_cast<double>(b)));
}

// -- Sums. a + factor * b of the exact product: a rounded one leaves nothing where terms cancel.
inline float plus_product(float a, float factor, float b) {
#ifdef __FMA__
  return __builtin_fmaf(factor, b, a);
#else
  return static_cast<float>(a + static_cast<double>(factor) * b);
#endif
}
// log2(2^a + 2^b) = max + log2(1 + 2^-|a - b|), with a, b and the result in a unit of log2: that of
// ln(2) makes it log(e^a + e^b). In double, because near 0 the two terms cancel.
inline float log_of_sum(float a, float b, double unit) {
  const double d = (static_cast<double>(a) - b) * (1 / unit), down = d < 0 ? d : -d;
  const double held = down < -200.0 ? -200.0 : down;
  const double shifted = held + double_magic, r = (held - (shifted - double_magic)) * double_ln_2;
  const double e = exp_series<12>(r) * power_of_2_in(shifted);
  // log(1 + e) = log(c) + 2 atanh(s), c = 1 or the root of 2, s = (1 + e - c) / (1 + e + c)
  const bool upper = e > 0.41421356237309505;
  const double c = upper ? 1.41421356237309505 : 1.0, s = ((1 - c) + e) / ((1 + c) + e), z = s * s;
  const double above =
      (s + atanh_series<21>(z) * z * s) * (2 / double_ln_2 * unit) + (upper ? 0.5 * unit : 0.0);
  return static_cast<float>(maximum(a, b) + (a == b ? unit : above));
}
inline float logaddexp(float a, float b) { return log_of_sum(a, b, double_ln_2); }
inline float logaddexp2(float a, float b) { return log_of_sum(a, b, 1); }

}  // namespace
}  // namespace ttnn::math
