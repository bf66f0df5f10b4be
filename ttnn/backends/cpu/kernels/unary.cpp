// The unary family as vector loops, one per row of the table.
#include "ttnn/backends/cpu/kernels/loops.h"
#include "ttnn/ops/math.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

using namespace ttnn::math;

#define TTNN_UNARY(name, domain, samples, doc, parameters, ...)                       \
  struct name##_row {                                                                 \
    template <class T>                                                                \
    static T of([[maybe_unused]] T x, [[maybe_unused]] T p0, [[maybe_unused]] T p1) { \
      return __VA_ARGS__;                                                             \
    }                                                                                 \
  };
#include "ttnn/ops/unary_table.h"

template <class Row, class T>
void loop(const T* x, T* out, int64_t n, const double* parameters) {
  const T p0 = parameter<T>(parameters, 0), p1 = parameter<T>(parameters, 1);
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) out[i] = Row::of(x[i], p0, p1);
}

// Block by block in float: in one loop the compiler would merge comparisons of the formula with
// those of the rounding, and lose the vectors.
template <class Row>
void narrow_loop(const uint16_t* x, uint16_t* out, int64_t n, const double* parameters,
                 Stores stores) {
  const float p0 = parameter<float>(parameters, 0), p1 = parameter<float>(parameters, 1);
  in_narrow_blocks(x, nullptr, out, n, stores,
                   [&](const uint16_t* block, const uint16_t*, int shift, int64_t pairs, float* y) {
                     for (int64_t i = 0; i < pairs; ++i)
                       y[i] = Row::of(half_of(block, i, shift), p0, p1);
                   });
}

// What only concerns the sign is exact: no float is needed.
template <Stores how>
void change_signs(const uint16_t* x, uint16_t* out, int64_t n, uint16_t kept, uint16_t flipped) {
  const uint32_t keep = kept * 0x10001u, flip = flipped * 0x10001u;
  int64_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    __builtin_prefetch(reinterpret_cast<const char*>(x + i) + prefetch_distance);
    store_words<how>(out + i, (load_words(x + i) & keep) ^ flip);
  }
  for (; i < n; ++i) out[i] = static_cast<uint16_t>((x[i] & kept) ^ flipped);
}
template <uint16_t kept, uint16_t flipped>
void sign_loop(const uint16_t* x, uint16_t* out, int64_t n, const double*, Stores stores) {
  if (past_caches(stores))
    change_signs<Stores::streaming>(x, out, n, kept, flipped);
  else
    change_signs<Stores::cached>(x, out, n, kept, flipped);
}

// Angles beyond the range of the fast reduction go to the C library, one by one.
template <class Row, double (*exact)(double)>
void circular(const float* x, float* out, int64_t n, const double* parameters) {
  constexpr int64_t chunk = 256;
  float angles[chunk];
  for (int64_t begin = 0, count; begin < n; begin += count) {
    count = smaller(chunk, n - begin);
    float* part = out + begin;
    std::memcpy(angles, x + begin, static_cast<size_t>(count) * sizeof(float));
    loop<Row, float>(angles, part, count, parameters);
    int beyond = 0;
    for (int64_t i = 0; i < count; ++i) beyond |= abs(angles[i]) > reducible_angle;
    if (!beyond) continue;
    for (int64_t i = 0; i < count; ++i)
      if (abs(angles[i]) > reducible_angle) part[i] = static_cast<float>(exact(angles[i]));
  }
}

double library_sin(double x) { return __builtin_sin(x); }
double library_cos(double x) { return __builtin_cos(x); }
double library_tan(double x) { return __builtin_tan(x); }

}  // namespace

void fill_unary(Kernels& k) {
#define TTNN_UNARY(name, domain, samples, doc, parameters, ...) \
  if constexpr (Domain::domain != Domain::integers)             \
    k.unary[int(Unary::name)] = loop<name##_row, float>,        \
    k.unary_narrow[int(Unary::name)] = narrow_loop<name##_row>; \
  if constexpr (Domain::domain != Domain::floats)               \
    k.unary_int[int(Unary::name)] = loop<name##_row, int64_t>;
#include "ttnn/ops/unary_table.h"
  k.unary[int(Unary::sin)] = circular<sin_row, library_sin>;
  k.unary[int(Unary::cos)] = circular<cos_row, library_cos>;
  k.unary[int(Unary::tan)] = circular<tan_row, library_tan>;
  k.unary_narrow[int(Unary::neg)] = sign_loop<0xffff, 0x8000>;
  k.unary_narrow[int(Unary::abs)] = sign_loop<0x7fff, 0>;
  for (Unary op : {Unary::sin, Unary::cos, Unary::tan}) k.unary_narrow[int(op)] = nullptr;
}

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
