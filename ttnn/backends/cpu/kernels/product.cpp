// Matrix products: see product.h.
#include "ttnn/backends/cpu/kernels/product.h"

#include "ttnn/backends/cpu/kernels/loops.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

constexpr int max_group = 6;  // rows of a tile

// -- Tiles. A kind says how many k one step takes and how a step adds to the sums.
struct FloatKind {  // float32 A, float32 B
  using A = float;
  static constexpr int64_t k_per_step = 1;
  static constexpr int values = 1;
  static void load_b(const std::byte* b, Floats (&out)[1]) {
    out[0] = load(reinterpret_cast<const float*>(b));
  }
  static Floats add(Floats sum, const float* a, const Floats (&b)[1]) {
    return sum + broadcast(*a) * b[0];
  }
};

struct WidenedKind {  // float32 A, pairs of bfloat16 B
  using A = float;
  static constexpr int64_t k_per_step = 2;
  static constexpr int values = 2;
  static void load_b(const std::byte* b, Floats (&out)[2]) {
    const Ints pair = (Ints)load(reinterpret_cast<const float*>(b));
    out[0] = (Floats)(pair << 16);
    out[1] = (Floats)(pair & static_cast<int32_t>(0xffff0000));
  }
  static Floats add(Floats sum, const float* a, const Floats (&b)[2]) {
    return (sum + broadcast(a[0]) * b[0]) + broadcast(a[1]) * b[1];
  }
};

#ifdef __AVX512BF16__
struct DotKind {  // bfloat16 A, pairs of bfloat16 B
  using A = Bfloat16;
  static constexpr int64_t k_per_step = 2;
  static constexpr int values = 1;
  static void load_b(const std::byte* b, Floats (&out)[1]) {
    out[0] = load(reinterpret_cast<const float*>(b));
  }
  static Floats add(Floats sum, const Bfloat16* a, const Floats (&b)[1]) {
    int32_t pair;
    std::memcpy(&pair, a, sizeof pair);
    return (Floats)_mm512_dpbf16_ps((__m512)sum, (__m512bh)_mm512_set1_epi32(pair), (__m512bh)b[0]);
  }
};
#endif

// How many vectors of columns fit the registers beside R rows; a power of two.
constexpr int vectors_beside(int rows) {
  constexpr int sums = vector_bytes == 64 ? 24 : 12;
  int count = static_cast<int>(panel_columns) / lanes;
  while (count > 1 && (count * rows > sums || count > 8)) count /= 2;
  return count;
}

// sums[R][64] (+)= A[R][steps] x B[steps][64]; meanwhile brings `Lines` cache lines per step into
// L2.
template <class Kind, int R, int Lines>
void tile(const typename Kind::A* a, int64_t lda, const std::byte* b, int64_t steps, float* sums,
          bool resume, const std::byte* ahead) {
  constexpr int V = vectors_beside(R);
  constexpr int64_t step_bytes = panel_columns * 4;  // 64 float32, or 64 pairs of bfloat16
  for (int64_t column = 0; column < panel_columns; column += V * lanes) {
    Floats sum[R][V];
    for (int r = 0; r < R; ++r)
      for (int v = 0; v < V; ++v)
        sum[r][v] = resume ? load(sums + r * panel_columns + column + v * lanes) : Floats{};
    const std::byte* row = b + column * 4;
    for (int64_t s = 0; s < steps; ++s) {
      Floats values[V][Kind::values];
#pragma GCC unroll 8
      for (int v = 0; v < V; ++v) Kind::load_b(row + v * vector_bytes, values[v]);
#pragma GCC unroll 8
      for (int r = 0; r < R; ++r)
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v)
          sum[r][v] = Kind::add(sum[r][v], a + r * lda + s * Kind::k_per_step, values[v]);
#pragma GCC unroll 4
      for (int l = 0; l < Lines; ++l) __builtin_prefetch(ahead + l * line_bytes, 0, 2);
      ahead += Lines * line_bytes;
      row += step_bytes;
    }
    for (int r = 0; r < R; ++r)
      for (int v = 0; v < V; ++v) store(sums + r * panel_columns + column + v * lanes, sum[r][v]);
  }
}

