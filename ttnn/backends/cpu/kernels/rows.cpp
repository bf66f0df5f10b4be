// Reductions, softmax and norms of one row. Every sum is `partials` sums by column modulo 64, added
// in pairs at the end: the order of additions follows from the column alone.
#include "ttnn/backends/cpu/kernels/loops.h"
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

template <class Step>
class Partials {
 public:
  Partials() {
    for (Floats& v : vectors_) v = broadcast(Step::start);
  }
  // The values of columns that begin at a multiple of 64; only the last call may be given others.
  template <class T>  // float, or bfloat16's bits
  void add(const T* x, int64_t n) {
    Floats v[partial_vectors];
    for (int j = 0; j < partial_vectors; ++j) v[j] = vectors_[j];
    int64_t i = 0;
    for (; i + partials <= n; i += partials)
#pragma GCC unroll 16
      for (int j = 0; j < partial_vectors; ++j) v[j] = Step::of(v[j], loaded(x + i + j * lanes));
    for (int j = 0; j < partial_vectors; ++j) vectors_[j] = v[j];
    auto* each = reinterpret_cast<float*>(vectors_);
    for (int64_t j = 0; i + j < n; ++j) each[j] = Step::of(each[j], loaded_one(x + i + j));
  }
  float total() {
    auto* each = reinterpret_cast<float*>(vectors_);
    for (int half = partials / 2; half; half /= 2)
      for (int j = 0; j < half; ++j) each[j] = Joined<Step>::of(each[j], each[j + half]);
    return each[0];
  }

 private:
  Floats vectors_[partial_vectors];
};

template <class Step>
float reduce(DataType dtype, const void* x, int64_t n) {
  Partials<Step> partial;
  if (dtype == DataType::FLOAT32) {
    partial.add(static_cast<const float*>(x), n);
    return partial.total();
  }
  if (dtype == DataType::BFLOAT16) {
    partial.add(static_cast<const uint16_t*>(x), n);
    return partial.total();
  }
  alignas(line_bytes) float chunk[chunk_values];
  for (int64_t begin = 0, count; begin < n; begin += count) {
    count = smaller(n - begin, chunk_values);
    table.to_float(dtype, advance(x, begin * plain_bytes(dtype)), count, chunk);
    partial.add(chunk, count);
  }
  return partial.total();
}

float reduce_row(Reduce kind, DataType dtype, const void* x, int64_t n) {
  switch (kind) {
    case Reduce::sum:
      return reduce<Sum>(dtype, x, n);
    case Reduce::max:
      return reduce<Max>(dtype, x, n);
    case Reduce::min:
      return reduce<Min>(dtype, x, n);
    case Reduce::prod:
      return reduce<Product>(dtype, x, n);
    case Reduce::sum_of_squares:
      return reduce<SumOfSquares>(dtype, x, n);
  }
  return 0;
}

int64_t reduce_row_int(Reduce kind, DataType dtype, const void* x, int64_t n) {
  int64_t sum = 0, squares = 0, low = INT64_MAX, high = INT64_MIN;
  uint64_t product = 1;
  int64_t chunk[chunk_values];
  for (int64_t begin = 0, count; begin < n; begin += count) {
    count = smaller(n - begin, chunk_values);
    table.to_int(dtype, advance(x, begin * plain_bytes(dtype)), count, chunk);
    for (int64_t i = 0; i < count; ++i) {
      const int64_t v = chunk[i];
      sum += v, squares += v * v, product *= static_cast<uint64_t>(v);
      low = v < low ? v : low, high = v > high ? v : high;
    }
  }
  switch (kind) {
    case Reduce::sum:
      return sum;
    case Reduce::max:
      return high;
    case Reduce::min:
      return low;
    case Reduce::prod:
      return static_cast<int64_t>(product);
    case Reduce::sum_of_squares:
      return squares;
  }
  return 0;
}

template <class Step>
void accumulate_as(float* into, DataType dtype, const void* x, int64_t n) {
  alignas(line_bytes) float chunk[chunk_values];
  for (int64_t begin = 0, count; begin < n; begin += count) {
    count = smaller(n - begin, chunk_values);
    const void* part = advance(x, begin * plain_bytes(dtype));
    const auto* values = static_cast<const float*>(part);
    if (dtype != DataType::FLOAT32) table.to_float(dtype, part, count, chunk), values = chunk;
    float* row = into + begin;
    for (int64_t i = 0; i < count; ++i) row[i] = Step::of(row[i], values[i]);
  }
}

