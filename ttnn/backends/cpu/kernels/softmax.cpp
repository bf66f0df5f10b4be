// Softmax of rows, and of columns side by side.
#include "ttnn/backends/cpu/kernels/partials.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

template <class Step>
float reduce_floats(const float* x, int64_t n) {
  Partials<Step> partial;
  partial.add(x, n);
  return partial.total();
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

}  // namespace

void fill_softmax(Kernels& k) {
  k.softmax_row = softmax_row;
  k.softmax_columns = softmax_columns;
}

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