template <class Kind>
using Tile = void (*)(const typename Kind::A*, int64_t, const std::byte*, int64_t, float*, bool,
                      const std::byte*);
template <class Kind, int Lines>
constexpr Tile<Kind> tiles[max_group + 1] = {nullptr,
                                             tile<Kind, 1, Lines>,
                                             tile<Kind, 2, Lines>,
                                             tile<Kind, 3, Lines>,
                                             tile<Kind, 4, Lines>,
                                             tile<Kind, 5, Lines>,
                                             tile<Kind, 6, Lines>};

// -- Panels of B from its arrangements. Rows [k0, k1) of 64 columns; k0 is even.
constexpr uint16_t zeros[panel_columns] = {};
constexpr int64_t rows_ahead =
    16;  // rows of a plain B lie far apart: the hardware does not foresee them

void pairs_from_rows(const Bfloat16* b, int64_t ld, int64_t k0, int64_t k1, int64_t columns,
                     uint32_t* out) {
  for (int64_t k = k0; k < k1; k += 2, out += panel_columns) {
    const auto* even = reinterpret_cast<const uint16_t*>(b + k * ld);
    const auto* odd = k + 1 < k1 ? even + ld : zeros;
    for (int64_t r = rows_ahead; r < rows_ahead + 2; ++r) {
      __builtin_prefetch(even + r * ld);
      __builtin_prefetch(even + r * ld + columns - 1);
    }
    for (int64_t c = 0; c < columns; ++c)
      out[c] = static_cast<uint32_t>(even[c]) | static_cast<uint32_t>(odd[c]) << 16;
    for (int64_t c = columns; c < panel_columns; ++c) out[c] = 0;
  }
}

void floats_from_rows(const float* b, int64_t ld, int64_t k0, int64_t k1, int64_t columns,
                      float* out) {
  for (int64_t k = k0; k < k1; ++k, out += panel_columns) {
    for (int64_t c = 0; c < columns; c += 16) __builtin_prefetch(b + (k + rows_ahead) * ld + c);
    std::memcpy(out, b + k * ld, static_cast<size_t>(columns) * sizeof(float));
    for (int64_t c = columns; c < panel_columns; ++c) out[c] = 0;
  }
}

// out[i][c] = the i-th 4-byte unit of row c of the memory [columns][...]: floats, or pairs of
// bfloat16.
void units_from_columns(const std::byte* b, int64_t ld_bytes, int64_t units, int64_t columns,
                        uint32_t* out) {
  constexpr int64_t side = 16;
  int64_t c0 = 0;
  for (; c0 + side <= columns; c0 += side) {
    int64_t i0 = 0;
    for (; i0 + side <= units; i0 += side) {
      uint32_t block[side][side];
      for (int64_t c = 0; c < side; ++c) {
        uint32_t line[side];
        std::memcpy(line, b + (c0 + c) * ld_bytes + i0 * 4, sizeof line);
        for (int64_t i = 0; i < side; ++i) block[i][c] = line[i];
      }
      for (int64_t i = 0; i < side; ++i)
        std::memcpy(out + (i0 + i) * panel_columns + c0, block[i], sizeof block[i]);
    }
    for (; i0 < units; ++i0)
      for (int64_t c = c0; c < c0 + side; ++c)
        std::memcpy(out + i0 * panel_columns + c, b + c * ld_bytes + i0 * 4, 4);
  }
  for (int64_t i = 0; i < units; ++i)
    for (int64_t c = c0; c < panel_columns; ++c) {
      if (c < columns)
        std::memcpy(out + i * panel_columns + c, b + c * ld_bytes + i * 4, 4);
      else
        out[i * panel_columns + c] = 0;
    }
}

