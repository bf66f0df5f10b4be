// The CPU's inner loops behind one table of function pointers per instruction set: everything here
// works on raw memory, knows no tensor, starts no thread and is safe to call from any of them. The
// sources in kernels/ are compiled once per ISA; kernels() is the table for this machine. All
// functions accept n == 0.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ttnn/core/block_float.h"
#include "ttnn/core/data_type.h"
#include "ttnn/core/host_type.h"
#include "ttnn/ops/families.h"

namespace ttnn::cpu {

// Sets of instructions. avx512_bf16 is avx512 with products (and limits), softmax and norms of its
// own: nothing else gains by it.
enum class Isa { portable, avx2, avx512, avx512_bf16 };
inline constexpr int isa_count = 4;

using ttnn::HostType;

// How a large result is written: cached, or past the caches (worth it when the whole output is
// larger than they are). Unfenced: past them by one of several calls, after which fence() is called
// before another thread is told.
enum class Stores : uint8_t { cached, streaming, unfenced };
constexpr bool past_caches(Stores stores) { return stores != Stores::cached; }
constexpr Stores unfenced(Stores stores) { return past_caches(stores) ? Stores::unfenced : stores; }
inline constexpr int64_t streaming_bytes = int64_t(8)
                                           << 20;  // outputs from this size on should stream
constexpr Stores stores_for(int64_t output_bytes) {
  return output_bytes >= streaming_bytes ? Stores::streaming : Stores::cached;
}

enum class Reduce : uint8_t { sum, max, min, prod, sum_of_squares };

// n values in a row (step 1), or one value read n times (step 0).
struct Operand {
  DataType dtype;
  const void* data;
  int step = 1;
};

// Row r of an array begins at r % group * ld + r / group * group_ld.
struct SourceRows {
  int64_t ld;
  int64_t group = INT64_MAX, group_ld = 0;
  int64_t offset(int64_t r) const { return r % group * ld + r / group * group_ld; }
};

struct Chain {
  const UnaryStep* steps = nullptr;
  int count = 0;
};

// out may be x; `parameters` may be null for a row that has none.
using UnaryFn = void (*)(const float* x, float* out, int64_t n, const double* parameters);
using UnaryIntFn = void (*)(const int64_t* x, int64_t* out, int64_t n, const double* parameters);
using BinaryFn = void (*)(const float* a, int a_step, const float* b, int b_step, float* out,
                          int64_t n,
                          const double* parameters);  // steps are 0 or 1; out may be a or b
using BinaryIntFn = void (*)(const int64_t* a, int a_step, const int64_t* b, int b_step,
                             int64_t* out, int64_t n, const double* parameters);

using BinaryWordFn = void (*)(const void* a, int a_step, const void* b, int b_step, void* out,
                              int64_t n);

// The same from bfloat16 to bfloat16 (given as their bits) in one loop. Where `out` is streamed it
// lies at the start of a cache line, and the caller ends with a fence.
using UnaryNarrowFn = void (*)(const uint16_t* x, uint16_t* out, int64_t n,
                               const double* parameters, Stores);
struct NarrowValues {
  const uint16_t* bits = nullptr;  // null: all are `value`
  float value = 0;
};
using BinaryNarrowFn = void (*)(NarrowValues a, NarrowValues b, uint16_t* out, int64_t n,
                                const double* parameters, Stores);

constexpr int64_t short_row_values = 64, softmax_padding = 64;

struct Kernels {
  Isa isa;

  // -- Element-wise, by row of the tables. Null where the row's domain excludes the type.
  UnaryFn unary[int(Unary::count)];
  UnaryIntFn unary_int[int(Unary::count)];
  BinaryFn binary[int(Binary::count)];
  BinaryIntFn binary_int[int(Binary::count)];
  // The integers' loops on 32 bits, [0] signed and [1] unsigned: where every operand and the result
  // are of that dtype. Null where 64 bits could give another result.
  BinaryWordFn binary_word[2][int(Binary::count)];
  UnaryNarrowFn unary_narrow[int(Unary::count)];  // null also where there is no faster loop
  BinaryNarrowFn binary_narrow[int(Binary::count)];

  // Whole buffers in one pass, in chunks that stay in L1: out = chain(in), out =
  // post(op(a_chain(a), b_chain(b))). Plain dtypes, in any mixture; `out` may be an input of the
  // same item size. The computation is in float when `as_float`, else in int64_t (integer results
  // wrap to the output's width).
  void (*map_unary)(Operand in, Chain chain, DataType out_dtype, void* out, int64_t n,
                    bool as_float, Stores);
  void (*map_binary)(Binary op, const double* parameters, Operand a, Chain a_chain, Operand b,
                     Chain b_chain, Chain post, DataType out_dtype, void* out, int64_t n,
                     bool as_float, Stores);
  // out = condition != 0 ? a : b, for any plain dtype of the condition; a, b and out share one
  // plain dtype.
  void (*select)(Operand condition, Operand a, Operand b, void* out, int64_t n, Stores);

