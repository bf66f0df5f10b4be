#pragma once
// Block floats: 16 neighbouring values of a row share one 8-bit exponent. The values are exactly
// TT-NN's bfloat8_b and bfloat4_b; the order of the bytes is our own.
//
// A shard of shape [..., W] is rows() rows of ceil(W / 16) groups, the last one padded with zeros.
// First come all mantissas, then all exponents, both row after row:
//   bfloat8_b  16 bytes per group, sign << 7 | 7-bit magnitude
//   bfloat4_b   8 bytes per group, sign << 3 | 3-bit magnitude, even columns in the low nibble
// A value is magnitude * 2^(exponent - 127 - 6), or - 2 for bfloat4_b. With exponent 255 the
// magnitudes whose top bit is set stand for infinity and NaN, as in a float32.
#include <cstddef>
#include <cstdint>

#include "ttnn/core/data_type.h"

namespace ttnn {

class Shape;

constexpr int block_float_group = 16;

constexpr int64_t block_float_groups(int64_t width) {
  return (width + block_float_group - 1) / block_float_group;
}
constexpr int block_float_mantissa_bytes(DataType dtype) {  // of one group
  return dtype == DataType::BFLOAT8_B ? block_float_group : block_float_group / 2;
}

// Where the parts of one shard lie in its bytes.
struct BlockFloatView {
  std::byte* mantissas;
  uint8_t* exponents;
  int64_t groups_per_row;
};
BlockFloatView block_float_view(std::byte* shard, const Shape&, DataType);

// One row of `width` values: rounds to nearest even, clamps at the largest magnitude; denormal
// inputs become 0. Writes whole groups.
void encode_row(DataType, const float* x, int64_t width, std::byte* mantissas, uint8_t* exponents);

// Columns begin..end of one row.
void decode_row(DataType, const std::byte* mantissas, const uint8_t* exponents, int64_t begin,
                int64_t end, float* out);

}  // namespace ttnn
