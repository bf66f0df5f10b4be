// Reductions of a row, of many short rows, of columns side by side, and of several runs.
#include "ttnn/backends/cpu/kernels/partials.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

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
  int64_t sum = 0, squares = 0, product = 1, low = INT64_MAX, high = INT64_MIN;
  int64_t chunk[chunk_values];
  for (int64_t begin = 0, count; begin < n; begin += count) {
    count = smaller(n - begin, chunk_values);
    table.to_int(dtype, advance(x, begin * plain_bytes(dtype)), count, chunk);
    for (int64_t i = 0; i < count; ++i) {
      const int64_t v = chunk[i];
      sum += v, squares = math::plus_product(squares, v, v), product = math::times(product, v);
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
      return product;
    case Reduce::sum_of_squares:
      return squares;
  }
  return 0;
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
constexpr int64_t strip_values = 2048;

template <class Step, int K, class T>
inline void add_few_rows(const T* x, int64_t pitch, int64_t pairs, Pair* totals) {
  // Later rows lie in the same sets of L1: they are asked for into L2.
  constexpr int64_t ahead = 16;
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

}  // namespace

void fill_reductions(Kernels& k) {
  k.reduce_row = reduce_row;
  k.reduce_row_int = reduce_row_int;
  k.accumulate = accumulate;
  k.accumulate_rows = accumulate_rows;
  k.reduce_short_rows = reduce_short_rows;
  k.combine = combine;
}

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