  // -- Conversions between plain dtypes. Rounding to nearest even, NaN kept, denormals kept.
  void (*to_float)(DataType from, const void* src, int64_t n, float* dst);
  void (*from_float)(DataType to, const float* src, int64_t n, void* dst,
                     Stores);  // integers as `convert`
  void (*to_int)(DataType from, const void* src, int64_t n,
                 int64_t* dst);  // floats truncate, NaN is 0
  void (*from_int)(DataType to, const int64_t* src, int64_t n, void* dst);  // integers wrap
  // The values of TT-NN's device typecast: uint8 and int8 truncate and wrap; uint16 rounds halves
  // up and clamps, uint32 and int32 truncate and clamp; integer to int32 keeps the bits.
  void (*convert)(DataType from, const void* src, DataType to, void* dst, int64_t n, Stores);
  // Uploads and downloads, by the rule of `convert`.
  void (*from_host)(HostType from, const void* src, DataType to, void* dst, int64_t n, Stores);
  void (*to_host)(DataType from, const void* src, HostType to, void* dst, int64_t n, Stores);

  // -- Block floats: rows [row, row + rows) of a shard whose rows are `width` values; x is dense
  // rows.
  void (*encode_rows)(DataType, const float* x, int64_t width, int64_t row, int64_t rows,
                      BlockFloatView out);
  void (*decode_rows)(DataType, BlockFloatView in, int64_t width, int64_t row, int64_t rows,
                      float* x);

  // -- Rows. Sums have 64 partial sums by column modulo 64, added in pairs at the end, on every
  // ISA: the order never depends on chunks, and plain sums have the same bits on all ISAs.
  float (*reduce_row)(Reduce, DataType, const void* x,
                      int64_t n);  // plain dtypes; 0, -inf, +inf, 1 for n == 0
  int64_t (*reduce_row_int)(Reduce, DataType, const void* x, int64_t n);
  void (*accumulate)(Reduce, float* into, DataType, const void* x,
                     int64_t n);  // into[i] = reduce(into[i], x[i])
  // The same for `rows` rows in turn, `pitch` values apart.
  void (*accumulate_rows)(Reduce, float* into, DataType, const void* x, int64_t pitch, int64_t rows,
                          int64_t n);
  // out[r] = the reduction of row r in the order of its columns, of fewer than short_row_values.
  void (*reduce_short_rows)(Reduce, DataType, const void* x, int64_t rows, int64_t n, float* out);
  // out[i] = reduce(x[0][i], x[1][i], ...) / divisor, in that order and in float; sum, max or min.
  void (*combine)(Reduce, DataType, const void* const* x, int count, float divisor,
                  DataType out_dtype, void* out, int64_t n, Stores);
  int64_t (*argmax_row)(DataType, const void* x, int64_t n);  // first maximum, first NaN before it
  int64_t (*argmin_row)(DataType, const void* x, int64_t n);
  // at[c] = the place of the first maximum of column c, of its first NaN before it; n rows `pitch`
  // values apart. Not for 32-bit integers.
  void (*argmax_columns)(DataType, const void* x, int64_t pitch, int64_t n, int64_t columns,
                         int32_t* at);
  // Softmax of rows one behind the other, in bfloat16 or float32, x and results each: exponentials
  // are as exact as the results need. out may be x. `scratch`: of n + softmax_padding values.
  void (*softmax_rows)(DataType, const void* x, int64_t rows, int64_t n, float* scratch,
                       DataType out_dtype, void* out, Stores);
  // The same of each of some columns, n rows `pitch` values apart in both arrays. `scratch`: of
  // n * softmax_padding values, at the start of a line.
  void (*softmax_columns)(DataType, const void* x, int64_t pitch, int64_t n, int64_t columns,
                          float* scratch, DataType out_dtype, void* out, Stores);
  // out = (x - mean) / sqrt(variance + epsilon) * weight + bias; weight and bias may be null; out
  // may be x. `scratch`: of n values.
  void (*layer_norm_row)(DataType, const void* x, const float* weight, const float* bias,
                         float epsilon, float* scratch, DataType out_dtype, void* out, int64_t n,
                         Stores);
  void (*rms_norm_row)(DataType, const void* x, const float* weight, const float* bias,
                       float epsilon, float* scratch, DataType out_dtype, void* out, int64_t n,
                       Stores);
  void (*moments_row)(const float* x, int64_t n, float* mean,
                      float* variance);  // biased variance, two passes

  // -- Moving bytes.
  void (*fence)();
  void (*copy)(void* dst, const void* src, int64_t bytes, Stores);
  void (*copy_2d)(void* dst, int64_t dst_pitch, const void* src, int64_t src_pitch,
                  int64_t row_bytes, int64_t rows,
                  Stores);  // pitches in bytes
  void (*fill)(void* dst, int item_bytes, uint64_t value, int64_t n,
               Stores);  // the low bytes of value, item sizes 1 2 4 8
  // dst[c][r] = src[r][c], the rows of src as SourceRows says; strides in items, item sizes 1 2
  // 4 8.
  void (*transpose_2d)(int item_bytes, const void* src, SourceRows, void* dst, int64_t dst_ld,
                       int64_t rows, int64_t columns, Stores);

  // -- Products and limits: see kernels/product.h, kernels/amx_product.h and kernels/limits.h.
  const struct ProductKernels* product;
  const struct AmxKernels* emulated_amx;  // null where the set has no fused multiply-add
  const struct LimitLoops* limits;
};

const Kernels& kernels();     // of the set that choice.h names for element-wise loops
const Kernels& kernels(Isa);  // throws where this CPU lacks it
struct CpuInfo;
bool supported(const CpuInfo&, Isa);  // by that CPU and by this build
bool supported(Isa);                  // by this CPU
std::string_view name(Isa);

inline void apply(const Kernels& k, const Chain& chain, float* x, int64_t n) {
  for (int i = 0; i < chain.count; ++i)
    k.unary[int(chain.steps[i].op)](x, x, n, chain.steps[i].parameters);
}

}  // namespace ttnn::cpu
