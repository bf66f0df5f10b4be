// Matrix products: see product.h.
#include "ttnn/backends/cpu/kernels/product.h"

#include <type_traits>

#include "ttnn/backends/cpu/kernels/block_tile.h"
#include "ttnn/backends/cpu/kernels/tile.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

// The end of some rows of a panel: bias, activations, the one rounding.
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
      round_floats<Stores::cached>(from + begin, static_cast<uint16_t*>(g.c) + to + begin,
                                   end - begin);
  }
}

// -- One task.
// A block of the result is computed part of K by part. Of each part, the rows of A come to L2 in
// the form that tiles read, in pieces of sum_piece k; a piece of a strip of B stays in L1 while the
// rows pass, tile by tile. Where rows are few a part is long, so that B is read as a stream.
constexpr int64_t block_rows = 258, block_columns = 1024;
constexpr int64_t sums_bytes = block_rows * block_columns * int64_t{sizeof(float)};
constexpr int64_t a_bytes = block_rows * sum_piece * int64_t{sizeof(float)};
constexpr int64_t panel_bytes_read = sum_piece * panel_columns * unit_bytes;
constexpr int64_t strip_bytes_widened = sum_piece * strip_row_bytes;
static_assert(sums_bytes + a_bytes + panel_bytes_read + strip_bytes_widened <=
              product_scratch_bytes);

// With up to as many tiles of rows, pairs are widened in registers, by each tile anew; else once,
// in L1, since widening takes the multipliers' place.
constexpr int64_t few_groups = 6;

// Rows of memory that are fetched some lines at a time, between other work.
class Fetching {
 public:
  Fetching() = default;
  Fetching(const void* first, int64_t pitch, int64_t row_bytes, int64_t rows)
      : row_(static_cast<const std::byte*>(first)), pitch_(pitch), bytes_(row_bytes), rows_(rows) {}

  void some(int64_t lines) {
    for (; lines > 0 && rows_ > 0; --lines) {
      __builtin_prefetch(row_ + at_, 0, 2);
      at_ += line_bytes;
      if (at_ < bytes_) continue;
      at_ = 0;
      row_ += pitch_;
      --rows_;
    }
  }
  int64_t lines() const { return rows_ * ((bytes_ + line_bytes - 1) / line_bytes); }

 private:
  const std::byte* row_ = nullptr;
  int64_t pitch_ = 0, bytes_ = 0, rows_ = 0, at_ = 0;
};

template <class Kind>
class Block {
 public:
  using A = typename Kind::A;

  Block(const Gemm& g, Range rows, Range columns, std::byte* scratch)
      : g_(g),
        rows_(rows),
        columns_(columns),
        M_(rows.end - rows.begin),
        first_panel_(columns.begin / panel_columns),
        groups_((M_ + max_group - 1) / max_group),
        shorter_(M_ / groups_),
        longer_groups_(M_ % groups_),
        is_packed_(g.b.arrangement == Arrangement::packed && !is_block_float(g.b.dtype)),
        sums_(reinterpret_cast<float*>(scratch)),
        a_(reinterpret_cast<A*>(scratch + sums_bytes)),
        panel_(scratch + sums_bytes + a_bytes),
        strip_(reinterpret_cast<float*>(panel_ + panel_bytes_read)),
        stored_(g, M_, strip_, strip_bytes_widened) {
    const int64_t a_pieces = a_bytes / (M_ * sum_piece * int64_t{sizeof(A)});
    part_ = (is_packed_ ? a_pieces : stored_.pieces() > 0 ? stored_.pieces() : 1) * sum_piece;
  }

  void multiply() {
    for (int64_t k0 = 0; k0 < g_.K; k0 += part_) add(k0, smaller(g_.K, k0 + part_));
    for (int64_t p = first_panel_; p * panel_columns < columns_.end; ++p)
      finish(g_, sums_of(p * panel_columns), rows_.begin, M_, p * panel_columns, columns_);
  }

 private:
  // The sums of a panel lie together, [rows][64].
  float* sums_of(int64_t column) const {
    const int64_t c = column - first_panel_ * panel_columns;
    return sums_ + c / panel_columns * M_ * panel_columns + c % panel_columns;
  }
  int64_t rows_of(int64_t group) const { return shorter_ + (group < longer_groups_ ? 1 : 0); }