void accumulate(Reduce kind, float* into, DataType dtype, const void* x, int64_t n) {
  switch (kind) {
    case Reduce::sum:
      return accumulate_as<Sum>(into, dtype, x, n);
    case Reduce::max:
      return accumulate_as<Max>(into, dtype, x, n);
    case Reduce::min:
      return accumulate_as<Min>(into, dtype, x, n);
    case Reduce::prod:
      return accumulate_as<Product>(into, dtype, x, n);
    case Reduce::sum_of_squares:
      return accumulate_as<SumOfSquares>(into, dtype, x, n);
  }
}

// -- Several runs, element by element: read side by side, so that each value is touched once.
template <class Step, bool Continues, int K, class T>
void combine_few(const void* const* x, int64_t begin, int64_t n, int64_t ahead, float* out) {
  const T* run[K];
  for (int k = 0; k < K; ++k) run[k] = static_cast<const T*>(x[k]) + begin;
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    Floats v = Continues ? load(out + i) : loaded(run[0] + i);
#pragma GCC unroll 8
    for (int k = 0; k < K; ++k)
      __builtin_prefetch(reinterpret_cast<const char*>(run[k] + i) + ahead);
#pragma GCC unroll 8
    for (int k = Continues ? 0 : 1; k < K; ++k) v = Step::of(v, loaded(run[k] + i));
    store(out + i, v);
  }
  for (; i < n; ++i) {
    float v = Continues ? out[i] : loaded_one(run[0] + i);
    for (int k = Continues ? 0 : 1; k < K; ++k) v = Step::of(v, loaded_one(run[k] + i));
    out[i] = v;
  }
}

template <class Step, bool Continues, class T>
void combine_few(const void* const* x, int count, int64_t begin, int64_t n, int64_t ahead,
                 float* out) {
  switch (count) {
    case 1:
      return combine_few<Step, Continues, 1, T>(x, begin, n, ahead, out);
    case 2:
      return combine_few<Step, Continues, 2, T>(x, begin, n, ahead, out);
    case 3:
      return combine_few<Step, Continues, 3, T>(x, begin, n, ahead, out);
    default:
      return combine_few<Step, Continues, 4, T>(x, begin, n, ahead, out);
  }
}

template <class Step, class T>
void combine_chunk(const void* const* x, int count, int64_t begin, int64_t n, int64_t ahead,
                   float* out) {
  constexpr int few = 4;
  combine_few<Step, false, T>(x, count < few ? count : few, begin, n, ahead, out);
  for (int k = few; k < count; k += few)
    combine_few<Step, true, T>(x + k, count - k < few ? count - k : few, begin, n, ahead, out);
}

template <class Step>
void combine_as(DataType dtype, const void* const* x, int count, float divisor, DataType out_dtype,
                void* out, int64_t n, Stores stores) {
  // Bytes to prefetch ahead, for the hardware stops at every page; short runs end before they are
  // needed.
  const int64_t ahead = n >= 4 * chunk_values ? 2048 : 0;
  for_chunks<float>(out_dtype, out, n, stores, [&](int64_t begin, int64_t length, float* total) {
    if (dtype == DataType::FLOAT32) {
      combine_chunk<Step, float>(x, count, begin, length, ahead, total);
    } else if (dtype == DataType::BFLOAT16) {
      combine_chunk<Step, uint16_t>(x, count, begin, length, ahead, total);
    } else {
      const int64_t offset = begin * plain_bytes(dtype);
      table.to_float(dtype, advance(x[0], offset), length, total);
      for (int k = 1; k < count; ++k)
        accumulate_as<Step>(total, dtype, advance(x[k], offset), length);
    }
    if (divisor == 1) return;
    for (int64_t i = 0; i < length; ++i) total[i] /= divisor;
  });
}

void combine(Reduce kind, DataType dtype, const void* const* x, int count, float divisor,
             DataType out_dtype, void* out, int64_t n, Stores stores) {
  const auto as = kind == Reduce::max   ? combine_as<Max>
                  : kind == Reduce::min ? combine_as<Min>
                                        : combine_as<Sum>;
  as(dtype, x, count, divisor, out_dtype, out, n, stores);
}

// -- Where the extreme value stands: found first, then looked for.
int64_t find(DataType dtype, const void* x, int64_t n, float value) {
  alignas(line_bytes) float chunk[chunk_values];
  for (int64_t begin = 0, count; begin < n; begin += count) {
    count = smaller(n - begin, chunk_values);
    table.to_float(dtype, advance(x, begin * plain_bytes(dtype)), count, chunk);
    int here = 0;
    for (int64_t i = 0; i < count; ++i) here |= (chunk[i] == value) | (chunk[i] != chunk[i]);
    if (!here) continue;
    for (int64_t i = 0; i < count; ++i)
      if (value != value ? chunk[i] != chunk[i] : chunk[i] == value) return begin + i;
  }
  return 0;
}

