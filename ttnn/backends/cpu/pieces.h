#pragma once
// A copy of a plan of moves (strided.h) as it is walked: its dims in the order of the result's
// bytes, merged where both sides step alike; the innermost two make a piece that one loop moves
// (rows, a transposition, a repeated value), the outer ones count pieces.
#include <algorithm>

#include "ttnn/backends/cpu/kernels.h"
#include "ttnn/runtime/moves.h"

namespace ttnn::cpu {

using Dim = StridedCopy::Dim;

struct Walk {
  int64_t in = 0, out = 0;  // offsets
  int rank = 0;
  std::array<Dim, StridedCopy::max_rank> dims;  // the result's largest stride first
  int item = 1;                                 // bytes

  Dim& last(int k = 0) { return dims[static_cast<size_t>(rank - 1 - k)]; }
  const Dim& last(int k = 0) const { return dims[static_cast<size_t>(rank - 1 - k)]; }
};

// `may_widen`: runs of 2, 4 or 8 bytes may become items, for which the memory must be aligned.
Walk walk_of(const StridedCopy&, int item, bool may_widen);

// The innermost dim, and another one that is cut where it is long.
struct Pieces {
  Walk walk;  // the piece's two dims are the last ones; of the cut one, `cut` at a time
  bool transposes = false;
  bool cuts_last = false;
  // Of a transposition: the last dim may be two, which follow each other in the result. Then so
  // many of its items are a group, and groups are so far apart in the input.
  int64_t group = INT64_MAX, group_in = 0;
  int counted = 0;    // outer dims, whose positions are pieces of their own
  int repeated = 0;   // the last of these, along which the input is read again
  int64_t times = 1;  // that it is read
  int64_t cut = 1, cuts = 1, count = 1;
  int64_t volume = 1;  // of one piece

  const Dim& cut_dim() const { return walk.last(cuts_last ? 0 : 1); }
  // Where item `first` of the cut dim lies in the input.
  int64_t cut_in(int64_t first) const {
    if (transposes && cuts_last) return SourceRows{walk.last().in, group, group_in}.offset(first);
    return first * cut_dim().in;
  }
};

// `weight`: elements that an item stands for.
Pieces pieces_of(Walk walk, bool may_transpose, int64_t weight = 1);

// `outer` and `inner` are those of each_piece.
void move_piece(const Pieces&, const std::byte* in, const Dim& outer, const Dim& inner,
                std::byte* out, Stores);

// Calls use(in offset, out offset, outer dim, inner dim) for the pieces [begin, end).
template <class Use>
void each_piece(const Pieces& pieces, int64_t begin, int64_t end, Use&& use) {
  const Walk& walk = pieces.walk;
  for (int64_t piece = begin; piece < end; ++piece) {
    int64_t at = piece, in = walk.in, out = walk.out;
    const auto count = [&](int last, int first) {
      for (int d = last - 1; d >= first; --d) {
        const Dim& dim = walk.dims[static_cast<size_t>(d)];
        in += at % dim.extent * dim.in;
        out += at % dim.extent * dim.out;
        at /= dim.extent;
      }
    };
    count(pieces.counted, pieces.counted - pieces.repeated);
    const int64_t first = at % pieces.cuts * pieces.cut;
    at /= pieces.cuts;
    count(pieces.counted - pieces.repeated, 0);
    Dim outer = walk.last(1), inner = walk.last();
    Dim& cut = pieces.cuts_last ? inner : outer;
    in += pieces.cut_in(first);
    out += first * cut.out;
    cut.extent = std::min(pieces.cut, cut.extent - first);
    if (pieces.counted == walk.rank - 1) outer = {1, 0, 0};
    use(in, out, outer, inner);
  }
}

}  // namespace ttnn::cpu
