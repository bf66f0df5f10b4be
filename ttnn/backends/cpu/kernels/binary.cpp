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

template <class Row>
void narrow_loop(const uint16_t* a, int a_step, const uint16_t* b, int b_step, uint16_t* out,
                 int64_t n, const double* parameters) {
  if (n == 0) return;
  const float p0 = parameter<float>(parameters[0]), p1 = parameter<float>(parameters[1]);
  const float p2 = parameter<float>(parameters[2]);
  const float first_a = widen(a[0]), first_b = widen(b[0]);
  alignas(line_bytes) float y[narrow_block];
  for (int64_t begin = 0, count; begin < n; begin += count) {
    count = smaller(narrow_block, n - begin);
    const uint16_t *x = a + begin * a_step, *z = b + begin * b_step;
    if (a_step && b_step)
      for (int64_t i = 0; i < count; ++i) y[i] = Row::of(widen(x[i]), widen(z[i]), p0, p1, p2);
    else if (a_step)
      for (int64_t i = 0; i < count; ++i) y[i] = Row::of(widen(x[i]), first_b, p0, p1, p2);
    else if (b_step)
      for (int64_t i = 0; i < count; ++i) y[i] = Row::of(first_a, widen(z[i]), p0, p1, p2);
    else
      for (int64_t i = 0; i < count; ++i) y[i] = Row::of(first_a, first_b, p0, p1, p2);
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
