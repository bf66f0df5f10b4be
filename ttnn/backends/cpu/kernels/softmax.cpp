// Softmax of rows, and of columns side by side.
#include "ttnn/backends/cpu/kernels/exponential.h"
#include "ttnn/backends/cpu/kernels/partials.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

// What stands in memory as loaded_pair<T> gives it. Normal: no value is NaN or denormal.
template <class T, Stores how, bool is_normal>
inline void store_pair(uint16_t* p, Pair x) {
  if constexpr (sizeof(T) == sizeof(float))
    store_narrowed<how>(p, x.first, x.second);
  else
    store_joined<how, is_normal>(p, x.first, x.second);
}
template <class T, Stores how, bool is_normal>
inline void store_pair(float* p, Pair x) {
  const Pair in_line = in_order<T>(x);
  store_words<how>(p, (Words)in_line.first);
  store_words<how>(p + lanes, (Words)in_line.second);
}
template <class T>
inline Pair loaded_few(const T* x, int64_t n, T others) {
  T padded[pair_values];
  for (T& value : padded) value = others;
  std::memcpy(padded, x, static_cast<size_t>(n) * sizeof(T));
  return loaded_pair(padded);
}
template <class T, bool is_normal, class Result>
inline void store_few(Result* p, int64_t n, Pair x) {
  Result padded[pair_values];
  store_pair<T, Stores::cached, is_normal>(padded, x);
  std::memcpy(p, padded, static_cast<size_t>(n) * sizeof(Result));
}
constexpr Pair zeros = {Floats{}, Floats{}};
inline Pair scaled(Pair x, Floats by) { return {x.first * by, x.second * by}; }

// -- A row in three passes while it lies in L1: its extremes, the exponentials and their sum, the
// results.
struct Extremes {
  float top, low;
};
// No exponential and no result is NaN, infinite or denormal.
inline bool are_moderate(Extremes x) {
  return x.top - x.low <= 60 && x.top <= 1e4f && x.top >= -1e4f;
}

// Bits of bfloat16 as whole numbers: those without a sign are in order, those with one are larger
// and in the opposite order. A NaN is an extreme of them.
typedef int16_t Shorts __attribute__((vector_size(vector_bytes)));
typedef uint16_t Halves __attribute__((vector_size(vector_bytes)));
constexpr uint16_t sign = 0x8000;
template <class V>
inline V upper(V a, V b) {
  return a > b ? a : b;
}
template <class V>
inline V lower(V a, V b) {
  return a < b ? a : b;
}
// The halves of a vector against each other, down to one value.
template <int half, class T, class Choose>
inline void fold_bits(T* x, Choose choose) {
  for (int k = 0; k < half; ++k) x[k] = choose(x[k], x[k + half]);
  if constexpr (half > 1) fold_bits<half / 2>(x, choose);
}

Extremes extremes_of(const uint16_t* x, int64_t n, bool /*needs_low*/) {
  Shorts top = Shorts{} + int16_t{-1};
  Halves high = {}, low = Halves{} + uint16_t{0xffff};
  const auto add = [&](const uint16_t* p) {
    const Words words = load_words(p);
    top = upper(top, (Shorts)words);
    high = upper(high, (Halves)words);
    low = lower(low, (Halves)words);
  };
  int64_t i = 0;
  for (; i + pair_values <= n; i += pair_values) add(x + i);
  if (i < n) {
    uint16_t padded[pair_values];
    for (uint16_t& value : padded) value = x[i];
    std::memcpy(padded, x + i, static_cast<size_t>(n - i) * sizeof *x);
    add(padded);
  }
  fold_bits<pair_values / 2>(reinterpret_cast<int16_t*>(&top), upper<int16_t>);
  fold_bits<pair_values / 2>(reinterpret_cast<uint16_t*>(&high), upper<uint16_t>);
  fold_bits<pair_values / 2>(reinterpret_cast<uint16_t*>(&low), lower<uint16_t>);
  return {widen(top[0] >= 0 ? static_cast<uint16_t>(top[0]) : low[0]),
          widen(high[0] >= sign ? high[0] : low[0])};
}
template <class Step>
float reduced(const float* x, int64_t n) {
  Partials<Step> partial;
  partial.add(x, n);
  return partial.total();
}
// The low one tells whether results in bfloat16 are moderate.
Extremes extremes_of(const float* x, int64_t n, bool needs_low) {
  return {reduced<Max>(x, n), needs_low ? reduced<Min>(x, n) : 0};
}

