// Moving bytes: copies, fills, transpositions.
#include <utility>

#include "ttnn/backends/cpu/kernels/loops.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

void copy(void* dst, const void* src, int64_t bytes, Stores stores) {
  if (dst == src) return;
  if (!past_caches(stores)) {
    std::memmove(dst, src, static_cast<size_t>(bytes));
    return;
  }
  stream(dst, src, bytes, [](const std::byte* s) { __builtin_prefetch(s + prefetch_distance); });
  fence(stores);
}

// A row's last lines are read while the first ones of the next row come.
void copy_2d(void* dst, int64_t dst_pitch, const void* src, int64_t src_pitch, int64_t row_bytes,
             int64_t rows, Stores stores) {
  if (dst_pitch == row_bytes && src_pitch == row_bytes)
    return copy(dst, src, row_bytes * rows, stores);
  const bool streamed = past_caches(stores) && row_bytes >= 4 * line_bytes;
  const int64_t rows_ahead = prefetch_distance / (row_bytes + 1);  // whole ones; part of one more
  const int64_t rest = prefetch_distance - rows_ahead * row_bytes;
  for (int64_t r = 0; r < rows; ++r) {
    void* d = advance(dst, r * dst_pitch);
    const void* s = advance(src, r * src_pitch);
    const auto* soon = static_cast<const std::byte*>(s) + rows_ahead * src_pitch + rest;
    const auto* end = static_cast<const std::byte*>(s) + row_bytes - rest;
    if (streamed)
      stream(d, s, row_bytes, [&](const std::byte* line) {
        const int64_t at = line - static_cast<const std::byte*>(s);
        __builtin_prefetch(soon + at + (line < end ? 0 : src_pitch - row_bytes));
      });
    else
      std::memcpy(d, s, static_cast<size_t>(row_bytes));
  }
  fence(stores);
}

template <class T>
void fill_items(void* dst, uint64_t value, int64_t n, Stores stores) {
  auto* d = static_cast<T*>(dst);
  const T v = static_cast<T>(value);
  int64_t i = 0;
  if (past_caches(stores) && n >= chunk_values) {
    T pattern[vector_bytes / sizeof(T)];
    for (T& item : pattern) item = v;
    const Words words = load_words(pattern);
    const int64_t head = values_to_line(d, sizeof(T), n);
    for (; i < head; ++i) d[i] = v;
    if (reinterpret_cast<uintptr_t>(d + i) % line_bytes == 0)
      for (constexpr int64_t step = vector_bytes / sizeof(T); i + step <= n; i += step)
        store_words<Stores::streaming>(d + i, words);
    fence(stores);
  }
  for (; i < n; ++i) d[i] = v;
}
void fill(void* dst, int item_bytes, uint64_t value, int64_t n, Stores stores) {
  switch (item_bytes) {
    case 1:
      return fill_items<uint8_t>(dst, value, n, stores);
    case 2:
      return fill_items<uint16_t>(dst, value, n, stores);
    case 4:
      return fill_items<uint32_t>(dst, value, n, stores);
    default:
      return fill_items<uint64_t>(dst, value, n, stores);
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

// Rows lie far apart in both arrays, often in the same sets of the caches. So a tile is read once,
// each row's part as it comes, into a buffer in L1; it leaves from a second one, in which its
// columns are rows of several lines. The next rows are asked for ahead.
template <class T>
struct Tile {
  static constexpr int64_t rows = 4 * line_bytes / sizeof(T), columns = 2 * line_bytes / sizeof(T);
  static constexpr int64_t in_ld = columns + line_bytes / sizeof(T);  // other sets for each row
  alignas(line_bytes) T in[rows * in_ld];
  alignas(line_bytes) T out[columns * rows];

  // `next`: where the columns of the next tile begin, which has the rows from `next_first` on.
  void read(const T* src, const T* next, const SourceRows& from, int64_t first, int64_t next_first,
            int64_t nr, int64_t nc) {
    constexpr int64_t ahead = 4;
    for (int64_t r = 0; r < nr; ++r) {
      const T* soon = r + ahead < nr ? src + from.offset(first + r + ahead)
                                     : next + from.offset(next_first + r + ahead - nr);
      for (int64_t c = 0; c < nc; c += line_bytes / sizeof(T)) __builtin_prefetch(soon + c);
      const T* row = src + from.offset(first + r);
      if (nc == columns)
        std::memcpy(in + r * in_ld, row, columns * sizeof(T));
      else
        std::memcpy(in + r * in_ld, row, static_cast<size_t>(nc) * sizeof(T));
    }
  }
  void turn(int64_t nr, int64_t nc) {
    constexpr int64_t side = square_side<T>;
    const int64_t whole_r = nr / side * side, whole_c = nc / side * side;
    for (int64_t r = 0; r < whole_r; r += side)
      for (int64_t c = 0; c < whole_c; c += side)
        transpose_square(in + r * in_ld + c, in_ld, out + c * rows + r, rows);
    for (int64_t r = 0; r < nr; ++r)
      for (int64_t c = r < whole_r ? whole_c : 0; c < nc; ++c)
        out[c * rows + r] = in[r * in_ld + c];
  }
  void write(T* dst, int64_t dst_ld, int64_t nr, int64_t nc, bool streamed) const {
    const int64_t bytes = nr * static_cast<int64_t>(sizeof(T));
    for (int64_t c = 0; c < nc; ++c) {
      if (streamed)
        stream(dst + c * dst_ld, out + c * rows, bytes);
      else
        std::memcpy(dst + c * dst_ld, out + c * rows, static_cast<size_t>(bytes));
    }
  }
};
template <class T>
void transpose_items(const void* src, SourceRows from, void* dst, int64_t dst_ld, int64_t rows,
                     int64_t columns, Stores stores) {
  Tile<T> tile;
  const bool streamed =
      past_caches(stores) && rows * static_cast<int64_t>(sizeof(T)) >= 2 * line_bytes;
  for (int64_t r = 0; r < rows; r += Tile<T>::rows)
    for (int64_t c = 0; c < columns; c += Tile<T>::columns) {
      const int64_t nr = smaller(Tile<T>::rows, rows - r);
      const int64_t nc = smaller(Tile<T>::columns, columns - c);
      auto* s = static_cast<const T*>(src);
      const bool is_last = c + nc == columns;
      tile.read(s + c, is_last ? s : s + c + nc, from, r, is_last ? r + nr : r, nr, nc);
      tile.turn(nr, nc);
      tile.write(static_cast<T*>(dst) + c * dst_ld + r, dst_ld, nr, nc, streamed);
    }
  fence(stores);
}
void transpose_2d(int item_bytes, const void* src, SourceRows from, void* dst, int64_t dst_ld,
                  int64_t rows, int64_t columns, Stores stores) {
  switch (item_bytes) {
    case 1:
      return transpose_items<uint8_t>(src, from, dst, dst_ld, rows, columns, stores);
    case 2:
      return transpose_items<uint16_t>(src, from, dst, dst_ld, rows, columns, stores);
    case 4:
      return transpose_items<uint32_t>(src, from, dst, dst_ld, rows, columns, stores);
    default:
      return transpose_items<uint64_t>(src, from, dst, dst_ld, rows, columns, stores);
  }
}

}  // namespace

void fill_move(Kernels& k) {
  k.fence = [] { fence(); };
  k.copy = copy;
  k.copy_2d = copy_2d;
  k.fill = fill;
  k.transpose_2d = transpose_2d;
}

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
