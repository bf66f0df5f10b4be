// The binary family as vector loops, one per row of the table and per kind of operands: stream with
// stream, stream with one value, one value with stream.
#include "ttnn/backends/cpu/kernels/loops.h"
#include "ttnn/ops/math.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

using namespace ttnn::math;

#define TTNN_BINARY(name, domain, doc, parameters, ...)                                          \
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
  const T p0 = parameter<T>(parameters[0]), p1 = parameter<T>(parameters[1]);
  const T p2 = parameter<T>(parameters[2]);
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

#if defined(__AVX2__) && !defined(__AVX512BF16__)
// What one instruction computes goes from bfloat16 to bfloat16 in registers: values are widened to
// the halves of a vector that rounding takes them from. The rest of the values is left: returns how
// many were done.
typedef float EightFloats __attribute__((vector_size(32)));
template <class Row, bool a_is_one, bool b_is_one>
int64_t in_registers(NarrowValues a, NarrowValues b, uint16_t* out, int64_t n) {
  struct Halves {
    EightFloats low, high;
  };
  const auto widened = [](const uint16_t* bits) {
    const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bits)), zero{};
    return Halves{(EightFloats)_mm256_unpacklo_epi16(zero, x),
                  (EightFloats)_mm256_unpackhi_epi16(zero, x)};
  };
  const EightFloats none{}, one_a = none + a.value, one_b = none + b.value;
  int64_t i = 0;
  for (; i + 16 <= n; i += 16) {
    const Halves x = a_is_one ? Halves{one_a, one_a} : widened(a.bits + i);
    const Halves y = b_is_one ? Halves{one_b, one_b} : widened(b.bits + i);
    const __m256i z = narrow_in_halves((__m256)Row::of(x.low, y.low, none, none, none),
                                       (__m256)Row::of(x.high, y.high, none, none, none));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i), z);
  }
  return i;
}
template <class Row>
int64_t in_registers(NarrowValues a, NarrowValues b, uint16_t* out, int64_t n) {
  if (a.bits && b.bits) return in_registers<Row, false, false>(a, b, out, n);
  if (a.bits) return in_registers<Row, false, true>(a, b, out, n);
  return b.bits ? in_registers<Row, true, false>(a, b, out, n) : 0;
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
template <class Row>
int64_t in_registers(NarrowValues, NarrowValues, uint16_t*, int64_t) {
  return 0;
}
#endif

template <class Row>
void narrow_loop(NarrowValues a, NarrowValues b, uint16_t* out, int64_t n,
                 const double* parameters) {
  const float p0 = parameter<float>(parameters[0]), p1 = parameter<float>(parameters[1]);
  const float p2 = parameter<float>(parameters[2]);
  alignas(line_bytes) float y[narrow_block];
  int64_t begin = 0;
  if constexpr (is_one_instruction<Row>) begin = in_registers<Row>(a, b, out, n);
  for (int64_t count; begin < n; begin += count) {
    count = smaller(narrow_block, n - begin);
    const uint16_t* x = a.bits ? a.bits + begin : nullptr;
    const uint16_t* z = b.bits ? b.bits + begin : nullptr;
    if (a.bits && b.bits)
      for (int64_t i = 0; i < count; ++i) y[i] = Row::of(widen(x[i]), widen(z[i]), p0, p1, p2);
    else if (a.bits)
      for (int64_t i = 0; i < count; ++i) y[i] = Row::of(widen(x[i]), b.value, p0, p1, p2);
    else if (b.bits)
      for (int64_t i = 0; i < count; ++i) y[i] = Row::of(a.value, widen(z[i]), p0, p1, p2);
    else
      for (int64_t i = 0; i < count; ++i) y[i] = Row::of(a.value, b.value, p0, p1, p2);
    narrow_row(y, out + begin, count);
  }
}

}  // namespace

void fill_binary(Kernels& k) {
#define TTNN_BINARY(name, domain, doc, parameters, ...)           \
  if constexpr (Domain::domain != Domain::integers)               \
    k.binary[int(Binary::name)] = loop<name##_row, float>,        \
    k.binary_narrow[int(Binary::name)] = narrow_loop<name##_row>; \
  if constexpr (Domain::domain != Domain::floats)                 \
    k.binary_int[int(Binary::name)] = loop<name##_row, int64_t>;
#include "ttnn/ops/binary_table.h"
}

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
