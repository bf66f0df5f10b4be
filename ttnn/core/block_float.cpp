#include "ttnn/core/block_float.h"

#include <algorithm>
#include <bit>

#include "ttnn/core/error.h"
#include "ttnn/core/shape.h"

namespace ttnn {

namespace {

constexpr uint32_t exponent_of(uint32_t bits) { return bits >> 23 & 0xff; }

// The magnitude of `bits` on the grid of the shared exponent. As TT-NN does, the significand is
// first cut to 24 bits at the shared exponent and only then rounded: a value a hair above a tie
// counts as the tie.
template <int Bits>
uint32_t magnitude(uint32_t bits, uint32_t shared) {
  constexpr uint32_t hidden = 1u << 23, largest = (1u << Bits) - 1;
  constexpr int drop = 24 - Bits;
  const uint32_t own = exponent_of(bits);
  const uint32_t significand = own ? (bits & (hidden - 1)) | hidden : 0;
  const uint32_t aligned = significand >> std::min(shared - own, 31u);
  const uint32_t half = (1u << (drop - 1)) - 1;
  return std::min((aligned + half + (aligned >> drop & 1)) >> drop, largest);
}

template <int Bits>
uint8_t encode_group(const float* x, uint8_t* datum) {
  uint32_t bits[block_float_group], shared = 0;
  for (int i = 0; i < block_float_group; ++i) {
    bits[i] = std::bit_cast<uint32_t>(x[i]);
    shared = std::max(shared, exponent_of(bits[i]));
  }
  for (int i = 0; i < block_float_group; ++i) {
    const uint32_t m = magnitude<Bits>(bits[i], shared);
    datum[i] = static_cast<uint8_t>(m ? (bits[i] >> 31) << Bits | m : 0);
  }
  return static_cast<uint8_t>(shared);
}

// The general rule, as the float32 with the same leading bit: also right for infinity and NaN.
template <int Bits>
float decode_datum_at_255(uint32_t datum) {
  const uint32_t m = datum & ((1u << Bits) - 1), sign = datum >> Bits << 31;
  if (m == 0) return 0.0f;
  const int shift = std::countl_zero(m) - (32 - Bits);
  const uint32_t fraction = (m << shift << (24 - Bits)) & ((1u << 23) - 1);
  return std::bit_cast<float>(sign | static_cast<uint32_t>(255 - shift) << 23 | fraction);
}

// 2^(exponent - 127 - (Bits - 1)), denormal where it must be.
template <int Bits>
float scale(uint8_t exponent) {
  const int e = exponent - (Bits - 1);
  return std::bit_cast<float>(e > 0 ? static_cast<uint32_t>(e) << 23
                                    : 1u << 22 >> std::min(-e, 31));
}

template <int Bits>
float decode_datum(uint32_t datum, uint8_t exponent, float unit) {
  if (exponent == 255) return decode_datum_at_255<Bits>(datum);
  const float m = static_cast<float>(datum & ((1u << Bits) - 1)) * unit;
  return datum >> Bits ? -m : m;
}

uint32_t datum_at(DataType dtype, const std::byte* mantissas, int64_t column) {
  if (dtype == DataType::BFLOAT8_B) return std::to_integer<uint32_t>(mantissas[column]);
  return std::to_integer<uint32_t>(mantissas[column / 2]) >> (column % 2 * 4) & 0xf;
}

template <int Bits>
void decode_columns(DataType dtype, const std::byte* mantissas, const uint8_t* exponents,
                    int64_t begin, int64_t end, float* out) {
  for (int64_t column = begin; column < end;) {
    const int64_t group = column / block_float_group;
    const int64_t stop = std::min(end, (group + 1) * block_float_group);
    const uint8_t exponent = exponents[group];
    const float unit = scale<Bits>(exponent);
    for (; column < stop; ++column)
      *out++ = decode_datum<Bits>(datum_at(dtype, mantissas, column), exponent, unit);
  }
}

}  // namespace

BlockFloatView block_float_view(std::byte* shard, const Shape& shape, DataType dtype) {
  const int64_t groups = block_float_groups(shape.width());
  const int64_t mantissa_bytes = shape.rows() * groups * block_float_mantissa_bytes(dtype);
  return {shard, reinterpret_cast<uint8_t*>(shard + mantissa_bytes), groups};
}

void encode_row(DataType dtype, const float* x, int64_t width, std::byte* mantissas,
                uint8_t* exponents) {
  expect(is_block_float(dtype), "encode_row: ", dtype, " is not a block float.");
  for (int64_t begin = 0; begin < width; begin += block_float_group) {
    float padded[block_float_group] = {};
    const float* group = x + begin;
    if (width - begin < block_float_group) {
      std::copy_n(group, width - begin, padded);
      group = padded;
    }
    uint8_t datum[block_float_group];
    if (dtype == DataType::BFLOAT8_B) {
      *exponents++ = encode_group<7>(group, datum);
      for (uint8_t d : datum) *mantissas++ = std::byte{d};
    } else {
      *exponents++ = encode_group<3>(group, datum);
      for (int i = 0; i < block_float_group; i += 2)
        *mantissas++ = std::byte(datum[i] | datum[i + 1] << 4);
    }
  }
}

void decode_row(DataType dtype, const std::byte* mantissas, const uint8_t* exponents, int64_t begin,
                int64_t end, float* out) {
  expect(is_block_float(dtype), "decode_row: ", dtype, " is not a block float.");
  if (dtype == DataType::BFLOAT8_B)
    decode_columns<7>(dtype, mantissas, exponents, begin, end, out);
  else
    decode_columns<3>(dtype, mantissas, exponents, begin, end, out);
}

}  // namespace ttnn
