// The binary family as vector loops, one per row of the table and per kind of operands: stream with
// stream, stream with one value, one value with stream.
#include "ttnn/backends/cpu/kernels/loops.h"
#include "ttnn/ops/math.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

using namespace ttnn::math;

#define TTNN_BINARY(name, domain, samples, doc, parameters, ...)                                 \
  struct name##_row {                                                                            \
    template <class T>                                                                           \
    static T of(T a, T b, [[maybe_unused]] T p0, [[maybe_unused]] T p1, [[maybe_unused]] T p2) { \
      return __VA_ARGS__;                                                                        \
    }                                                                                            \
  };
#include "ttnn/ops/binary_table.h"

template <class Row, class T>
void loop(const T* a, int a_step, const T* b, int b_step, T* out, int64_t n,
          const double* parameters) {
  if (n == 0) return;
  const T p0 = parameter<T>(parameters, 0), p1 = parameter<T>(parameters, 1);
  const T p2 = parameter<T>(parameters, 2);
  const T first_a = a[0], first_b = b[0];
  if (a_step && b_step)
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = Row::of(a[i], b[i], p0, p1, p2);
  else if (a_step)
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = Row::of(a[i], first_b, p0, p1, p2);
  else
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = Row::of(first_a, b_step ? b[i] : first_b, p0, p1, p2);
}

// Where the quotient is too large for the formula, the remainder of the C library is taken.
struct ExactFmod {
  static float of(float a, float b) { return __builtin_fmodf(a, b); }
};
struct ExactRemainder {
  static float of(float a, float b) { return moved_to_sign(__builtin_fmodf(a, b), b); }
};
template <class Row, class Exact>
void dividing_loop(const float* a, int a_step, const float* b, int b_step, float* out, int64_t n,
                   const double* parameters) {
  float dividends[map_values], divisors[map_values];
  for (int64_t begin = 0, count; begin < n; begin += count) {
    count = smaller(map_values, n - begin);
    for (int64_t i = 0; i < count; ++i) {
      dividends[i] = a[(begin + i) * a_step];
      divisors[i] = b[(begin + i) * b_step];
    }
    float* part = out + begin;
    loop<Row, float>(dividends, 1, divisors, 1, part, count, parameters);
    int beyond = 0;
    for (int64_t i = 0; i < count; ++i) beyond |= is_beyond_quotients(dividends[i], divisors[i]);
    if (!beyond) continue;
    for (int64_t i = 0; i < count; ++i)
      if (is_beyond_quotients(dividends[i], divisors[i]))
        part[i] = Exact::of(dividends[i], divisors[i]);
  }
}

#if defined(__AVX2__)
// What one instruction computes goes from bfloat16 to bfloat16 in registers: values are widened to
// the halves of a vector that rounding takes them from. The rest of the values is left: returns how
// many were done.
typedef float EightFloats __attribute__((vector_size(32)));
template <class Row, Stores how, bool a_is_one, bool b_is_one>
int64_t in_registers(NarrowValues a, NarrowValues b, uint16_t* out, int64_t n) {
  struct Halves {
    EightFloats low, high;
  };
  const auto widened = [](const uint16_t* bits) {
    __builtin_prefetch(reinterpret_cast<const char*>(bits) + prefetch_distance);
    const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bits)), zero{};
    return Halves{(EightFloats)_mm256_unpacklo_epi16(zero, x),
                  (EightFloats)_mm256_unpackhi_epi16(zero, x)};
  };
  const EightFloats none{}, one_a = a.value - none, one_b = b.value - none;  // -0 stays
  int64_t i = 0;
  for (; i + 16 <= n; i += 16) {
    const Halves x = a_is_one ? Halves{one_a, one_a} : widened(a.bits + i);
    const Halves y = b_is_one ? Halves{one_b, one_b} : widened(b.bits + i);
    store_256<how>(out + i, narrow_in_halves((__m256)Row::of(x.low, y.low, none, none, none),
                                             (__m256)Row::of(x.high, y.high, none, none, none)));
  }
  return i;
}
template <class Row, Stores how>
int64_t in_registers(NarrowValues a, NarrowValues b, uint16_t* out, int64_t n) {
  if (a.bits && b.bits) return in_registers<Row, how, false, false>(a, b, out, n);
  if (a.bits) return in_registers<Row, how, false, true>(a, b, out, n);
  return b.bits ? in_registers<Row, how, true, false>(a, b, out, n) : 0;
}
template <class Row>
constexpr bool is_one_instruction = false;
template <>
constexpr bool is_one_instruction<add_row> = true;
template <>
constexpr bool is_one_instruction<subtract_row> = true;
template <>
constexpr bool is_one_instruction<rsub_row> = true;
template <>
constexpr bool is_one_instruction<multiply_row> = true;
#else
template <class Row>
constexpr bool is_one_instruction = false;
template <class Row, Stores how>
int64_t in_registers(NarrowValues, NarrowValues, uint16_t*, int64_t) {
  return 0;
}
#endif

