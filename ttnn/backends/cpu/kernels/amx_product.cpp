// Products by tiles: see amx_product.h.
#include "ttnn/backends/cpu/kernels/amx_tiles.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

#if defined(__AMX_BF16__) || defined(__FMA__)

namespace {

// A block of the result is computed piece of K by piece: of each, the rows of A come to L2, and the
// panels of B pass. Pieces of 1,536 k took 30 % longer on an Emerald Rapids, of 512 k 15 %.
constexpr int64_t piece_k = 768, most_rows = 512, most_panels = 8;
constexpr int64_t most_pitch = piece_k + amx_tile_k;
constexpr int64_t sums_bytes = most_rows * most_panels * panel_columns * int64_t{sizeof(float)};
constexpr int64_t a_bytes = most_rows * most_pitch * int64_t{sizeof(Bfloat16)};
constexpr int64_t b_bytes = piece_k * panel_columns * int64_t{sizeof(Bfloat16)};
static_assert(sums_bytes + a_bytes + b_bytes <= amx_scratch_bytes);

constexpr int64_t up(int64_t n, int64_t unit) { return (n + unit - 1) / unit * unit; }

// A piece of a panel, and how tiles of its columns lie in strips.
struct PanelPiece {
  const std::byte* first;
  int64_t strip_bytes, strip_columns;

  const std::byte* tile(int64_t column, int64_t k) const {
    return first + column / strip_columns * strip_bytes +
           (column % strip_columns + k / 2 * strip_columns) * unit_bytes;
  }
  int64_t pitch() const { return strip_columns * unit_bytes; }
};

// What is brought to L2 between tile products, some lines at each step of k: the panel that comes
// next. A prototype on an Emerald Rapids was slower without.
struct PanelAhead {
  const std::byte* line = nullptr;
  int64_t lines = 0;  // a step

  PanelAhead() = default;
  PanelAhead(const std::byte* first, int64_t bytes, int64_t steps)
      : line(first), lines((bytes / line_bytes + steps - 1) / steps) {}
  void fetch() {
    for (int64_t i = 0; i < lines; ++i, line += line_bytes) __builtin_prefetch(line, 0, 2);
  }
};

class TileBlock {
 public:
  TileBlock(const Gemm& g, Range rows, Range columns, const Kernels& set, std::byte* scratch)
      : g_(g),
        rows_(rows),
        columns_(columns),
        set_(set),
        M_(rows.end - rows.begin),
        padded_(up(M_, amx_tile_rows)),
        first_panel_(columns.begin / panel_columns),
        last_panel_((columns.end + panel_columns - 1) / panel_columns),
        sums_(reinterpret_cast<float*>(scratch)),
        a_(reinterpret_cast<Bfloat16*>(scratch + sums_bytes)),
        b_(scratch + sums_bytes + a_bytes) {}

  void multiply(TakeSums take) {
    for (int64_t k = 0; k < g_.K; k += piece_k) add(k, smaller(g_.K, k + piece_k));
    for (int64_t panel = first_panel_; panel < last_panel_; ++panel) finish(panel, take);
  }

 private:
  float* sums_of(int64_t panel) const {
    return sums_ + (panel - first_panel_) * padded_ * panel_columns;
  }

  void add(int64_t k0, int64_t k1) {
    const int64_t k = up(k1 - k0, amx_tile_k), pitch = k % 512 == 0 ? k + amx_tile_k : k;
    read_a(k0, k1, k, pitch);
    AmxTiles tiles;
    for (int64_t panel = first_panel_; panel < last_panel_; ++panel) {
      const PanelPiece b = piece(panel, k0, k1, k);
      float* sums = sums_of(panel);
      PanelAhead ahead = after(panel, b, k);
      int64_t row = 0;
      for (; row + 2 * amx_tile_rows <= padded_; row += 2 * amx_tile_rows)
        for (int64_t n = 0; n < panel_columns; n += 2 * amx_tile_columns)
          add_2x2(tiles, a_ + row * pitch, pitch, b, n, k, sums + row * panel_columns + n, k0 > 0,
                  ahead);
      if (row < padded_)
        add_1x4(tiles, a_ + row * pitch, pitch, b, k, sums + row * panel_columns, k0 > 0, ahead);
    }
  }

  // Rows of A, zeros beyond the last and beyond k1: tiles are whole.
  void read_a(int64_t k0, int64_t k1, int64_t k, int64_t pitch) const {
    const auto* from = static_cast<const Bfloat16*>(g_.a.data) + rows_.begin * g_.a.ld + k0;
    for (int64_t row = 0; row < padded_; ++row) {
      const int64_t count = row < M_ ? k1 - k0 : 0;
      Bfloat16* to = a_ + row * pitch;
      if (count > 0) std::memcpy(to, from + row * g_.a.ld, static_cast<size_t>(count) * sizeof *to);
      std::memset(to + count, 0, static_cast<size_t>(k - count) * sizeof *to);
    }
  }

  PanelPiece piece(int64_t panel, int64_t k0, int64_t k1, int64_t k) const {
    const int64_t strip = set_.product->strip_columns;
    if (g_.b.arrangement == Arrangement::packed && g_.b.dtype == DataType::BFLOAT16) {
      const auto* first =
          static_cast<const std::byte*>(g_.b.data) + panel * panel_bytes(DataType::BFLOAT16, g_.K);
      return {first + k0 / 2 * strip * unit_bytes,
              panel_units(DataType::BFLOAT16, g_.K) * strip * unit_bytes, strip};
    }
    set_.product->read_panel(g_, panel, k0, k1, DataType::BFLOAT16, k / 2, b_);
    return {b_, k / 2 * strip * unit_bytes, strip};
  }

