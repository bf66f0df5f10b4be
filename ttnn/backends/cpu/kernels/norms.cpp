// Norms of rows: two passes for the moments, of which the first brings the row to L1, and one for
// the result.
#include "ttnn/backends/cpu/kernels/partials.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

// (x - mean)^2 is summed in the order of Partials.
struct Deviation {
  Floats mean;
  Floats operator()(Floats x) const { return x - mean; }
  float operator()(float x) const { return x - mean[0]; }
};

struct Moments {
  float mean, variance;
};
// About 0 where values are not centred.
template <class T>
Moments moments_of(bool centred, const T* x, int64_t n) {
  const float count = static_cast<float>(n);
  float mean = 0;
  if (centred) {
    Partials<Sum> sum;
    sum.add(x, n);
    mean = sum.total() / count;
  }
  Partials<SumOfSquares> squares;
  squares.add(x, n, Deviation{broadcast(mean)});
  return {mean, squares.total() / count};
}
void moments_row(const float* x, int64_t n, float* mean, float* variance) {
  const Moments moments = moments_of(true, x, n);
  *mean = moments.mean;
  *variance = moments.variance;
}

// What is in place of a weight or a bias that is not there: x * 1 + -0 is x, signs of zero
// included.
struct Neutral {
  float weight[map_values], bias[map_values];
};
constexpr Neutral neutral = [] {
  Neutral out{};
  for (float& value : out.weight) value = 1;
  for (float& value : out.bias) value = -0.0f;
  return out;
}();

template <class V>
inline V normal(V x, V mean, V factor, V weight, V bias) {
  return (x - mean) * factor * weight + bias;
}

class Normaliser {
 public:
  Normaliser(Moments moments, float epsilon, const float* weight, const float* bias)
      : mean_(moments.mean),
        factor_(1 / math::sqrt(moments.variance + epsilon)),
        weight_(weight),
        bias_(bias) {}

  template <class T>
  void operator()(const T* x, int64_t n, DataType dtype, void* out, Stores stores) const {
    if (!in_pairs(dtype, out, n, stores))
      any(x, n, dtype, out, stores);
    else if (past_caches(stores))
      pairs<Stores::streaming>(x, n, static_cast<uint16_t*>(out));
    else
      pairs<Stores::cached>(x, n, static_cast<uint16_t*>(out));
    fence(stores);
  }

 private:
  // Whether results are written two whole vectors at a time.
  static bool in_pairs(DataType dtype, const void* out, int64_t n, Stores stores) {
    return dtype == DataType::BFLOAT16 && n % pair_values == 0 &&
           (!past_caches(stores) || reinterpret_cast<uintptr_t>(out) % vector_bytes == 0);
  }
  const float* weights(int64_t at) const { return weight_ ? weight_ + at : neutral.weight; }
  const float* biases(int64_t at) const { return bias_ ? bias_ + at : neutral.bias; }

  template <class T>
  void any(const T* x, int64_t n, DataType dtype, void* out, Stores stores) const {
    for_chunks<float>(dtype, out, n, unfenced(stores), [&](int64_t begin, int64_t count, float* y) {
      const float *w = weights(begin), *b = biases(begin);
      for (int64_t i = 0; i < count; ++i)
        y[i] = normal(loaded_one(x + begin + i), mean_, factor_, w[i], b[i]);
    });
  }

  template <Stores how, class T>
  void pairs(const T* x, int64_t n, uint16_t* out) const {
    for (int64_t begin = 0, count; begin < n; begin += count) {
      count = smaller(map_values, n - begin);
      chunk<how>(x + begin, count, n, weights(begin), biases(begin), out + begin);
    }
  }
  // Meanwhile the next row, `ahead` values further, is asked for.
  template <Stores how, class T>
  void chunk(const T* x, int64_t n, int64_t ahead, const float* weight, const float* bias,
             uint16_t* out) const {
    const Floats mean = broadcast(mean_), factor = broadcast(factor_);
    const auto of = [&](int64_t i) {
      return normal(loaded(x + i), mean, factor, load(weight + i), load(bias + i));
    };
    for (int64_t i = 0; i < n; i += pair_values) {
      for (int64_t k = 0; k < pair_values * static_cast<int64_t>(sizeof(T)); k += line_bytes)
        __builtin_prefetch(advance(x + ahead + i, k), 0, into_l2);
      store_narrowed<how>(out + i, of(i), of(i + lanes));
    }
  }

  const float mean_, factor_, *weight_, *bias_;
};

void norm_row(bool centred, DataType dtype, const void* x, const float* weight, const float* bias,
              float epsilon, float* scratch, DataType out_dtype, void* out, int64_t n,
              Stores stores) {
  const auto normalise = [&](const auto* row) {
    const Normaliser of(moments_of(centred, row, n), epsilon, weight, bias);
    of(row, n, out_dtype, out, stores);
  };
  if (dtype == DataType::BFLOAT16) return normalise(static_cast<const uint16_t*>(x));
  if (dtype == DataType::FLOAT32) return normalise(static_cast<const float*>(x));
  table.to_float(dtype, x, n, scratch);
  normalise(scratch);
}
void layer_norm_row(DataType dtype, const void* x, const float* weight, const float* bias,
                    float epsilon, float* scratch, DataType out_dtype, void* out, int64_t n,
                    Stores stores) {
  norm_row(true, dtype, x, weight, bias, epsilon, scratch, out_dtype, out, n, stores);
}
void rms_norm_row(DataType dtype, const void* x, const float* weight, const float* bias,
                  float epsilon, float* scratch, DataType out_dtype, void* out, int64_t n,
                  Stores stores) {
  norm_row(false, dtype, x, weight, bias, epsilon, scratch, out_dtype, out, n, stores);
}

}  // namespace

void fill_norms(Kernels& k) {
  k.layer_norm_row = layer_norm_row;
  k.rms_norm_row = rms_norm_row;
  k.moments_row = moments_row;
}

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
