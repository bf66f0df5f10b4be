// Products of bfloat16 by tiles of 16 rows of 64 bytes, over the packed panels of any set whose
// strips are whole tiles: behind gemm_amx.cpp. The source is compiled for tiles (AMX), and once
// more for each set that can emulate them bit by bit.
//
// A sum takes 32 k at a time, in increasing k: two chains of fused multiply-adds over the even and
// the odd ones begin at zero, are joined, and are added to the sum. That is the instruction's own
// order, so its bits depend neither on tiles nor on tasks. Denormals of factors and of sums are
// taken as zero, and sums round to nearest even (Intel's manual, TDPBF16PS).
#pragma once
#include "ttnn/backends/cpu/gemm.h"

namespace ttnn::cpu {

inline constexpr int64_t amx_tile_rows = 16, amx_tile_k = 32, amx_tile_columns = 16;
inline constexpr int64_t amx_scratch_bytes = int64_t(2) << 20;

// Takes the sums of some rows and columns, as finish_sums (gemm_library.h).
using TakeSums = void (*)(const Gemm&, float* sums, int64_t pitch, Range rows, Range columns);

struct AmxKernels {
  // gemm() of bfloat16 times bfloat16 or block floats, K > 0, to the sums; panels are those of
  // `set`. Scratch is aligned to 64 bytes.
  void (*multiply)(const Gemm&, Range rows, Range columns, const Kernels& set, TakeSums,
                   std::byte* scratch);
  // As LimitLoops' (kernels/limits.h): tile products of registers alone.
  double (*spin)(int64_t rounds);
};

}  // namespace ttnn::cpu
