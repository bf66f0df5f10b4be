// Reductions, softmax and norms of one row. Every sum is `partials` sums by column modulo 64, of
// blocks that are joined in turn, added in pairs at the end: the order of additions follows from
// the column alone.
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
  alignas(line_bytes) float chunk[block_values];
  for (int64_t begin = 0, count; begin < n; begin += count) {
    count = smaller(n - begin, block_values);
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

// -- Several runs, element by element: read side by side, so that each value is touched once.
// Memory is asked for into L2: stores past the caches wait where L1 does.
constexpr int into_l2 = 2;
template <class Step, bool Continues, int K, class T>
void combine_few(const void* const* x, int64_t begin, int64_t n, int64_t ahead, float* out) {
  const T* run[K];
  for (int k = 0; k < K; ++k) run[k] = static_cast<const T*>(x[k]) + begin;
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    Floats v = Continues ? load(out + i) : loaded(run[0] + i);
#pragma GCC unroll 8
    for (int k = 0; k < K; ++k)
      __builtin_prefetch(reinterpret_cast<const char*>(run[k] + i) + ahead, 0, into_l2);
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

// -- Rows added to totals: columns in strips whose totals stay in L1, some rows at a time, so that
// totals are read and written once for several. Blocks of rows are added up by themselves.
constexpr int64_t strip_values = 2048, block_rows = 256;

template <class Step, int K, class T>
inline void add_few_rows(const T* x, int64_t pitch, int64_t pairs, Pair* totals) {
  // Later rows lie in the same sets of L1: they are asked for into L2.
  constexpr int64_t ahead = 16;
  constexpr int into_l2 = 2;
  constexpr int64_t step = pair_values * sizeof(T);
  for (int64_t i = 0; i < pairs; ++i, x += pair_values) {
    Pair total = totals[i];
#pragma GCC unroll 8
    for (int k = 0; k < K; ++k) {
      for (int64_t line = 0; K > 1 && line < step; line += line_bytes)
        __builtin_prefetch(advance(x + (ahead + k) * pitch, line), 0, into_l2);
      total = step_of<Step>(total, loaded_pair(x + k * pitch));
    }
    totals[i] = total;
  }
}

template <class Step, class T>
void add_block_of_rows(float* into, const T* x, int64_t pitch, int64_t rows, int64_t n) {
  constexpr int few = 8;
  const int64_t pairs = n / pair_values;
  Pair totals[strip_values / pair_values];
  for (int64_t i = 0; i < pairs; ++i) totals[i] = {broadcast(Step::start), broadcast(Step::start)};
  int64_t r = 0;
  for (; r + few <= rows; r += few) add_few_rows<Step, few>(x + r * pitch, pitch, pairs, totals);
  for (; r < rows; ++r) add_few_rows<Step, 1>(x + r * pitch, pitch, pairs, totals);
  for (int64_t i = 0; i < pairs; ++i) {
    float* at = into + i * pair_values;
    const Pair joined = step_of<Joined<Step>>(loaded_pair(at), in_order<T>(totals[i]));
    store(at, joined.first);
    store(at + lanes, joined.second);
  }
  for (int64_t c = pairs * pair_values; c < n; ++c) {
    float total = Step::start;
    for (r = 0; r < rows; ++r) total = Step::of(total, loaded_one(x + r * pitch + c));
    into[c] = Joined<Step>::of(into[c], total);
  }
}

// Calls add(first row, rows, first column, columns) for what is added up by itself.
template <class Add>
void each_block(int64_t rows, int64_t n, int64_t strip, Add add) {
  for (int64_t c = 0; c < n; c += strip)
    for (int64_t r = 0; r < rows; r += block_rows)
      add(r, smaller(block_rows, rows - r), c, smaller(strip, n - c));
}

template <class Step, class T>
void accumulate_values(float* into, const T* x, int64_t pitch, int64_t rows, int64_t n) {
  each_block(rows, n, strip_values, [&](int64_t r, int64_t height, int64_t c, int64_t width) {
    add_block_of_rows<Step>(into + c, x + r * pitch + c, pitch, height, width);
  });
}

template <class Step>
void accumulate_converted(float* into, DataType dtype, const void* x, int64_t pitch, int64_t rows,
                          int64_t n) {
  alignas(line_bytes) float chunk[chunk_values], totals[chunk_values];
  each_block(rows, n, chunk_values, [&](int64_t r, int64_t height, int64_t c, int64_t width) {
    for (float& total : totals) total = Step::start;
    for (int64_t i = r; i < r + height; ++i) {
      table.to_float(dtype, advance(x, (i * pitch + c) * plain_bytes(dtype)), width, chunk);
      for (int64_t k = 0; k < width; ++k) totals[k] = Step::of(totals[k], chunk[k]);
    }
    for (int64_t k = 0; k < width; ++k) into[c + k] = Joined<Step>::of(into[c + k], totals[k]);
  });
}

template <class Step>
void accumulate_as(float* into, DataType dtype, const void* x, int64_t pitch, int64_t rows,
                   int64_t n) {
  if (dtype == DataType::FLOAT32)
    return accumulate_values<Step>(into, static_cast<const float*>(x), pitch, rows, n);
  if (dtype == DataType::BFLOAT16)
    return accumulate_values<Step>(into, static_cast<const uint16_t*>(x), pitch, rows, n);
  accumulate_converted<Step>(into, dtype, x, pitch, rows, n);
}

void accumulate_rows(Reduce kind, float* into, DataType dtype, const void* x, int64_t pitch,
                     int64_t rows, int64_t n) {
  switch (kind) {
    case Reduce::sum:
      return accumulate_as<Sum>(into, dtype, x, pitch, rows, n);
    case Reduce::max:
      return accumulate_as<Max>(into, dtype, x, pitch, rows, n);
    case Reduce::min:
      return accumulate_as<Min>(into, dtype, x, pitch, rows, n);
    case Reduce::prod:
      return accumulate_as<Product>(into, dtype, x, pitch, rows, n);
    case Reduce::sum_of_squares:
      return accumulate_as<SumOfSquares>(into, dtype, x, pitch, rows, n);
  }
}
void accumulate(Reduce kind, float* into, DataType dtype, const void* x, int64_t n) {
  accumulate_rows(kind, into, dtype, x, 0, 1, n);
}

// -- Many short rows, a square of rows and columns at a time turned in registers: each row's values
// are added in the order of its columns.
constexpr int square = vector_bytes >= 32 ? 8 : 4;
typedef float SquareRow __attribute__((vector_size(4 * square)));
typedef float SquareRowAnywhere __attribute__((vector_size(4 * square), aligned(4), may_alias));
typedef int32_t SquareInts __attribute__((vector_size(4 * square)));
typedef uint16_t SquareHalvesAnywhere
    __attribute__((vector_size(2 * square), aligned(2), may_alias));

inline SquareRow square_row(const float* p) {
  return *reinterpret_cast<const SquareRowAnywhere*>(p);
}
inline SquareRow square_row(const uint16_t* p) {
  return (SquareRow)(__builtin_convertvector(*reinterpret_cast<const SquareHalvesAnywhere*>(p),
                                             SquareInts)
                     << 16);
}

template <int D, int... J>
inline void swap_parts(SquareRow& a, SquareRow& b, std::integer_sequence<int, J...>) {
  constexpr int n = sizeof...(J);
  const SquareRow low = __builtin_shufflevector(a, b, ((J & D) ? n + J - D : J)...);
  b = __builtin_shufflevector(a, b, ((J & D) ? n + J : J + D)...);
  a = low;
}
template <int D>
inline void turn_square(SquareRow (&rows)[square]) {
#pragma GCC unroll 8
  for (int i = 0; i < square; ++i)
    if (!(i & D)) swap_parts<D>(rows[i], rows[i + D], std::make_integer_sequence<int, square>());
  if constexpr (D > 1) turn_square<D / 2>(rows);
}

// The totals of as many rows as a square has, n values apart.
template <class Step, class T>
SquareRow reduce_square(const T* from, int64_t n) {
  SquareRow total = Step::start - SquareRow{};
  int64_t c = 0;
  for (; c + square <= n; c += square) {
    SquareRow part[square];
#pragma GCC unroll 8
    for (int k = 0; k < square; ++k) part[k] = square_row(from + k * n + c);
    turn_square<square / 2>(part);
#pragma GCC unroll 8
    for (int k = 0; k < square; ++k) total = Step::of(total, part[k]);
  }
  for (; c < n; ++c) {
    SquareRow column;
    for (int k = 0; k < square; ++k) column[k] = loaded_one(from + k * n + c);
    total = Step::of(total, column);
  }
  return total;
}

// Rows that are left are a square with rows of zeros below: all are added up by the same
// instructions, so a row's bits do not depend on where it stands.
template <class Step, class T>
void reduce_short(const T* x, int64_t rows, int64_t n, float* out) {
  int64_t r = 0;
  for (; r + square <= rows; r += square) {
    const T* from = x + r * n;
    prefetch_after(from, square * n * static_cast<int64_t>(sizeof(T)));
    *reinterpret_cast<SquareRowAnywhere*>(out + r) = reduce_square<Step>(from, n);
  }
  if (r == rows) return;
  T rest[square * short_row_values] = {};
  std::memcpy(rest, x + r * n, static_cast<size_t>((rows - r) * n) * sizeof(T));
  const SquareRow total = reduce_square<Step>(rest, n);
  for (int64_t i = 0; r + i < rows; ++i) out[r + i] = total[i];
}

template <class Step>
void reduce_short_as(DataType dtype, const void* x, int64_t rows, int64_t n, float* out) {
  if (dtype == DataType::FLOAT32)
    return reduce_short<Step>(static_cast<const float*>(x), rows, n, out);
  if (dtype == DataType::BFLOAT16)
    return reduce_short<Step>(static_cast<const uint16_t*>(x), rows, n, out);
  alignas(line_bytes) float chunk[chunk_values];
  const int64_t height = chunk_values / (n > 0 ? n : 1);
  for (int64_t r = 0, count; r < rows; r += count) {
    count = smaller(height, rows - r);
    table.to_float(dtype, advance(x, r * n * plain_bytes(dtype)), count * n, chunk);
    reduce_short<Step>(chunk, count, n, out + r);
  }
}
void reduce_short_rows(Reduce kind, DataType dtype, const void* x, int64_t rows, int64_t n,
                       float* out) {
  switch (kind) {
    case Reduce::sum:
      return reduce_short_as<Sum>(dtype, x, rows, n, out);
    case Reduce::max:
      return reduce_short_as<Max>(dtype, x, rows, n, out);
    case Reduce::min:
      return reduce_short_as<Min>(dtype, x, rows, n, out);
    case Reduce::prod:
      return reduce_short_as<Product>(dtype, x, rows, n, out);
    case Reduce::sum_of_squares:
      return reduce_short_as<SumOfSquares>(dtype, x, rows, n, out);
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
  const int64_t ahead = n >= chunk_values ? prefetch_distance : 0;
  for_chunks<float>(out_dtype, out, n, stores, [&](int64_t begin, int64_t length, float* total) {
    if (dtype == DataType::FLOAT32) {
      combine_chunk<Step, float>(x, count, begin, length, ahead, total);
    } else if (dtype == DataType::BFLOAT16) {
      combine_chunk<Step, uint16_t>(x, count, begin, length, ahead, total);
    } else {
      const int64_t offset = begin * plain_bytes(dtype);
      table.to_float(dtype, advance(x[0], offset), length, total);
      for (int k = 1; k < count; ++k)
        accumulate_as<Step>(total, dtype, advance(x[k], offset), 0, 1, length);
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
// Columns side by side: each keeps its best value and where it stood.
template <class T>
void argmax_values(const T* x, int64_t pitch, int64_t n, int64_t columns, int32_t* at) {
  float best[chunk_values];
  for (int64_t begin = 0, count; begin < columns; begin += count) {
    count = smaller(columns - begin, chunk_values);
    int32_t* place = at + begin;
    for (int64_t c = 0; c < count; ++c) best[c] = loaded_one(x + begin + c), place[c] = 0;
    for (int64_t i = 1; i < n; ++i) {
      const T* row = x + i * pitch + begin;
      const auto here = static_cast<int32_t>(i);
      for (int64_t c = 0; c < count; ++c) {
        const float value = loaded_one(row + c);
        // Once a NaN, always that one.
        const bool better = ((value > best[c]) | (value != value)) & (best[c] == best[c]);
        best[c] = better ? value : best[c];
        place[c] = better ? here : place[c];
      }
    }
  }
}
void argmax_columns(DataType dtype, const void* x, int64_t pitch, int64_t n, int64_t columns,
                    int32_t* at) {
  if (dtype == DataType::FLOAT32)
    return argmax_values(static_cast<const float*>(x), pitch, n, columns, at);
  if (dtype == DataType::BFLOAT16)
    return argmax_values(static_cast<const uint16_t*>(x), pitch, n, columns, at);
  float best[chunk_values], row[chunk_values];
  const int item = plain_bytes(dtype);
  for (int64_t begin = 0, count; begin < columns; begin += count) {
    count = smaller(columns - begin, chunk_values);
    for (int64_t i = 0; i < n; ++i) {
      table.to_float(dtype, advance(x, (i * pitch + begin) * item), count, row);
      for (int64_t c = 0; c < count; ++c) {
        const bool better = i == 0 || row[c] > best[c];
        best[c] = better ? row[c] : best[c];
        at[begin + c] = better ? static_cast<int32_t>(i) : at[begin + c];
      }
    }
  }
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

// -- Softmax of columns side by side, few enough that what is kept of a row stays in L1.
constexpr int64_t softmax_width = 64;

template <class T>
void softmax_some_columns(const T* x, int64_t pitch, int64_t n, int64_t columns, float* scratch,
                          DataType out_dtype, void* out, Stores stores) {
  constexpr int64_t rows_ahead = 8;
  alignas(line_bytes) float top[softmax_width], sum[softmax_width], y[softmax_width];
  alignas(line_bytes) std::byte staging[softmax_width * 4];
  for (float& value : top) value = -infinity;
  for (float& value : sum) value = 0;
  for (int64_t i = 0; i < n; ++i) {
    const T* row = x + i * pitch;
    float* kept = scratch + i * columns;
    for (int64_t at = 0; at < columns * static_cast<int64_t>(sizeof(T)); at += line_bytes)
      __builtin_prefetch(reinterpret_cast<const char*>(row + rows_ahead * pitch) + at);
    for (int64_t c = 0; c < columns; ++c) kept[c] = loaded_one(row + c);
    for (int64_t c = 0; c < columns; ++c) top[c] = Max::of(top[c], kept[c]);
  }
  for (int64_t i = 0; i < n; i += block_rows) {
    float block[softmax_width] = {};
    for (int64_t j = i; j < smaller(n, i + block_rows); ++j) {
      float* kept = scratch + j * columns;
      for (int64_t c = 0; c < columns; ++c) kept[c] = math::exp(kept[c] - top[c]);
      for (int64_t c = 0; c < columns; ++c) block[c] += kept[c];
    }
    for (int64_t c = 0; c < columns; ++c) sum[c] += block[c];
  }
  for (int64_t c = 0; c < columns; ++c) sum[c] = 1 / sum[c];
  const int64_t item = plain_bytes(out_dtype);
  for (int64_t i = 0; i < n; ++i) {
    const float* kept = scratch + i * columns;
    for (int64_t c = 0; c < columns; ++c) y[c] = kept[c] * sum[c];
    void* to = advance(out, i * pitch * item);
    const void* from = y;
    if (out_dtype != DataType::FLOAT32) {
      table.from_float(out_dtype, y, columns, staging, Stores::cached);
      from = staging;
    }
    if (past_caches(stores))
      stream(to, from, columns * item);
    else
      std::memcpy(to, from, static_cast<size_t>(columns * item));
  }
  fence(stores);
}

void softmax_columns(DataType dtype, const void* x, int64_t pitch, int64_t n, int64_t columns,
                     float* scratch, DataType out_dtype, void* out, Stores stores) {
  for (int64_t c = 0, count; c < columns; c += count) {
    count = smaller(columns - c, softmax_width);
    const void* from = advance(x, c * plain_bytes(dtype));
    void* to = advance(out, c * plain_bytes(out_dtype));
    if (dtype == DataType::BFLOAT16)
      softmax_some_columns(static_cast<const uint16_t*>(from), pitch, n, count, scratch, out_dtype,
                           to, stores);
    else
      softmax_some_columns(static_cast<const float*>(from), pitch, n, count, scratch, out_dtype, to,
                           stores);
  }
}

// -- Norms: two passes for the moments, of which the first brings the row to L1, and one for the
// result.

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
    constexpr int into_l2 = 2;
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

void fill_rows(Kernels& k) {
  k.reduce_row = reduce_row;
  k.reduce_row_int = reduce_row_int;
  k.accumulate = accumulate;
  k.accumulate_rows = accumulate_rows;
  k.reduce_short_rows = reduce_short_rows;
  k.combine = combine;
  k.argmax_row = argmax_row;
  k.argmin_row = argmin_row;
  k.argmax_columns = argmax_columns;
  k.softmax_row = softmax_row;
  k.softmax_columns = softmax_columns;
  k.layer_norm_row = layer_norm_row;
  k.rms_norm_row = rms_norm_row;
  k.moments_row = moments_row;
}

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