  // The same piece of the next panel, where it is packed and lies in one run.
  PanelAhead after(int64_t panel, const PanelPiece& b, int64_t k) const {
    if (b.first == b_ || b.strip_columns != panel_columns || panel + 1 == last_panel_) return {};
    const int64_t passes = padded_ / (2 * amx_tile_rows) * 2 + padded_ / amx_tile_rows % 2;
    return {b.first + panel_bytes(DataType::BFLOAT16, g_.K), k / 2 * b.pitch(),
            passes * (k / amx_tile_k)};
  }

  static constexpr int64_t sums_pitch = panel_columns * int64_t{sizeof(float)};

  template <int first, int step>
  static void begin(AmxTiles& tiles, float* sums, bool resume) {
    each<4>([&](auto i) __attribute__((always_inline)) {
      float* from = sums + i / step * amx_tile_rows * panel_columns + i % step * amx_tile_columns;
      if (resume)
        tiles.template load<first + i>(from, sums_pitch);
      else
        tiles.template zero<first + i>();
    });
  }
  template <int first, int step>
  static void end(AmxTiles& tiles, float* sums) {
    each<4>([&](auto i) __attribute__((always_inline)) {
      float* to = sums + i / step * amx_tile_rows * panel_columns + i % step * amx_tile_columns;
      tiles.template store<first + i>(to, sums_pitch);
    });
  }

  // sums[32][32 columns from n] (+)= two tiles of rows x two of columns.
  static void add_2x2(AmxTiles& tiles, const Bfloat16* a, int64_t pitch, const PanelPiece& b,
                      int64_t n, int64_t k, float* sums, bool resume, PanelAhead& ahead) {
    constexpr int64_t item = sizeof(Bfloat16);
    begin<0, 2>(tiles, sums, resume);
    for (int64_t i = 0; i < k; i += amx_tile_k) {
      tiles.template load<4>(a + i, pitch * item);
      tiles.template load<6>(b.tile(n, i), b.pitch());
      tiles.template load<7>(b.tile(n + amx_tile_columns, i), b.pitch());
      tiles.template load<5>(a + amx_tile_rows * pitch + i, pitch * item);
      ahead.fetch();
      tiles.template multiply_add<0, 4, 6>();
      tiles.template multiply_add<1, 4, 7>();
      tiles.template multiply_add<2, 5, 6>();
      tiles.template multiply_add<3, 5, 7>();
    }
    end<0, 2>(tiles, sums);
  }

  // sums[16][64] (+)= a tile of rows x the whole panel, which is read as one stream.
  static void add_1x4(AmxTiles& tiles, const Bfloat16* a, int64_t pitch, const PanelPiece& b,
                      int64_t k, float* sums, bool resume, PanelAhead& ahead) {
    begin<0, 4>(tiles, sums, resume);
    for (int64_t i = 0; i < k; i += amx_tile_k) {
      tiles.template load<4>(a + i, pitch * int64_t{sizeof(Bfloat16)});
      tiles.template load<5>(b.tile(0, i), b.pitch());
      ahead.fetch();
      tiles.template multiply_add<0, 4, 5>();
      tiles.template load<6>(b.tile(16, i), b.pitch());
      tiles.template multiply_add<1, 4, 6>();
      tiles.template load<7>(b.tile(32, i), b.pitch());
      tiles.template multiply_add<2, 4, 7>();
      tiles.template load<5>(b.tile(48, i), b.pitch());
      tiles.template multiply_add<3, 4, 5>();
    }
    end<0, 4>(tiles, sums);
  }

  void finish(int64_t panel, TakeSums take) const {
    const int64_t first = panel * panel_columns;
    const Range columns{first < columns_.begin ? columns_.begin : first,
                        smaller(first + panel_columns, columns_.end)};
    take(g_, sums_of(panel) + columns.begin - first, panel_columns, rows_, columns);
  }

  const Gemm& g_;
  const Range rows_, columns_;
  const Kernels& set_;
  const int64_t M_, padded_, first_panel_, last_panel_;
  float* const sums_;
  Bfloat16* const a_;
  std::byte* const b_;
};

void multiply(const Gemm& g, Range rows, Range columns, const Kernels& set, TakeSums take,
              std::byte* scratch) {
  constexpr int64_t most_columns = most_panels * panel_columns;
  if (rows.begin >= rows.end) return;
  for (int64_t n = columns.begin; n < columns.end;
       n = (n / panel_columns + most_panels) * panel_columns)
    for (int64_t m = rows.begin; m < rows.end; m += most_rows)
      TileBlock(g, {m, smaller(rows.end, m + most_rows)},
                {n, smaller(columns.end, n / panel_columns * panel_columns + most_columns)}, set,
                scratch)
          .multiply(take);
}

// Four sums by two tiles of rows and two of columns, which stay.
double spin(int64_t rounds) {
  AmxTiles tiles;
  each<amx_registers>([&](auto t) __attribute__((always_inline)) { tiles.template zero<t>(); });
  for (int64_t i = 0; i < rounds; ++i) {
    tiles.template multiply_add<0, 4, 6>();
    tiles.template multiply_add<1, 4, 7>();
    tiles.template multiply_add<2, 5, 6>();
    tiles.template multiply_add<3, 5, 7>();
  }
  return static_cast<double>(rounds) * 4 * 2 * amx_tile_rows * amx_tile_columns * amx_tile_k;
}

constexpr AmxKernels amx = {multiply, spin};

}  // namespace

const AmxKernels* amx_kernels() { return &amx; }

#else

const AmxKernels* amx_kernels() { return nullptr; }

#endif

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
