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

// Where rows of the input lie apart, the hardware foresees no jump between them: a row's last lines
// are read while the first ones of rows after it are asked for, into L2, since stores past the
// caches wait where L1 does.
void stream_rows(void* dst, int64_t dst_pitch, const void* src, int64_t src_pitch,
                 int64_t row_bytes, int64_t rows) {
  constexpr int64_t distance = 2 * prefetch_distance;
  const int64_t rows_ahead = distance / (row_bytes + 1);  // whole ones; part of one more
  const int64_t rest = distance - rows_ahead * row_bytes;
  for (int64_t r = 0; r < rows; ++r) {
    const auto* s = static_cast<const std::byte*>(advance(src, r * src_pitch));
    const auto* soon = s + rows_ahead * src_pitch + rest;
    const auto* end = s + row_bytes - rest;
    stream(advance(dst, r * dst_pitch), s, row_bytes, [&](const std::byte* line) {
      __builtin_prefetch(soon + (line - s) + (line < end ? 0 : src_pitch - row_bytes), 0, into_l2);
    });
  }
}

void copy_2d(void* dst, int64_t dst_pitch, const void* src, int64_t src_pitch, int64_t row_bytes,
             int64_t rows, Stores stores) {
  if (dst_pitch == row_bytes && src_pitch == row_bytes)
    return copy(dst, src, row_bytes * rows, stores);
  const bool in_lines =
      (reinterpret_cast<uintptr_t>(dst) | static_cast<uintptr_t>(dst_pitch | row_bytes)) %
          line_bytes ==
      0;
  const bool streamed = past_caches(stores) && (in_lines || row_bytes >= 4 * line_bytes);
  if (streamed && src_pitch != row_bytes)
    stream_rows(dst, dst_pitch, src, src_pitch, row_bytes, rows);
  else
    for (int64_t r = 0; r < rows; ++r)
      copy(advance(dst, r * dst_pitch), advance(src, r * src_pitch), row_bytes,
           streamed ? unfenced(stores) : Stores::cached);
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
struct Transposition {
  const T* src;
  SourceRows from;
  T* dst;
  int64_t dst_ld, rows, columns;
};

// Rows from `first` on, columns from `first_column` on.
template <class T>
void by_tiles(const Transposition<T>& t, int64_t first, int64_t first_column, bool streamed) {
  Tile<T> tile;
  for (int64_t r = first; r < t.rows; r += Tile<T>::rows)
    for (int64_t c = first_column; c < t.columns; c += Tile<T>::columns) {
      const int64_t nr = smaller(Tile<T>::rows, t.rows - r);
      const int64_t nc = smaller(Tile<T>::columns, t.columns - c);
      const bool is_last = c + nc == t.columns;
      tile.read(t.src + c, is_last ? t.src + first_column : t.src + c + nc, t.from, r,
                is_last ? r + nr : r, nr, nc);
      tile.turn(nr, nc);
      tile.write(t.dst + c * t.dst_ld + r, t.dst_ld, nr, nc, streamed);
    }
}

#if defined(__AVX512BW__)
// -- Squares whose rows are whole lines: they need no buffers on their way past the caches.
template <class T>
struct LineOf {
  typedef T type __attribute__((vector_size(line_bytes)));
};
template <class T>
using Line = typename LineOf<T>::type;
// Items of a and b in turn, from the low or the high half of each 128 bits.
template <class T, int part, int... J>
inline __m512i in_turn(__m512i a, __m512i b, std::integer_sequence<int, J...>) {
  constexpr int items = sizeof...(J), lane = 16 / sizeof(T);
  return (__m512i)__builtin_shufflevector(
      (Line<T>)a, (Line<T>)b, (J % 2 * items + J / lane * lane + (part * lane + J % lane) / 2)...);
}
template <class T>
inline void take_turns(__m512i& a, __m512i& b) {
  constexpr std::make_integer_sequence<int, line_bytes / sizeof(T)> each;
  const __m512i low = in_turn<T, 0>(a, b, each);
  b = in_turn<T, 1>(a, b, each);
  a = low;
}

inline void exchange(__m512i& a, __m512i& b) {
  const __m512i first = a;
  a = b;
  b = first;
}

// 8 rows of 16-bit items: lane l of rows[k] becomes column 8 * l + k.
inline void turn_in_lanes(__m512i* rows) {
  for (int k = 0; k < 8; k += 2) take_turns<uint16_t>(rows[k], rows[k + 1]);
  for (int k : {0, 1, 4, 5}) take_turns<uint32_t>(rows[k], rows[k + 2]);
  for (int k = 0; k < 4; ++k) take_turns<uint64_t>(rows[k], rows[k + 4]);
  // Column k stands where the bits of k are turned round.
  exchange(rows[1], rows[4]);
  exchange(rows[3], rows[6]);
}
// The lanes of four vectors as a square.
inline void turn_lanes(__m512i& a, __m512i& b, __m512i& c, __m512i& d) {
  const auto halves = [](__m512i& x, __m512i& y) {
    const auto u = (Line<uint64_t>)x, v = (Line<uint64_t>)y;
    x = (__m512i)__builtin_shufflevector(u, v, 0, 1, 2, 3, 8, 9, 10, 11);
    y = (__m512i)__builtin_shufflevector(u, v, 4, 5, 6, 7, 12, 13, 14, 15);
  };
  const auto quarters = [](__m512i& x, __m512i& y) {
    const auto u = (Line<uint64_t>)x, v = (Line<uint64_t>)y;
    x = (__m512i)__builtin_shufflevector(u, v, 0, 1, 4, 5, 8, 9, 12, 13);
    y = (__m512i)__builtin_shufflevector(u, v, 2, 3, 6, 7, 10, 11, 14, 15);
  };
  halves(a, b), halves(c, d);
  quarters(a, c), quarters(b, d);
  exchange(b, c);
}

template <class T>
constexpr int line_items = line_bytes / sizeof(T);
inline void turn_lines(__m512i (&rows)[line_items<uint16_t>]) {
#pragma GCC unroll 4
  for (int k = 0; k < 32; k += 8) turn_in_lanes(rows + k);
#pragma GCC unroll 8
  for (int k = 0; k < 8; ++k) turn_lanes(rows[k], rows[8 + k], rows[16 + k], rows[24 + k]);
}
template <class T>
inline void transpose_lines(const T* const* from, int64_t column, T* to, int64_t to_ld) {
  constexpr int n = line_items<T>;
  __m512i rows[n];
#pragma GCC unroll 32
  for (int k = 0; k < n; ++k) rows[k] = _mm512_loadu_si512(from[k] + column);
  if constexpr (sizeof(T) == 2) {
    turn_lines(rows);
  } else {
    typename Row<T>::type items[n];
#pragma GCC unroll 16
    for (int k = 0; k < n; ++k) items[k] = (typename Row<T>::type)rows[k];
    swap_rows<T, n / 2>(items);
#pragma GCC unroll 16
    for (int k = 0; k < n; ++k) rows[k] = (__m512i)items[k];
  }
#pragma GCC unroll 32
  for (int k = 0; k < n; ++k)
    _mm512_stream_si512(reinterpret_cast<__m512i*>(to + k * to_ld), rows[k]);
}

// Rows that are turned together, two squares high where there are as many: two lines of each column
// are written one after the other.
template <class T>
struct Strip {
  static constexpr int64_t most = 2 * line_items<T>;
  const T* rows[most];
  int64_t height;

  Strip(const Transposition<T>& t, int64_t first, int64_t rows_left)
      : height(smaller(most, rows_left / line_items<T> * line_items<T>)) {
    int64_t within = first % t.from.group, group = first / t.from.group;
    for (int64_t k = 0; k < height; ++k) {
      rows[k] = t.src + group * t.from.group_ld + within * t.from.ld;
      if (++within == t.from.group) within = 0, ++group;
    }
  }
};

// What is turned next, asked for in the order of memory, in which the hardware asks along; into L2,
// because far rows share their sets in L1, and stores past the caches wait where L1 does.
template <class T>
class Ahead {
 public:
  Ahead(const Strip<T>& strip, int64_t column, int64_t columns)
      : strip_(strip), column_(column), lines_(columns / line_items<T>) {}

  void ask(int64_t count) {
    for (; count > 0 && row_ < strip_.height; --count) {
      __builtin_prefetch(strip_.rows[row_] + column_ + line_ * line_items<T>, 0, into_l2);
      if (++line_ == lines_) line_ = 0, ++row_;
    }
  }

 private:
  const Strip<T>& strip_;
  int64_t column_, lines_, line_ = 0, row_ = 0;
};

// What whole squares cover, some lines of all rows of a strip at a time. After its last columns
// come the next rows, also those after the last ones; where one strip has all rows, the next
// columns.
template <class T>
void by_lines(const Transposition<T>& t) {
  constexpr int64_t side = line_items<T>, width = 8 * side;
  const int64_t columns = t.columns / side * side;
  for (int64_t r = 0; r + side <= t.rows; r += Strip<T>::most) {
    const Strip<T> strip(t, r, t.rows - r), below(t, r + strip.height, Strip<T>::most);
    const bool has_all = strip.height == t.rows;
    for (int64_t c = 0, n; c < columns; c += n) {
      n = smaller(width, columns - c);
      const bool goes_down = c + n == columns && !has_all;
      Ahead<T> soon(goes_down ? below : strip, goes_down ? 0 : c + n,
                    goes_down ? smaller(width, columns) : n);
      for (int64_t column = c; column < c + n; column += side)
        for (int64_t half = 0; half < strip.height; half += side) {
          soon.ask(side);
          transpose_lines(strip.rows + half, column, t.dst + column * t.dst_ld + r + half,
                          t.dst_ld);
        }
    }
  }
}
template <class T>
bool has_lines(const Transposition<T>& t) {
  return reinterpret_cast<uintptr_t>(t.dst) % line_bytes == 0 &&
         t.dst_ld * static_cast<int64_t>(sizeof(T)) % line_bytes == 0;
}
#endif

template <class T>
void transpose_items(const void* src, SourceRows from, void* dst, int64_t dst_ld, int64_t rows,
                     int64_t columns, Stores stores) {
  const Transposition<T> t{
      static_cast<const T*>(src), from, static_cast<T*>(dst), dst_ld, rows, columns};
  const bool streamed =
      past_caches(stores) && rows * static_cast<int64_t>(sizeof(T)) >= 2 * line_bytes;
  int64_t whole_rows = 0;
#if defined(__AVX512BW__)
  if constexpr (sizeof(T) > 1)
    if (past_caches(stores) && has_lines(t)) {
      by_lines(t);
      whole_rows = rows / line_items<T> * line_items<T>;
      Transposition<T> beside = t;
      beside.rows = whole_rows;
      by_tiles(beside, 0, columns / line_items<T> * line_items<T>, streamed);
    }
#endif
  by_tiles(t, whole_rows, 0, streamed);
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