void pairs_from_columns(const Bfloat16* b, int64_t ld, int64_t k0, int64_t k1, int64_t columns,
                        uint32_t* out) {
  const int64_t units = (k1 - k0) / 2;
  units_from_columns(reinterpret_cast<const std::byte*>(b + k0), ld * 2, units, columns, out);
  if ((k1 - k0) % 2 == 0) return;
  for (int64_t c = 0; c < panel_columns; ++c)
    out[units * panel_columns + c] = c < columns ? b[c * ld + k1 - 1].bits : 0;
}

// Block floats: 64 columns are 4 groups; their values are exact in bfloat16.
void pairs_from_block_floats(const Matrix& b, int64_t N, int64_t first, int64_t k0, int64_t k1,
                             int64_t columns, uint32_t* out) {
  const int64_t groups = block_float_groups(N), group = first / block_float_group;
  const int64_t bytes = block_float_mantissa_bytes(b.dtype);
  float row[2][panel_columns];
  for (int64_t k = k0; k < k1; k += 2, out += panel_columns) {
    std::memset(row, 0, sizeof row);
    for (int64_t odd = 0; odd < 2 && k + odd < k1; ++odd) {
      const int64_t at = (k + odd) * groups + group;
      auto* mantissas = static_cast<const std::byte*>(b.data) + at * bytes;
      __builtin_prefetch(mantissas + rows_ahead * groups * bytes);
      __builtin_prefetch(b.exponents + at + rows_ahead * groups);
      const BlockFloatView view = {const_cast<std::byte*>(mantissas),
                                   const_cast<uint8_t*>(b.exponents + at), 0};
      table.decode_rows(b.dtype, view, columns, 0, 1, row[odd]);
    }
    uint32_t bits[2][panel_columns];
    std::memcpy(bits, row, sizeof bits);
    for (int64_t c = 0; c < panel_columns; ++c)
      out[c] = bits[0][c] >> 16 | (bits[1][c] & 0xffff0000);
  }
}

void read_panel(const Matrix& b, int64_t N, int64_t panel, int64_t k0, int64_t k1, DataType packed,
                void* out) {
  const int64_t first = panel * panel_columns, columns = smaller(panel_columns, N - first);
  const bool transposed = b.arrangement == Arrangement::transposed;
  auto* pairs = static_cast<uint32_t*>(out);
  if (is_block_float(b.dtype)) return pairs_from_block_floats(b, N, first, k0, k1, columns, pairs);
  if (packed == DataType::BFLOAT16) {
    auto* data = static_cast<const Bfloat16*>(b.data);
    if (transposed) return pairs_from_columns(data + first * b.ld, b.ld, k0, k1, columns, pairs);
    return pairs_from_rows(data + first, b.ld, k0, k1, columns, pairs);
  }
  auto* data = static_cast<const float*>(b.data);
  if (!transposed)
    return floats_from_rows(data + first, b.ld, k0, k1, columns, static_cast<float*>(out));
  units_from_columns(reinterpret_cast<const std::byte*>(data + first * b.ld + k0), b.ld * 4,
                     k1 - k0, columns, pairs);
}

void pack_panel(const Matrix& b, int64_t K, int64_t N, int64_t panel, DataType packed, void* out) {
  read_panel(b, N, panel, 0, K, packed, out);
}

// Columns of a panel, `from_row` items from k to k and `step` from column to column, to plain
// memory.
template <class T>
void to_plain(const T* from, int64_t from_row, int64_t step, int64_t K, int64_t columns, T* to,
              int64_t k_stride, int64_t n_stride) {
  for (int64_t k = 0; k < K; ++k, from += from_row, to += k_stride)
    for (int64_t c = 0; c < columns; ++c) to[c * n_stride] = from[c * step];
}