// y = exp(x - top), each pair as it is loaded, and the sum.
template <class Result, bool is_moderate, class T>
float exponentials(const T* x, int64_t n, float top, float* y) {
#if defined(__FMA__)
  // The rounding error of top * log2(e) is a factor that all share.
  constexpr bool joins = is_moderate && sizeof(Result) < sizeof(float);
#else
  constexpr bool joins = false;
#endif
  const Floats base = broadcast(joins ? top * log2_of_e : top);
  const auto of = [&](Floats v) {
    if constexpr (joins) return power_of_2<true>(v * log2_of_e - base);
    return exp_for<Result, is_moderate>(v - base);
  };
  Pair total = zeros, block = zeros;
  int64_t i = 0;
  for (; i + pair_values <= n; i += pair_values) {
    // Meanwhile the next row is asked for.
    for (int64_t k = 0; k < pair_values * static_cast<int64_t>(sizeof(T)); k += line_bytes)
      __builtin_prefetch(advance(x + n + i, k), 0, into_l2);
    const Pair v = loaded_pair(x + i), e = {of(v.first), of(v.second)};
    store(y + i, e.first);
    store(y + i + lanes, e.second);
    block = step_of<Sum>(block, e);
    if ((i + pair_values) % block_values == 0) total = step_of<Sum>(total, block), block = zeros;
  }
  if (i < n) {  // by the same formula: what all share of a rounding error goes only if all share it
    constexpr T one = sizeof(T) == 2 ? T(0x3f80) : T(1);
    T ones[pair_values];
    for (T& value : ones) value = one;
    const Pair is_there = loaded_few(ones, n - i, T(0)), v = loaded_few(x + i, n - i, x[i]);
    const Pair e = {of(v.first) * is_there.first, of(v.second) * is_there.second};
    store(y + i, e.first);
    store(y + i + lanes, e.second);
    block = step_of<Sum>(block, e);
  }
  total = step_of<Sum>(total, block);
  Floats sum = total.first + total.second;
  auto* each = reinterpret_cast<float*>(&sum);
  for (int half = lanes / 2; half > 0; half /= 2)
    for (int k = 0; k < half; ++k) each[k] += each[k + half];
  return each[0];
}

template <class T, Stores how, bool is_normal, class Result>
void write_shares(const float* y, float inverse, int64_t n, Result* out) {
  const Floats by = broadcast(inverse);
  int64_t i = 0;
  for (; i + pair_values <= n; i += pair_values)
    store_pair<T, how, is_normal>(out + i, scaled(loaded_pair(y + i), by));
  if (i < n) store_few<T, is_normal>(out + i, n - i, scaled(loaded_pair(y + i), by));
}

template <class Result, bool is_moderate, class T>
void softmax_row(const T* x, int64_t n, float top, float* y, Result* out, bool streams) {
  float inverse = 1 / exponentials<Result, is_moderate>(x, n, top, y);
  if (inverse != inverse) {  // without the bits that a NaN of the input may have
    for (int64_t i = 0; i < n + pair_values; ++i) y[i] = math::not_a_number;
    inverse = 1;
  }
  if (streams)
    write_shares<T, Stores::streaming, is_moderate>(y, inverse, n, out);
  else
    write_shares<T, Stores::cached, is_moderate>(y, inverse, n, out);
}

template <class T, class Result>
void softmax_values(const T* x, int64_t rows, int64_t n, float* scratch, Result* out,
                    Stores stores) {
  constexpr bool is_narrow = sizeof(Result) < sizeof(float);
  const bool streams = past_caches(stores) && n % pair_values == 0 &&
                       reinterpret_cast<uintptr_t>(out) % vector_bytes == 0;
  for (int64_t r = 0; r < rows; ++r, x += n, out += n) {
    const Extremes found = extremes_of(x, n, is_narrow);
    if (is_narrow && are_moderate(found))
      softmax_row<Result, true>(x, n, found.top, scratch, out, streams);
    else
      softmax_row<Result, false>(x, n, found.top, scratch, out, streams);
  }
  fence(stores);
}

// -- Columns side by side, few enough that what is kept of a row stays in L1. Pairs stand as they
// are loaded.
constexpr int64_t softmax_width = softmax_padding;