template <class Row>
void narrow_loop(NarrowValues a, NarrowValues b, uint16_t* out, int64_t n, const double* parameters,
                 Stores stores) {
  if constexpr (is_one_instruction<Row>) {
    const int64_t done = past_caches(stores) ? in_registers<Row, Stores::streaming>(a, b, out, n)
                                             : in_registers<Row, Stores::cached>(a, b, out, n);
    if (done == n) return;
    if (a.bits) a.bits += done;
    if (b.bits) b.bits += done;
    out += done;
    n -= done;
  }
  const float p0 = parameter<float>(parameters, 0), p1 = parameter<float>(parameters, 1);
  const float p2 = parameter<float>(parameters, 2);
  in_narrow_blocks(a.bits, b.bits, out, n, stores,
                   [&](const uint16_t* x, const uint16_t* z, int shift, int64_t pairs, float* y) {
                     if (x && z)
                       for (int64_t i = 0; i < pairs; ++i)
                         y[i] = Row::of(half_of(x, i, shift), half_of(z, i, shift), p0, p1, p2);
                     else if (x)
                       for (int64_t i = 0; i < pairs; ++i)
                         y[i] = Row::of(half_of(x, i, shift), b.value, p0, p1, p2);
                     else
                       for (int64_t i = 0; i < pairs; ++i)
                         y[i] = Row::of(a.value, z ? half_of(z, i, shift) : b.value, p0, p1, p2);
                   });
}

// Integers of 32 bits. What may leave them on the way is computed without signs, where it wraps.
struct WordSum {
  template <class T>
  static T of(T a, T b) {
    return static_cast<T>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
  }
};
struct WordDifference {
  template <class T>
  static T of(T a, T b) {
    return static_cast<T>(static_cast<uint32_t>(a) - static_cast<uint32_t>(b));
  }
};
struct WordProduct {
  template <class T>
  static T of(T a, T b) {
    return static_cast<T>(static_cast<uint32_t>(a) * static_cast<uint32_t>(b));
  }
};
template <class Row>
struct WordRow {  // an expression that never leaves the range of its operands
  template <class T>
  static T of(T a, T b) {
    return Row::of(a, b, T(), T(), T());
  }
};

template <class Row, class T>
void word_loop(const void* a, int a_step, const void* b, int b_step, void* out, int64_t n) {
  if (n == 0) return;
  auto *x = static_cast<const T*>(a), *z = static_cast<const T*>(b);
  auto* y = static_cast<T*>(out);
  const T first_a = x[0], first_b = z[0];
  if (a_step && b_step)
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) y[i] = Row::of(x[i], z[i]);
  else if (a_step)
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) y[i] = Row::of(x[i], first_b);
  else
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) y[i] = Row::of(first_a, b_step ? z[i] : first_b);
}
template <class Row>
void fill_words(Kernels& k, Binary op) {
  k.binary_word[0][int(op)] = word_loop<Row, int32_t>;
  k.binary_word[1][int(op)] = word_loop<Row, uint32_t>;
}

}  // namespace

void fill_binary(Kernels& k) {
#define TTNN_BINARY(name, domain, samples, doc, parameters, ...)  \
  if constexpr (Domain::domain != Domain::integers)               \
    k.binary[int(Binary::name)] = loop<name##_row, float>,        \
    k.binary_narrow[int(Binary::name)] = narrow_loop<name##_row>; \
  if constexpr (Domain::domain != Domain::floats)                 \
    k.binary_int[int(Binary::name)] = loop<name##_row, int64_t>;
#include "ttnn/ops/binary_table.h"
  k.binary[int(Binary::fmod)] = dividing_loop<fmod_row, ExactFmod>;
  k.binary[int(Binary::remainder)] = dividing_loop<remainder_row, ExactRemainder>;
  for (Binary op : {Binary::fmod, Binary::remainder}) k.binary_narrow[int(op)] = nullptr;
  fill_words<WordSum>(k, Binary::add);
  fill_words<WordDifference>(k, Binary::subtract);
  fill_words<WordProduct>(k, Binary::multiply);
#define TTNN_WORDS(name) fill_words<WordRow<name##_row>>(k, Binary::name)
  TTNN_WORDS(maximum), TTNN_WORDS(minimum);
  TTNN_WORDS(eq), TTNN_WORDS(ne), TTNN_WORDS(gt), TTNN_WORDS(ge), TTNN_WORDS(lt), TTNN_WORDS(le);
  TTNN_WORDS(logical_and), TTNN_WORDS(logical_or), TTNN_WORDS(logical_xor);
  TTNN_WORDS(bitwise_and), TTNN_WORDS(bitwise_or), TTNN_WORDS(bitwise_xor);
#undef TTNN_WORDS
}

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