  void add(int64_t k0, int64_t k1) {
    for (int64_t k = k0; k < k1; k += sum_piece) {
      const int64_t end = smaller(k1, k + sum_piece);
      read_a(k, end, a_ + (k - k0) * M_);
      stored_.read_a((k - k0) / sum_piece, a_ + (k - k0) * M_, end - k);
    }
    const int64_t item = plain_bytes(g_.a.dtype), next = smaller(part_, g_.K - k1);
    a_later_ = Fetching(advance(g_.a.data, (rows_.begin * g_.a.ld + k1) * item), g_.a.ld * item,
                        next * item, next > 0 ? M_ : 0);
    const int64_t strips = (columns_.end - first_panel_ * panel_columns) / strip_columns + 1;
    a_lines_ = a_later_.lines() / (strips * groups_) + 1;
    const int64_t width = groups_ > 1            ? strip_columns
                          : stored_.pieces() > 0 ? panel_columns
                                                 : vectors_beside(static_cast<int>(M_)) * lanes;
    for (int64_t n = first_panel_ * panel_columns; n < columns_.end; n += width)
      is_packed_ ? add_packed(n, k0, k1) : add_unpacked(n, k0, k1, width);
  }

  void add_packed(int64_t n, int64_t k0, int64_t k1) {
    const int64_t panel = n / panel_columns, strip = n % panel_columns / strip_columns;
    const int64_t strip_bytes = panel_units(Kind::packed, g_.K) * strip_row_bytes;
    auto* b = static_cast<const std::byte*>(g_.b.data) + panel * panel_bytes(Kind::packed, g_.K) +
              k0 / Kind::k_per_unit * strip_row_bytes;
    add_strip(a_, b + strip * strip_bytes, strip_bytes, k0, k1, sums_of(n));
  }

  // Piece by piece: block floats as they are stored where that can be, else panels made for it.
  void add_unpacked(int64_t n, int64_t k0, int64_t k1, int64_t width) {
    for (int64_t k = k0; k < k1; k += sum_piece) {
      const int64_t end = smaller(k1, k + sum_piece);
      if (stored_.add(n, (k - k0) / sum_piece, k, end, sums_of(n))) continue;
      const A* a = a_ + (k - k0) * M_;
      const int64_t last = smaller(n + width, columns_.end);
      for (int64_t c = n; c < last; c += panel_columns) add_read(a, c, k, end);
    }
  }
  void add_read(const A* a, int64_t n, int64_t k0, int64_t k1) {
    const int64_t panel = n / panel_columns, strip = n % panel_columns / strip_columns;
    const int64_t units = units_of(Kind::packed, k1 - k0), strip_bytes = units * strip_row_bytes;
    if (strip == 0) read_panel(g_, panel, k0, k1, Kind::packed, units, panel_);
    add_strip(a, panel_ + strip * strip_bytes, strip_bytes, k0, k1, sums_of(n));
  }

  // A strip, or with few rows several beside each other.
  void add_strip(const A* a, const std::byte* b, int64_t strip_bytes, int64_t k0, int64_t k1,
                 float* sums) {
    for (int64_t k = k0; k < k1; k += sum_piece) {
      const int64_t units = units_of(Kind::packed, smaller(k1 - k, sum_piece));
      const int64_t bytes = units * strip_row_bytes;
      // After the last piece of a part comes the next strip.
      const std::byte* later =
          k + sum_piece < k1 || part_ >= g_.K
              ? b + bytes
              : b + strip_bytes - (k - k0) / Kind::k_per_unit * strip_row_bytes;
      if (groups_ == 1) {
        // Streams of the hardware's own: fetching ahead of them only costs.
        Tiles<Kind, true>::by_rows[M_](a, b, strip_bytes, units, sums, k > 0,
                                       {a + M_ * sum_piece, nullptr, 0});
      } else if (groups_ <= few_groups) {
        add_groups<Kind>(a, b, units, k > 0, later, bytes, sums);
      } else if constexpr (std::is_same_v<Kind, WidenedKind>) {
        widen(b, units);
        add_groups<FloatKind>(a, reinterpret_cast<const std::byte*>(strip_), 2 * units, k > 0,
                              later, bytes, sums);
      } else {
        add_groups<Kind>(a, b, units, k > 0, later, bytes, sums);
      }
      a += M_ * sum_piece;
      b += bytes;
    }
  }

