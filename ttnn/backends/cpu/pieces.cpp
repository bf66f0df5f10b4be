#include "ttnn/backends/cpu/pieces.h"

#include <cstring>
#include <numeric>

#include "ttnn/backends/cpu/flat.h"

namespace ttnn::cpu {
namespace {

constexpr int64_t short_run = 8;        // items; shorter runs are copied one by one
constexpr int64_t tile_items = 128;     // pieces of a transposition are cut at whole tiles
constexpr int64_t most_across = 16384;  // items of a transposition's piece that are not cut

void insert_by_stride(Walk& walk, const Dim& dim) {
  int at = walk.rank++;
  auto& dims = walk.dims;
  for (; at > 0 && dims[static_cast<size_t>(at - 1)].out < dim.out; --at)
    dims[static_cast<size_t>(at)] = dims[static_cast<size_t>(at - 1)];
  dims[static_cast<size_t>(at)] = dim;
}

void merge_dims(Walk& walk) {
  int rank = 0;
  for (int d = 0; d < walk.rank; ++d) {
    const Dim dim = walk.dims[static_cast<size_t>(d)];
    Dim* outer = rank ? &walk.dims[static_cast<size_t>(rank - 1)] : nullptr;
    if (outer && outer->out == dim.out * dim.extent && outer->in == dim.in * dim.extent)
      *outer = {outer->extent * dim.extent, dim.in, dim.out};
    else
      walk.dims[static_cast<size_t>(rank++)] = dim;
  }
  walk.rank = rank;
}

// Runs of 2, 4 or 8 bytes become items, so that transpositions of pairs are transpositions. The
// memory must be aligned for them.
void widen_items(Walk& walk) {
  if (walk.rank < 2 || walk.last().in != 1 || walk.last().out != 1) return;
  const int64_t n = walk.last().extent, bytes = n * walk.item;
  if (bytes != 2 && bytes != 4 && bytes != 8) return;
  if (walk.in % n || walk.out % n) return;
  for (int d = 0; d + 1 < walk.rank; ++d) {
    const Dim& dim = walk.dims[static_cast<size_t>(d)];
    if (dim.in % n || dim.out % n) return;
  }
  --walk.rank;
  walk.in /= n;
  walk.out /= n;
  for (int d = 0; d < walk.rank; ++d) {
    walk.dims[static_cast<size_t>(d)].in /= n;
    walk.dims[static_cast<size_t>(d)].out /= n;
  }
  walk.item = static_cast<int>(bytes);
}

}  // namespace

Walk walk_of(const StridedCopy& copy, int item, bool may_widen) {
  Walk walk;
  walk.in = copy.in_offset;
  walk.out = copy.out_offset;
  walk.item = item;
  for (int d = 0; d < copy.rank; ++d) {
    const Dim& dim = copy.dims[static_cast<size_t>(d)];
    if (dim.extent != 1) insert_by_stride(walk, dim);
  }
  merge_dims(walk);
  if (may_widen) widen_items(walk);
  if (walk.rank == 0) walk.dims[static_cast<size_t>(walk.rank++)] = {1, 1, 1};
  if (walk.rank == 1) {  // a piece has two dims
    walk.dims[1] = walk.dims[0];
    walk.dims[0] = {1, 0, 0};
    walk.rank = 2;
  }
  return walk;
}

namespace {

void bring_beside_last(Walk& walk, int k) {
  const auto at = walk.dims.begin() + (walk.rank - 1 - k);
  std::rotate(at, at + 1, walk.dims.begin() + (walk.rank - 1));
}

// A dim along which the input is contiguous where the result is not goes next to the last one:
// the two are a transposition.
bool bring_transposed_dim(Walk& walk) {
  if (walk.last().out != 1 || walk.last().in <= 1) return false;
  for (int k = 1; k < walk.rank; ++k) {
    if (walk.last(k).in != 1) continue;
    bring_beside_last(walk, k);
    return true;
  }
  return false;
}

// A long dim goes next to a last one whose neighbour is short: fewer pieces.
void bring_long_dim(Walk& walk) {
  constexpr int64_t is_long = 16;
  for (int k = 2; k < walk.rank && walk.last(1).extent < is_long; ++k) {
    if (walk.last(k).extent < is_long) continue;
    bring_beside_last(walk, k);
  }
}

// Short rows of whole lines may be written past the caches, far apart as they are: those that lie
// next to each other in the input go together.
void bring_near_rows(Walk& walk) {
  constexpr int64_t line_bytes = 64, short_bytes = 1024, is_long = 16;
  const Dim& row = walk.last();
  const int64_t bytes = row.extent * walk.item;
  if (row.in != 1 || row.out != 1 || bytes % line_bytes || bytes > short_bytes) return;
  int nearest = 1;
  for (int k = 2; k < walk.rank; ++k) {
    const Dim& dim = walk.last(k);
    if (dim.in >= row.extent && dim.in < walk.last(nearest).in && dim.extent >= is_long)
      nearest = k;
  }
  bring_beside_last(walk, nearest);
}

// Short columns of the result are joined to those that follow: whole lines are written at once.
void join_columns(Pieces& pieces) {
  Walk& walk = pieces.walk;
  if (walk.rank < 3 || walk.last().extent >= tile_items) return;
  const Dim next = walk.last(2);
  if (next.out != walk.last().extent) return;
  pieces.group = walk.last().extent;
  pieces.group_in = next.in;
  walk.last(2) = walk.last(1);
  walk.last(1) = walk.last();
  walk.last(1).extent *= next.extent;
  --walk.rank;
}

// Dims along which the input is read again come last among those that are counted, and pieces
// become as much smaller: what was read is in a cache when it is read again. Returns how much
// smaller.
int64_t bring_repeats(Pieces& pieces) {
  constexpr int64_t enough = 8;  // times smaller
  if (pieces.walk.last().in == 0 && pieces.walk.last(1).in == 0) return 1;
  const auto begin = pieces.walk.dims.begin(), end = begin + pieces.counted;
  const auto repeats =
      std::stable_partition(begin, end, [](const Dim& dim) { return dim.in != 0; });
  for (auto dim = repeats; dim != end; ++dim) pieces.times *= dim->extent;
  pieces.repeated = static_cast<int>(end - repeats);
  return std::min(pieces.times, enough);
}

}  // namespace

Pieces pieces_of(Walk walk, bool may_transpose, int64_t weight) {
  Pieces pieces;
  pieces.transposes = may_transpose && bring_transposed_dim(walk);
  if (!pieces.transposes) bring_long_dim(walk);
  if (!pieces.transposes && may_transpose) bring_near_rows(walk);
  int64_t grain = std::max<int64_t>(1, flat_grain / weight);
  pieces.walk = walk;
  if (pieces.transposes) join_columns(pieces);
  walk.rank = pieces.walk.rank;
  const int64_t last = pieces.walk.last().extent, other = pieces.walk.last(1).extent;
  // Of a transposition rows of the input are read along, rather than columns of the result written.
  pieces.cuts_last = pieces.transposes ? last > tile_items && other <= most_across : last >= grain;
  pieces.counted = walk.rank - (pieces.cuts_last && !pieces.transposes ? 1 : 2);
  grain = std::max<int64_t>(1, grain / bring_repeats(pieces));
  int64_t across = last;
  if (pieces.transposes) {
    if (pieces.cuts_last) across = other;
    const int64_t whole =
        pieces.cuts_last && pieces.group_in ? std::lcm(tile_items, pieces.group) : tile_items;
    pieces.cut = (grain / across + whole - 1) / whole * whole;
  } else {
    if (pieces.cuts_last) across = 1;
    pieces.cut = grain / across;
  }
  const int64_t extent = pieces.cut_dim().extent;
  pieces.cut = std::clamp<int64_t>(pieces.cut, 1, extent);
  pieces.cuts = (extent + pieces.cut - 1) / pieces.cut;
  pieces.count = pieces.cuts;
  pieces.volume = pieces.cut * across * weight;
  for (int d = 0; d < pieces.counted; ++d)
    pieces.count *= pieces.walk.dims[static_cast<size_t>(d)].extent;
  return pieces;
}

namespace {

// ---- The loops. Strides in items.

// K rows of the input, one item of each in turn: a loop that knows K keeps its pointers in
// registers.
template <int K, class T>
void interleave(const T* in, const Dim& outer, const Dim& inner, T* out) {
  const T* rows[K];
  for (int k = 0; k < K; ++k) rows[k] = in + k * inner.in;
  for (int64_t i = 0; i < outer.extent; ++i, out += outer.out)
#pragma GCC unroll 8
    for (int k = 0; k < K; ++k) out[k] = rows[k][i];
}

template <class T>
bool interleave(const T* in, const Dim& outer, const Dim& inner, T* out) {
  switch (inner.extent) {
    case 2:
      return interleave<2>(in, outer, inner, out), true;
    case 3:
      return interleave<3>(in, outer, inner, out), true;
    case 4:
      return interleave<4>(in, outer, inner, out), true;
    case 5:
      return interleave<5>(in, outer, inner, out), true;
    case 6:
      return interleave<6>(in, outer, inner, out), true;
    case 7:
      return interleave<7>(in, outer, inner, out), true;
    case 8:
      return interleave<8>(in, outer, inner, out), true;
    default:
      return false;
  }
}

template <class T>
void move_items(const T* in, const Dim& outer, const Dim& inner, T* out) {
  if (outer.in == 1 && inner.out == 1 && interleave(in, outer, inner, out)) return;
  for (int64_t i = 0; i < outer.extent; ++i) {
    const T* from = in + i * outer.in;
    T* to = out + i * outer.out;
#pragma GCC unroll 8
    for (int64_t j = 0; j < inner.extent; ++j, from += inner.in, to += inner.out) *to = *from;
  }
}

void move_items(int item, const std::byte* in, const Dim& outer, const Dim& inner, std::byte* out) {
  const auto as = [&](auto t) {
    using T = decltype(t);
    move_items(reinterpret_cast<const T*>(in), outer, inner, reinterpret_cast<T*>(out));
  };
  if (item == 1) return as(uint8_t());
  if (item == 2) return as(uint16_t());
  if (item == 4) return as(uint32_t());
  if (item == 8) return as(uint64_t());
  struct Group {
    std::array<std::byte, 16> bytes;
  };
  as(Group());
}

void fill_rows(int item, const std::byte* in, const Dim& outer, const Dim& inner, std::byte* out,
               Stores stores) {
  for (int64_t i = 0; i < outer.extent; ++i) {
    uint64_t value = 0;
    std::memcpy(&value, in + i * outer.in * item, static_cast<size_t>(item));
    kernels().fill(out + i * outer.out * item, item, value, inner.extent, stores);
  }
}

}  // namespace

void move_piece(const Pieces& pieces, const std::byte* in, const Dim& outer, const Dim& inner,
                std::byte* out, Stores stores) {
  const int item = pieces.walk.item;
  if (pieces.transposes && (inner.extent > short_run || pieces.group_in))
    return kernels().transpose_2d(item, in, {inner.in, pieces.group, pieces.group_in}, out,
                                  outer.out, inner.extent, outer.extent, stores);
  const int64_t run = inner.extent * item;
  if (inner.out == 1 && inner.in == 1 && inner.extent > short_run)
    return kernels().copy_2d(out, outer.out * item, in, outer.in * item, run, outer.extent, stores);
  if (inner.out == 1 && inner.in == 0 && inner.extent > short_run && item <= 8)
    return fill_rows(item, in, outer, inner, out, stores);
  move_items(item, in, outer, inner, out);
}

}  // namespace ttnn::cpu