// 32-bit integers do not fit a float.
int64_t find_extreme_int(DataType dtype, const void* x, int64_t n, bool largest) {
  int64_t best = 0, at = -1;
  int64_t chunk[chunk_values];
  for (int64_t begin = 0, count; begin < n; begin += count) {
    count = smaller(n - begin, chunk_values);
    table.to_int(dtype, advance(x, begin * plain_bytes(dtype)), count, chunk);
    for (int64_t i = 0; i < count; ++i)
      if (at < 0 || (largest ? chunk[i] > best : chunk[i] < best)) best = chunk[i], at = begin + i;
  }
  return at < 0 ? 0 : at;
}

int64_t arg_row(DataType dtype, const void* x, int64_t n, bool largest) {
  if (dtype == DataType::INT32 || dtype == DataType::UINT32)
    return find_extreme_int(dtype, x, n, largest);
  return find(dtype, x, n, reduce_row(largest ? Reduce::max : Reduce::min, dtype, x, n));
}
int64_t argmax_row(DataType dtype, const void* x, int64_t n) { return arg_row(dtype, x, n, true); }
int64_t argmin_row(DataType dtype, const void* x, int64_t n) { return arg_row(dtype, x, n, false); }

// -- Rows of float.
template <class Step>
float reduce_floats(const float* x, int64_t n) {
  return reduce<Step>(DataType::FLOAT32, x, n);
}

void softmax_row(float* x, int64_t n) {
  const float top = reduce_floats<Max>(x, n);
  for (int64_t i = 0; i < n; ++i) x[i] = math::exp(x[i] - top);
  const float inverse = 1 / reduce_floats<Sum>(x, n);
  for (int64_t i = 0; i < n; ++i) x[i] *= inverse;
}

// The sum of (x - mean)^2, in the order of Partials.
float sum_of_deviations(const float* x, int64_t n, float mean) {
  Partials<SumOfSquares> partial;
  alignas(line_bytes) float chunk[chunk_values];
  for (int64_t begin = 0, count; begin < n; begin += count) {
    count = smaller(n - begin, chunk_values);
    for (int64_t i = 0; i < count; ++i) chunk[i] = x[begin + i] - mean;
    partial.add(chunk, count);
  }
  return partial.total();
}

void moments_row(const float* x, int64_t n, float* mean, float* variance) {
  const float count = static_cast<float>(n);
  *mean = reduce_floats<Sum>(x, n) / count;
  *variance = sum_of_deviations(x, n, *mean) / count;
}

void normalise(const float* x, float mean, float factor, const float* weight, const float* bias,
               float* out, int64_t n) {
  if (weight && bias)
    for (int64_t i = 0; i < n; ++i) out[i] = (x[i] - mean) * factor * weight[i] + bias[i];
  else if (weight)
    for (int64_t i = 0; i < n; ++i) out[i] = (x[i] - mean) * factor * weight[i];
  else if (bias)
    for (int64_t i = 0; i < n; ++i) out[i] = (x[i] - mean) * factor + bias[i];
  else
    for (int64_t i = 0; i < n; ++i) out[i] = (x[i] - mean) * factor;
}

void layer_norm_row(const float* x, const float* weight, const float* bias, float epsilon,
                    float* out, int64_t n) {
  float mean, variance;
  moments_row(x, n, &mean, &variance);
  normalise(x, mean, 1 / math::sqrt(variance + epsilon), weight, bias, out, n);
}

void rms_norm_row(const float* x, const float* weight, const float* bias, float epsilon, float* out,
                  int64_t n) {
  const float mean_square = reduce_floats<SumOfSquares>(x, n) / static_cast<float>(n);
  normalise(x, 0, 1 / math::sqrt(mean_square + epsilon), weight, bias, out, n);
}

}  // namespace

void fill_rows(Kernels& k) {
  k.reduce_row = reduce_row;
  k.reduce_row_int = reduce_row_int;
  k.accumulate = accumulate;
  k.combine = combine;
  k.argmax_row = argmax_row;
  k.argmin_row = argmin_row;
  k.softmax_row = softmax_row;
  k.layer_norm_row = layer_norm_row;
  k.rms_norm_row = rms_norm_row;
  k.moments_row = moments_row;
}

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