  // Tile by tile over a piece of a strip; meanwhile `bytes` at `later` are fetched.
  template <class By>
  void add_groups(const A* a, const std::byte* b, int64_t units, bool adds, const std::byte* later,
                  int64_t bytes, float* sums) {
    const int64_t chunks = (units + chunk_units<By> - 1) / chunk_units<By>;
    const int64_t step = (bytes + groups_ * chunks - 1) / (groups_ * chunks);
    int64_t row = 0;
    for (int64_t i = 0; i < groups_; ++i) {
      const int64_t R = rows_of(i);
      const A* next = i + 1 < groups_ ? a + R * sum_piece : a_;
      a_later_.some(a_lines_);
      Tiles<By, false>::by_rows[R](a, b, 0, units, sums + row * panel_columns, adds,
                                   {next, later + i * chunks * step, step});
      a += R * sum_piece;
      row += R;
    }
  }

  void widen(const std::byte* b, int64_t units) const {
    float* out = strip_;
    for (int64_t u = 0; u < units; ++u, b += strip_row_bytes, out += 2 * strip_columns)
      each<strip_vectors>([&](auto v) {
        const Ints pairs = (Ints)load(reinterpret_cast<const float*>(b + v * vector_bytes));
        store(out + v * lanes, widened_even(pairs));
        store(out + strip_columns + v * lanes, widened_odd(pairs));
      });
  }

  // [k0, k1) of all rows of A as tiles read them.
  void read_a(int64_t k0, int64_t k1, A* out) const {
    const int64_t item = plain_bytes(g_.a.dtype);
    const auto* from =
        static_cast<const std::byte*>(advance(g_.a.data, (rows_.begin * g_.a.ld + k0) * item));
    for (int64_t i = 0; i < groups_; ++i) {
      const int64_t R = rows_of(i);
      for (int64_t r = 0; r < R; ++r, from += g_.a.ld * item) {
        A* to = out + r * chunk_items<Kind>;
        if (g_.a.dtype == DataType::FLOAT32)
          read_row<float>(from, k1 - k0, to, R);
        else
          read_row<Bfloat16>(from, k1 - k0, to, R);
      }
      out += R * sum_piece;
    }
  }

  // One row, whose chunks are R apart; zeros in what is left of the last.
  template <class From>
  static void read_row(const std::byte* from, int64_t count, A* to, int64_t R) {
    constexpr int64_t chunk = chunk_items<Kind>;
    int64_t k = 0;
    for (; k + chunk <= count; k += chunk, from += chunk * int64_t{sizeof(From)}, to += R * chunk)
      read_chunk<From>(from, to);
    if (k == count) return;
    alignas(chunk_bytes) std::byte rest[chunk * sizeof(From)] = {};
    std::memcpy(rest, from, static_cast<size_t>(count - k) * sizeof(From));
    read_chunk<From>(rest, to);
  }
  template <class From>
  static void read_chunk(const std::byte* from, A* to) {
    if constexpr (sizeof(From) == sizeof(A)) {
      std::memcpy(to, from, chunk_bytes);
    } else if constexpr (sizeof(From) < sizeof(A)) {
      typedef uint16_t Halves __attribute__((vector_size(chunk_bytes / 2)));
      typedef uint32_t Words __attribute__((vector_size(chunk_bytes)));
      Halves halves;
      std::memcpy(&halves, from, sizeof halves);
      const Words words = __builtin_convertvector(halves, Words) << 16;
      std::memcpy(to, &words, sizeof words);
    }
  }

  const Gemm& g_;
  const Range rows_, columns_;
  const int64_t M_, first_panel_, groups_, shorter_, longer_groups_;
  const bool is_packed_;
  int64_t part_;         // its k
  Fetching a_later_;     // the next part's A
  int64_t a_lines_ = 0;  // of it, with each tile
  float* const sums_;
  A* const a_;
  std::byte* const panel_;
  float* const strip_;
  StoredTiles<Kind> stored_;
};

template <class Kind>
void multiply_as(const Gemm& g, Range rows, Range columns, std::byte* scratch) {
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
      Block<Kind>(g, {m, smaller(rows.end, m + row_step)}, some, scratch).multiply();
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
  if (g.b.dtype == DataType::FLOAT32) return multiply_as<FloatKind>(g, rows, columns, scratch);
#ifdef __AVX512BF16__
  if (g.a.dtype == DataType::BFLOAT16) return multiply_as<DotKind>(g, rows, columns, scratch);
#endif
  multiply_as<WidenedKind>(g, rows, columns, scratch);
}

constexpr ProductKernels product = {strip_columns, multiply, pack_panel, unpack_panel, read_panel};

}  // namespace

void fill_product(Kernels& k) { k.product = &product; }

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