template <class T, class Result>
void softmax_some_columns(const T* x, int64_t pitch, int64_t n, int64_t columns, float* scratch,
                          Result* out, Stores stores) {
  constexpr int64_t rows_ahead = 8, most = softmax_width / pair_values;
  const int64_t whole = columns / pair_values, rest = columns % pair_values;
  const int64_t pairs = whole + (rest > 0);
  const auto loaded_at = [&](const T* row, int64_t j) {
    return j < whole ? loaded_pair(row + j * pair_values)
                     : loaded_few(row + j * pair_values, rest, T(0));
  };
  Pair top[most], sum[most];
  for (Pair& pair : top) pair = {broadcast(-infinity), broadcast(-infinity)};
  for (Pair& pair : sum) pair = zeros;
  for (int64_t i = 0; i < n; ++i) {
    const T* row = x + i * pitch;
    for (int64_t at = 0; at < columns * static_cast<int64_t>(sizeof(T)); at += line_bytes)
      __builtin_prefetch(advance(row + rows_ahead * pitch, at));
    for (int64_t j = 0; j < pairs; ++j) top[j] = step_of<Max>(top[j], loaded_at(row, j));
  }
  Pair* kept = reinterpret_cast<Pair*>(scratch);
  for (int64_t i = 0; i < n; i += block_rows) {
    Pair block[most];
    for (Pair& pair : block) pair = zeros;
    for (int64_t r = i; r < smaller(n, i + block_rows); ++r)
      for (int64_t j = 0; j < pairs; ++j) {
        const Pair v = loaded_at(x + r * pitch, j);
        const Pair e = {exp_for<Result>(v.first - top[j].first),
                        exp_for<Result>(v.second - top[j].second)};
        kept[r * pairs + j] = e;
        block[j] = step_of<Sum>(block[j], e);
      }
    for (int64_t j = 0; j < pairs; ++j) sum[j] = step_of<Sum>(sum[j], block[j]);
  }
  for (Pair& pair : sum) pair = {1 / pair.first, 1 / pair.second};
  const bool streams = past_caches(stores) &&
                       pitch * static_cast<int64_t>(sizeof(Result)) % vector_bytes == 0 &&
                       reinterpret_cast<uintptr_t>(out) % vector_bytes == 0;
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < pairs; ++j) {
      const Pair e = kept[i * pairs + j];
      const Pair share = {e.first * sum[j].first, e.second * sum[j].second};
      Result* to = out + i * pitch + j * pair_values;
      if (j == whole)
        store_few<T, false>(to, rest, share);
      else if (streams)
        store_pair<T, Stores::streaming, false>(to, share);
      else
        store_pair<T, Stores::cached, false>(to, share);
    }
  fence(stores);
}

template <class T, class Result>
void softmax_of_columns(const T* x, int64_t pitch, int64_t n, int64_t columns, float* scratch,
                        Result* out, Stores stores) {
  for (int64_t c = 0; c < columns; c += softmax_width)
    softmax_some_columns(x + c, pitch, n, smaller(columns - c, softmax_width), scratch, out + c,
                         stores);
}

// Calls use(x, out) with both as what they are: bfloat16's bits or floats.
template <class Use>
void with_values(DataType dtype, const void* x, DataType out_dtype, void* out, Use use) {
  const auto with_result = [&](auto* values) {
    if (out_dtype == DataType::BFLOAT16) return use(values, static_cast<uint16_t*>(out));
    use(values, static_cast<float*>(out));
  };
  if (dtype == DataType::BFLOAT16) return with_result(static_cast<const uint16_t*>(x));
  with_result(static_cast<const float*>(x));
}

void softmax_rows(DataType dtype, const void* x, int64_t rows, int64_t n, float* scratch,
                  DataType out_dtype, void* out, Stores stores) {
  with_values(dtype, x, out_dtype, out, [&](const auto* values, auto* result) {
    softmax_values(values, rows, n, scratch, result, stores);
  });
}
void softmax_columns(DataType dtype, const void* x, int64_t pitch, int64_t n, int64_t columns,
                     float* scratch, DataType out_dtype, void* out, Stores stores) {
  with_values(dtype, x, out_dtype, out, [&](const auto* values, auto* result) {
    softmax_of_columns(values, pitch, n, columns, scratch, result, stores);
  });
}

}  // namespace

void fill_softmax(Kernels& k) {
  k.softmax_rows = softmax_rows;
  k.softmax_columns = softmax_columns;
}

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
