// See limits.h. A variant is a number of independent chains: enough to hide the latency of the
// instruction, few enough for the registers.
#include "ttnn/backends/cpu/kernels/limits.h"

#include "ttnn/backends/cpu/kernels/loops.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

constexpr int unrolled = 16;  // steps per round

// The compiler must believe that it can neither know the value nor leave the sum out.
inline void opaque(Floats& x) {
#if defined(__x86_64__)
  __asm__ volatile("" : "+x"(x));
#else
  __asm__ volatile("" : "+w"(x));
#endif
}

template <int Chains, class Step>
double spin(int64_t rounds, double operations, Step step) {
  Floats sum[Chains] = {}, x = broadcast(1.0f), y = broadcast(1e-9f);
  opaque(x), opaque(y);
  for (int c = 0; c < Chains; ++c) opaque(sum[c]);  // or equal chains would become one
  for (int64_t i = 0; i < rounds; ++i)
#pragma GCC unroll 16
    for (int u = 0; u < unrolled; ++u)
#pragma GCC unroll 28
      for (int c = 0; c < Chains; ++c) sum[c] = step(sum[c], x, y);
  for (int c = 0; c < Chains; ++c) opaque(sum[c]);
  return static_cast<double>(rounds) * unrolled * Chains * operations;
}

template <int Chains>
double multiply_adds(int64_t rounds) {
  return spin<Chains>(rounds, 2.0 * lanes, [](Floats s, Floats x, Floats y) { return s + x * y; });
}

#ifdef __AVX512BF16__
template <int Chains>
double dot_products(int64_t rounds) {
  return spin<Chains>(rounds, 4.0 * lanes, [](Floats s, Floats x, Floats y) {
    return (Floats)_mm512_dpbf16_ps((__m512)s, (__m512bh)x, (__m512bh)y);
  });
}
#endif

// In as many places at once as the hardware's prefetchers like.
template <int Streams>
int64_t read(const std::byte* p, int64_t bytes) {
  constexpr int64_t step = 4 * line_bytes;
  constexpr int vectors = step / vector_bytes;
  const int64_t part = bytes / Streams / step * step;
  Ints sum[vectors] = {};
  for (int64_t i = 0; i < part; i += step)
    for (int s = 0; s < Streams; ++s)
#pragma GCC unroll 16
      for (int j = 0; j < vectors; ++j)
        sum[j] += (Ints)load(reinterpret_cast<const float*>(p + s * part + i + j * vector_bytes));
  int64_t out = 0;
  for (int j = 0; j < vectors; ++j)
    for (int l = 0; l < lanes; ++l) out += sum[j][l];
  return out;
}

constexpr LimitLoops limits = {
#ifdef __AVX512BF16__
    {dot_products<8>, dot_products<12>, dot_products<24>},
#else
    {nullptr, nullptr, nullptr},
#endif
    {multiply_adds<8>, multiply_adds<12>,
     vector_bytes == 64 ? multiply_adds<24> : multiply_adds<10>},
    {read<1>, read<2>, read<8>},
};

}  // namespace

void fill_limits(Kernels& k) { k.limits = &limits; }

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