void unpack_panel(const void* data, DataType packed, int64_t K, int64_t N, int64_t panel,
                  void* plain, int64_t ld, bool transposed) {
  const int64_t first = panel * panel_columns, columns = smaller(panel_columns, N - first);
  const int64_t k_stride = transposed ? 1 : ld, n_stride = transposed ? ld : 1;
  if (packed == DataType::FLOAT32)
    return to_plain(static_cast<const float*>(data), panel_columns, 1, K, columns,
                    static_cast<float*>(plain) + first * n_stride, k_stride, n_stride);
  auto* pairs = static_cast<const uint16_t*>(data);
  auto* to = static_cast<uint16_t*>(plain) + first * n_stride;
  const int64_t from_row = panel_columns * 2;
  to_plain(pairs, from_row, 2, (K + 1) / 2, columns, to, 2 * k_stride, n_stride);
  to_plain(pairs + 1, from_row, 2, K / 2, columns, to + k_stride, 2 * k_stride, n_stride);
}

// -- One task.
// The end of a tile: bias, activations, the one rounding.
void finish(const Gemm& g, float* sums, int64_t row, int64_t rows, int64_t first, Range columns) {
  const int64_t begin = columns.begin > first ? columns.begin - first : 0;
  const int64_t end = smaller(panel_columns, columns.end - first);
  if (const float* bias = g.epilogue.bias)
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t c = begin; c < end; ++c) sums[r * panel_columns + c] += bias[first + c];
  run_chain(g.epilogue.activations, sums, rows * panel_columns);
  for (int64_t r = 0; r < rows; ++r) {
    const float* from = sums + r * panel_columns;
    const int64_t to = (row + r) * g.ldc + first;
    if (g.c_dtype == DataType::FLOAT32)
      std::memcpy(static_cast<float*>(g.c) + to + begin, from + begin,
                  static_cast<size_t>(end - begin) * sizeof(float));
    else
      narrow_row(from + begin, static_cast<uint16_t*>(g.c) + to + begin, end - begin);
  }
}

// Rows of A as the tiles read them: where they are, or copied (widened, or padded to even K).
template <class T>
const T* rows_of_a(const Matrix& a, int64_t row, int64_t rows, int64_t k0, int64_t k1,
                   int64_t k_per_step, T* scratch, int64_t* lda) {
  constexpr bool floats = sizeof(T) == sizeof(float);
  const bool same = a.dtype == (floats ? DataType::FLOAT32 : DataType::BFLOAT16);
  const int64_t count = k1 - k0, padded = (count + k_per_step - 1) / k_per_step * k_per_step;
  const int64_t item = plain_bytes(a.dtype);
  if (same && padded == count) {
    *lda = a.ld;
    return static_cast<const T*>(a.data) + row * a.ld + k0;
  }
  *lda = padded;
  for (int64_t r = 0; r < rows; ++r) {
    const void* src = advance(a.data, ((row + r) * a.ld + k0) * item);
    T* dst = scratch + r * padded;
    if constexpr (floats)
      table.to_float(a.dtype, src, count, dst);
    else
      std::memcpy(dst, src, static_cast<size_t>(count * item));
    if (padded > count) dst[count] = T{};
  }
  return scratch;
}

// Bytes of a panel that one pass over the rows uses: small where few rows read a stream from
// memory, so that fetching the next block overlaps the arithmetic; large where sums would go to and
// fro.
int64_t block_k(int64_t rows, int64_t K, DataType packed) {
  const int64_t bytes = int64_t(rows <= 32 ? 64 : 256) << 10;
  const int64_t k = bytes / panel_row_bytes(packed);
  return K < k + k / 2 ? (K + 1) / 2 * 2 : k;
}

