// Where the extreme value of a row or of a column stands.
#include "ttnn/backends/cpu/kernels/partials.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

// Found first, then looked for.
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
  return find(dtype, x, n, table.reduce_row(largest ? Reduce::max : Reduce::min, dtype, x, n));
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

}  // namespace

void fill_argmax(Kernels& k) {
  k.argmax_row = argmax_row;
  k.argmin_row = argmin_row;
  k.argmax_columns = argmax_columns;
}

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
