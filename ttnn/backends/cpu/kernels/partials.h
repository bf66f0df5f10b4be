// Sums and extremes of a row: `partials` of them by column modulo 64, of blocks that are joined in
// turn, put together in pairs at the end. The order of additions follows from the column alone.
#pragma once
#include <utility>

#include "ttnn/backends/cpu/kernels/narrowing.h"
#include "ttnn/ops/math.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {
namespace {

using math::infinity;

constexpr int partials = 64;
constexpr int partial_vectors = partials / lanes;

// -- The reductions as one step and the value of nothing.
struct Sum {
  static constexpr float start = 0;
  template <class T>
  static T of(T total, T x) {
    return total + x;
  }
};
struct SumOfSquares {
  static constexpr float start = 0;
  template <class T>
  static T of(T total, T x) {
    return total + x * x;
  }
};
struct Product {
  static constexpr float start = 1;
  template <class T>
  static T of(T total, T x) {
    return total * x;
  }
};
struct Max {  // a NaN comes in and stays
  static constexpr float start = -infinity;
  template <class T>
  static T of(T best, T x) {
    return (x > best) | (x != x) ? x : best;
  }
};
struct Min {
  static constexpr float start = infinity;
  template <class T>
  static T of(T best, T x) {
    return (x < best) | (x != x) ? x : best;
  }
};
template <class Step>
struct Joined : Step {};
template <>
struct Joined<SumOfSquares> : Sum {};

inline Floats loaded(const float* x) { return load(x); }
inline float loaded_one(const float* x) { return *x; }
inline Floats loaded(const uint16_t* x) { return load_widened(x); }
inline float loaded_one(const uint16_t* x) { return widen(*x); }

// Two vectors of neighbouring columns. Of bfloat16 they come as the first and the second halves of
// words, which is cheaper than in order.
struct Pair {
  Floats first, second;
};
constexpr int pair_values = 2 * lanes;
inline Pair loaded_pair(const float* x) { return {load(x), load(x + lanes)}; }
inline Pair loaded_pair(const uint16_t* x) {
  const Words words = load_words(x);
  return {(Floats)(words << 16), (Floats)(words & 0xffff0000u)};
}
template <int... J>
inline Pair interleaved(Pair x, std::integer_sequence<int, J...>) {
  return {__builtin_shufflevector(x.first, x.second, (J / 2 + J % 2 * lanes)...),
          __builtin_shufflevector(x.first, x.second, ((lanes + J) / 2 + J % 2 * lanes)...)};
}
template <class T>  // that it was loaded from
inline Pair in_order(Pair x) {
  if constexpr (sizeof(T) == sizeof(float)) return x;
  return interleaved(x, std::make_integer_sequence<int, lanes>());
}
template <class Step>
inline Pair step_of(Pair total, Pair x) {
  return {Step::of(total.first, x.first), Step::of(total.second, x.second)};
}

struct Itself {
  template <class T>
  T operator()(T x) const {
    return x;
  }
};

// Blocks of values are added up by themselves and then joined, so that no chain is long.
constexpr int64_t block_values = 64 * partials;
constexpr int64_t block_rows = 256;  // of columns side by side

template <class Step>
class Partials {
 public:
  Partials() {
    for (Floats& v : vectors_) v = broadcast(Step::start);
  }
  // The values of columns that begin at a multiple of a block; only the last call may be given
  // others.
  template <class T, class Of = Itself>  // float, or bfloat16's bits
  void add(const T* x, int64_t n, Of of = {}) {
    int64_t i = 0;
    for (int64_t count; i + partials <= n; i += count) {
      count = smaller(block_values, (n - i) / partials * partials);
      add_block(x + i, count, of);
    }
    int64_t rest = 0;
    for (; i + rest + lanes <= n; rest += lanes)
      vectors_[rest / lanes] = Step::of(vectors_[rest / lanes], of(loaded(x + i + rest)));
    auto* each = reinterpret_cast<float*>(vectors_);
    for (; i + rest < n; ++rest) each[rest] = Step::of(each[rest], of(loaded_one(x + i + rest)));
  }
  float total() {
    fold<partial_vectors / 2>(vectors_);
    auto* each = reinterpret_cast<float*>(vectors_);
    fold<lanes / 2>(each);
    return each[0];
  }

 private:
  static constexpr int pairs = partial_vectors / 2;

  template <class T, class Of>
  void add_block(const T* x, int64_t n, Of of) {
    Pair total[pairs];
    for (Pair& pair : total) pair = {broadcast(Step::start), broadcast(Step::start)};
    for (int64_t i = 0; i < n; i += partials)
#pragma GCC unroll 8
      for (int j = 0; j < pairs; ++j) {
        const Pair pair = loaded_pair(x + i + j * pair_values);
        total[j] = step_of<Step>(total[j], {of(pair.first), of(pair.second)});
      }
    for (int j = 0; j < pairs; ++j) {
      const Pair pair = in_order<T>(total[j]);
      vectors_[2 * j] = Joined<Step>::of(vectors_[2 * j], pair.first);
      vectors_[2 * j + 1] = Joined<Step>::of(vectors_[2 * j + 1], pair.second);
    }
  }

  // x[j] and x[j + half] become one, then the halves of those.
  template <int half, class T>
  static void fold(T* x) {
    for (int j = 0; j < half; ++j) x[j] = Joined<Step>::of(x[j], x[j + half]);
    if constexpr (half > 1) fold<half / 2>(x);
  }

  Floats vectors_[partial_vectors];
};

}  // namespace
}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