template <class Kind>
void multiply_as(const Gemm& g, DataType packed, Range rows, Range columns, std::byte* scratch) {
  using A = typename Kind::A;
  const int64_t M = rows.end - rows.begin, block = block_k(M, g.K, packed);
  const int64_t groups = (M + max_group - 1) / max_group;
  const bool is_packed = g.b.arrangement == Arrangement::packed;
  const int64_t row_bytes = panel_row_bytes(packed), whole = panel_bytes(packed, g.K);

  auto* sums = reinterpret_cast<float*>(scratch);  // [M][64]
  std::byte* a_scratch = scratch + M * panel_columns * 4;
  std::byte* b_scratch = a_scratch + max_group * (block + 64) * 4;

  const Tile<Kind>* by_rows = groups == 1   ? tiles<Kind, 4>
                              : groups <= 3 ? tiles<Kind, 2>
                                            : tiles<Kind, 1>;
  const int64_t lines = groups == 1 ? 4 : groups <= 3 ? 2 : 1;

  const int64_t last_panel = (columns.end + panel_columns - 1) / panel_columns;
  for (int64_t panel = columns.begin / panel_columns; panel < last_panel; ++panel)
    for (int64_t k0 = 0; k0 < g.K; k0 += block) {
      const int64_t k1 = smaller(g.K, k0 + block),
                    steps = (k1 - k0 + Kind::k_per_step - 1) / Kind::k_per_step;
      const std::byte* b = static_cast<const std::byte*>(g.b.data) + panel * whole + k0 * row_bytes;
      if (!is_packed) {
        read_panel(g.b, g.N, panel, k0, k1, packed, b_scratch);
        b = b_scratch;
      }
      const int64_t b_bytes = steps * panel_columns * 4;
      int64_t row = 0, fetched = 0;
      for (int64_t i = 0; i < groups; ++i) {
        const int64_t count = (M - row + groups - i - 1) / (groups - i);
        int64_t lda;
        const A* a = rows_of_a(g.a, rows.begin + row, count, k0, k1, Kind::k_per_step,
                               reinterpret_cast<A*>(a_scratch), &lda);
        const std::byte* ahead = is_packed ? b + b_bytes + (fetched < b_bytes ? fetched : 0) : b;
        by_rows[count](a, lda, b, steps, sums + row * panel_columns, k0 > 0, ahead);
        fetched += lines * steps * line_bytes;
        if (k1 == g.K)
          finish(g, sums + row * panel_columns, rows.begin + row, count, panel * panel_columns,
                 columns);
        row += count;
      }
    }
}

// -- Many rows on narrow vectors. The tiles above read B from L2 once per 6 rows, which vectors of
// up to 32 bytes notice. Here a block of rows of A is brought to float32 in L2, and B strip by
// strip, one tile wide, in L1, where it stays while all rows of the block pass. What is converted
// next is fetched meanwhile.
constexpr int64_t strip_columns = vectors_beside(max_group) * lanes;
constexpr int64_t block_rows = 174, block_columns = 256, block_depth = 256;
constexpr int64_t rows_for_blocks = 24;

// sums[R][strip] += a[R][depth] x strip[depth][strip_columns]
template <int R>
void strip_tile(const float* a, int64_t lda, const float* strip, int64_t depth, float* sums) {
  constexpr int V = vectors_beside(max_group);
  Floats sum[R][V];
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) sum[r][v] = load(sums + r * panel_columns + v * lanes);
  for (int64_t k = 0; k < depth; ++k, strip += strip_columns) {
    Floats b[V];
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) b[v] = load(strip + v * lanes);
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
      const Floats x = broadcast(a[r * lda + k]);
#pragma GCC unroll 8
      for (int v = 0; v < V; ++v) sum[r][v] = sum[r][v] + x * b[v];
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) store(sums + r * panel_columns + v * lanes, sum[r][v]);
}
using StripTile = void (*)(const float*, int64_t, const float*, int64_t, float*);
constexpr StripTile strip_tiles[max_group + 1] = {nullptr,       strip_tile<1>, strip_tile<2>,
                                                  strip_tile<3>, strip_tile<4>, strip_tile<5>,
                                                  strip_tile<6>};

// One of a panel's strips as float32.
void strip_from_panel(const std::byte* panel, DataType packed, int64_t strip, int64_t depth,
                      float* out) {
  const auto* from = reinterpret_cast<const float*>(panel) + strip * strip_columns;
  if (packed == DataType::FLOAT32) {
    for (int64_t k = 0; k < depth; ++k)
      for (int64_t v = 0; v < strip_columns; v += lanes)
        store(out + k * strip_columns + v, load(from + k * panel_columns + v));
    return;
  }
  for (int64_t k = 0; k < depth; k += 2)
    for (int64_t v = 0; v < strip_columns; v += lanes) {
      const Ints pair = (Ints)load(from + k / 2 * panel_columns + v);
      store(out + k * strip_columns + v, (Floats)(pair << 16));
      store(out + (k + 1) * strip_columns + v, (Floats)(pair & static_cast<int32_t>(0xffff0000)));
    }
}

