// Moving bytes: copies, fills, transpositions.
#include <utility>

#include "ttnn/backends/cpu/kernels/loops.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

void copy(void* dst, const void* src, int64_t bytes, Stores stores) {
  if (dst == src) return;
  if (stores == Stores::cached) {
    std::memmove(dst, src, static_cast<size_t>(bytes));
    return;
  }
  stream(dst, src, bytes);
  fence();
}

void copy_2d(void* dst, int64_t dst_pitch, const void* src, int64_t src_pitch, int64_t row_bytes,
             int64_t rows, Stores stores) {
  if (dst_pitch == row_bytes && src_pitch == row_bytes)
    return copy(dst, src, row_bytes * rows, stores);
  const bool streamed = stores == Stores::streaming && row_bytes >= 8 * line_bytes;
  for (int64_t r = 0; r < rows; ++r) {
    void* d = advance(dst, r * dst_pitch);
    const void* s = advance(src, r * src_pitch);
    if (streamed)
      stream(d, s, row_bytes);
    else
      std::memcpy(d, s, static_cast<size_t>(row_bytes));
  }
  if (streamed) fence();
}

template <class T>
void fill_items(void* dst, uint64_t value, int64_t n) {
  auto* d = static_cast<T*>(dst);
  const T v = static_cast<T>(value);
  for (int64_t i = 0; i < n; ++i) d[i] = v;
}
void fill(void* dst, int item_bytes, uint64_t value, int64_t n) {
  switch (item_bytes) {
    case 1:
      return fill_items<uint8_t>(dst, value, n);
    case 2:
      return fill_items<uint16_t>(dst, value, n);
    case 4:
      return fill_items<uint32_t>(dst, value, n);
    default:
      return fill_items<uint64_t>(dst, value, n);
  }
}

// -- Transposition. A square of N x N items in N vectors: halves of pairs of rows change places,
// then quarters, and so on.
template <class T>
constexpr int square_side = sizeof(T) == 1      ? 16
                            : vector_bytes < 32 ? 16 / sizeof(T)
                            : sizeof(T) == 2    ? 16
                                                : vector_bytes / sizeof(T);
template <class T>
struct Row {
  typedef T type __attribute__((vector_size(square_side<T> * sizeof(T))));
};

template <int D, class V, int... J>
inline void swap_parts(V& a, V& b, std::integer_sequence<int, J...>) {
  constexpr int n = sizeof...(J);
  const V low = __builtin_shufflevector(a, b, ((J & D) ? n + J - D : J)...);
  b = __builtin_shufflevector(a, b, ((J & D) ? n + J : J + D)...);
  a = low;
}
template <class T, int D>
inline void swap_rows(typename Row<T>::type (&rows)[square_side<T>]) {
  constexpr int n = square_side<T>;
#pragma GCC unroll 16
  for (int i = 0; i < n; ++i)
    if (!(i & D)) swap_parts<D>(rows[i], rows[i + D], std::make_integer_sequence<int, n>());
  if constexpr (D > 1) swap_rows<T, D / 2>(rows);
}
template <class T>
inline void transpose_square(const T* from, int64_t from_ld, T* to, int64_t to_ld) {
  constexpr int n = square_side<T>;
  typename Row<T>::type rows[n];
#pragma GCC unroll 16
  for (int r = 0; r < n; ++r) std::memcpy(&rows[r], from + r * from_ld, sizeof rows[r]);
  swap_rows<T, n / 2>(rows);
#pragma GCC unroll 16
  for (int c = 0; c < n; ++c) std::memcpy(to + c * to_ld, &rows[c], sizeof rows[c]);
}

// Tiles go through a buffer in L1, so that whole lines leave for memory: the rows of a tile lie far
// apart there, often in the same set of the cache.
template <class T>
void transpose_items(const void* src, int64_t src_ld, void* dst, int64_t dst_ld, int64_t rows,
                     int64_t columns) {
  constexpr int64_t side = square_side<T>, tile = 2 * line_bytes / sizeof(T);
  auto* s = static_cast<const T*>(src);
  auto* d = static_cast<T*>(dst);
  const bool streamed = rows * columns * static_cast<int64_t>(sizeof(T)) >= streaming_bytes;
  alignas(line_bytes) T buffer[tile][tile];
  for (int64_t c0 = 0; c0 < columns; c0 += tile)
    for (int64_t r0 = 0; r0 < rows; r0 += tile) {
      const T* from = s + r0 * src_ld + c0;
      T* to = d + c0 * dst_ld + r0;
      const int64_t nr = smaller(tile, rows - r0), nc = smaller(tile, columns - c0);
      const int64_t whole_r = nr / side * side, whole_c = nc / side * side;
      for (int64_t r = tile; r < 2 * tile && r0 + r < rows; ++r) {  // the next tile's lines
        __builtin_prefetch(from + r * src_ld, 0, 2);
        __builtin_prefetch(from + r * src_ld + nc - 1, 0, 2);
      }
      for (int64_t r = 0; r < whole_r; r += side)
        for (int64_t c = 0; c < whole_c; c += side)
          transpose_square(from + r * src_ld + c, src_ld, &buffer[c][r], tile);
      for (int64_t r = 0; r < nr; ++r)
        for (int64_t c = r < whole_r ? whole_c : 0; c < nc; ++c)
          buffer[c][r] = from[r * src_ld + c];
      for (int64_t c = 0; c < nc; ++c) {
        if (streamed)
          stream(to + c * dst_ld, buffer[c], nr * static_cast<int64_t>(sizeof(T)));
        else
          std::memcpy(to + c * dst_ld, buffer[c], static_cast<size_t>(nr) * sizeof(T));
      }
    }
  if (streamed) fence();
}
void transpose_2d(int item_bytes, const void* src, int64_t src_ld, void* dst, int64_t dst_ld,
                  int64_t rows, int64_t columns) {
  switch (item_bytes) {
    case 1:
      return transpose_items<uint8_t>(src, src_ld, dst, dst_ld, rows, columns);
    case 2:
      return transpose_items<uint16_t>(src, src_ld, dst, dst_ld, rows, columns);
    case 4:
      return transpose_items<uint32_t>(src, src_ld, dst, dst_ld, rows, columns);
    default:
      return transpose_items<uint64_t>(src, src_ld, dst, dst_ld, rows, columns);
  }
}

}  // namespace

void fill_move(Kernels& k) {
  k.copy = copy;
  k.copy_2d = copy_2d;
  k.fill = fill;
  k.transpose_2d = transpose_2d;
}

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