// Rows of memory that are fetched some lines at a time, between other work.
struct Fetching {
  const std::byte* row;
  int64_t pitch, row_bytes, rows;
  int64_t at = 0;

  void some(int64_t lines) {
    for (; lines > 0 && rows > 0; --lines) {
      __builtin_prefetch(row + at, 0, 2);
      at += line_bytes;
      if (at < row_bytes) continue;
      at = 0;
      row += pitch;
      --rows;
    }
  }
  int64_t lines() const { return rows * ((row_bytes + line_bytes - 1) / line_bytes); }
};

// One block of rows and columns of the result, whose sums lie in panels of [block_rows][64].
class Block {
 public:
  Block(const Gemm& g, DataType packed, Range rows, Range columns, std::byte* scratch)
      : g_(g),
        packed_(packed),
        rows_(rows),
        columns_(columns),
        first_panel_(columns.begin / panel_columns),
        strips_((columns.end - first_panel_ * panel_columns + strip_columns - 1) / strip_columns),
        groups_((rows.end - rows.begin + max_group - 1) / max_group),
        sums_(reinterpret_cast<float*>(scratch)),
        a_(sums_ + block_rows * block_columns),
        strip_(a_ + block_rows * block_depth),
        panel_(reinterpret_cast<std::byte*>(strip_ + strip_columns * block_depth)) {}

  void multiply() {
    const int64_t panels = (strips_ * strip_columns + panel_columns - 1) / panel_columns;
    const int64_t M = rows_.end - rows_.begin;
    for (int64_t p = 0; p < panels; ++p)
      std::memset(sums_of(p), 0, static_cast<size_t>(M * panel_columns) * sizeof(float));
    for (int64_t k0 = 0; k0 < g_.K; k0 += block_depth) add(k0, smaller(block_depth, g_.K - k0));
    for (int64_t p = 0; p < panels; ++p)
      finish(g_, sums_of(p), rows_.begin, M, (first_panel_ + p) * panel_columns, columns_);
  }

 private:
  float* sums_of(int64_t panel) const { return sums_ + panel * block_rows * panel_columns; }
  const std::byte* a(int64_t k) const {
    return static_cast<const std::byte*>(g_.a.data) +
           (rows_.begin * g_.a.ld + k) * plain_bytes(g_.a.dtype);
  }

  void add(int64_t k0, int64_t depth) {
    const int64_t item = plain_bytes(g_.a.dtype), M = rows_.end - rows_.begin;
    for (int64_t r = 0; r < M; ++r)
      table.to_float(g_.a.dtype, a(k0) + r * g_.a.ld * item, depth, a_ + r * block_depth);
    const int64_t next = smaller(block_depth, g_.K - k0 - depth);
    Fetching ahead{a(k0 + depth), g_.a.ld * item, next * item, next > 0 ? M : 0};
    const int64_t each = (ahead.lines() + strips_ * groups_ - 1) / (strips_ * groups_);
    for (int64_t s = 0; s < strips_; ++s) {
      const int64_t column = s * strip_columns, in_panel = column % panel_columns;
      Fetching strip =
          s + 1 < strips_ ? strip_to_fetch(s + 1, k0, depth) : strip_to_fetch(0, k0 + depth, next);
      const int64_t strip_each = (strip.lines() + groups_ - 1) / groups_;
      strip_from_panel(panel(column / panel_columns, k0, depth, in_panel == 0), packed_,
                       in_panel / strip_columns, depth, strip_);
      float* to = sums_of(column / panel_columns) + in_panel;
      int64_t row = 0;
      for (int64_t i = 0; i < groups_; ++i) {
        const int64_t count = (M - row + groups_ - i - 1) / (groups_ - i);
        ahead.some(each);
        strip.some(strip_each);
        strip_tiles[count](a_ + row * block_depth, block_depth, strip_, depth,
                           to + row * panel_columns);
        row += count;
      }
    }
  }

  // Strip s of a packed B.
  Fetching strip_to_fetch(int64_t s, int64_t k0, int64_t depth) const {
    constexpr int64_t row_bytes = panel_columns * 4;  // of floats, or of pairs
    const int64_t column = s * strip_columns, in_panel = column % panel_columns;
    const int64_t rows = packed_ == DataType::FLOAT32 ? depth : (depth + 1) / 2;
    if (g_.b.arrangement != Arrangement::packed) return {nullptr, 0, 0, 0};
    return {panel(column / panel_columns, k0, depth, false) + in_panel * 4, row_bytes,
            strip_columns * 4, rows};
  }

  const std::byte* panel(int64_t p, int64_t k0, int64_t depth, bool is_new) const {
    if (g_.b.arrangement == Arrangement::packed)
      return static_cast<const std::byte*>(g_.b.data) +
             (first_panel_ + p) * panel_bytes(packed_, g_.K) + k0 * panel_row_bytes(packed_);
    if (is_new) read_panel(g_.b, g_.N, first_panel_ + p, k0, k0 + depth, packed_, panel_);
    return panel_;
  }

  const Gemm& g_;
  const DataType packed_;
  const Range rows_, columns_;
  const int64_t first_panel_, strips_, groups_;
  float *sums_, *a_, *strip_;
  std::byte* panel_;
};

void multiply_blocks(const Gemm& g, DataType packed, Range rows, Range columns,
                     std::byte* scratch) {
  // As even as whole tiles and panels allow.
  const auto even = [](int64_t n, int64_t most, int64_t unit) {
    const int64_t blocks = (n + most - 1) / most, each = (n + blocks - 1) / blocks;
    return (each + unit - 1) / unit * unit;
  };
  const int64_t first = columns.begin / panel_columns * panel_columns;
  const int64_t column_step = even(columns.end - first, block_columns, panel_columns);
  const int64_t row_step = even(rows.end - rows.begin, block_rows, max_group);
  for (int64_t n = first; n < columns.end; n += column_step) {
    const Range some{n < columns.begin ? columns.begin : n, smaller(columns.end, n + column_step)};
    for (int64_t m = rows.begin; m < rows.end; m += row_step)
      Block(g, packed, {m, smaller(rows.end, m + row_step)}, some, scratch).multiply();
  }
}

void multiply(const Gemm& g, Range rows, Range columns, std::byte* scratch) {
  if (rows.begin >= rows.end || columns.begin >= columns.end) return;
  if (g.K == 0) {
    auto* sums = reinterpret_cast<float*>(scratch);
    for (int64_t row = rows.begin; row < rows.end; ++row)
      for (int64_t c = columns.begin; c < columns.end;
           c = (c / panel_columns + 1) * panel_columns) {
        std::memset(sums, 0, panel_columns * sizeof(float));
        finish(g, sums, row, 1, c / panel_columns * panel_columns, columns);
      }
    return;
  }
  const bool by_blocks = vector_bytes <= 32 && rows.end - rows.begin >= rows_for_blocks;
  if (by_blocks)
    return multiply_blocks(g,
                           g.b.dtype == DataType::FLOAT32 ? DataType::FLOAT32 : DataType::BFLOAT16,
                           rows, columns, scratch);
  if (g.b.dtype == DataType::FLOAT32)
    return multiply_as<FloatKind>(g, DataType::FLOAT32, rows, columns, scratch);
#ifdef __AVX512BF16__
  if (g.a.dtype == DataType::BFLOAT16)
    return multiply_as<DotKind>(g, DataType::BFLOAT16, rows, columns, scratch);
#endif
  multiply_as<WidenedKind>(g, DataType::BFLOAT16, rows, columns, scratch);
}

constexpr ProductKernels product = {multiply, pack_panel, unpack_panel};

}  // namespace

void fill_product(Kernels& k) { k.product = &product; }

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
