// Block floats to and from float, group by group of 16; values as core/block_float.cpp has them.
#include "ttnn/backends/cpu/kernels/block_pairs.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

constexpr int group = block_float_group;

// The data of a group, one to a byte.
template <int Bits>
inline void read_data(const uint8_t* mantissas, uint8_t* datum) {
  if constexpr (Bits == 7) {
    std::memcpy(datum, mantissas, group);
  } else {
    typedef uint64_t Halves __attribute__((vector_size(group)));
    uint32_t eight[2];
    std::memcpy(eight, mantissas, sizeof eight);
    const auto bytes = [](uint64_t x) {
      x = (x | x << 16) & 0x0000ffff0000ffff;
      x = (x | x << 8) & 0x00ff00ff00ff00ff;
      return (x | x << 4) & 0x0f0f0f0f0f0f0f0f;
    };
    const Halves both = {bytes(eight[0]), bytes(eight[1])};
    std::memcpy(datum, &both, sizeof both);
  }
}

template <int Bits>
inline void decode_group(const uint8_t* mantissas, int exponent, float* x) {
  const float unit = unit_of<Bits>(exponent);
  uint8_t datum[group];
  read_data<Bits>(mantissas, datum);
  constexpr int step = lanes == 8 ? 8 : group;  // for AVX2, GCC makes loops of 8 that are better
#pragma GCC unroll 1
  for (int begin = 0; begin < group; begin += step)
    for (int i = begin; i < begin + step; ++i)
      x[i] = __builtin_bit_cast(float, datum_bits<Bits>(datum[i], unit));
}

template <int Bits>
void decode(DataType dtype, const uint8_t* mantissas, const uint8_t* exponents, int64_t width,
            float* x) {
  constexpr int bytes = group * (Bits + 1) / 8;
  for (int64_t g = 0; g * group < width; ++g) {
    const int64_t begin = g * group, count = smaller(group, width - begin);
    if (exponents[g] == 255) {  // infinities and NaN
      decode_row(dtype, reinterpret_cast<const std::byte*>(mantissas + g * bytes), exponents + g, 0,
                 count, x + begin);
    } else if (count == group) {
      decode_group<Bits>(mantissas + g * bytes, exponents[g], x + begin);
    } else {
      float whole[group];
      decode_group<Bits>(mantissas + g * bytes, exponents[g], whole);
      std::memcpy(x + begin, whole, static_cast<size_t>(count) * sizeof(float));
    }
  }
}

template <int Bits>
inline uint8_t encode_group(const float* x, uint8_t* mantissas) {
  constexpr uint32_t hidden = 1u << 23, largest = (1u << Bits) - 1;
  constexpr int drop = 24 - Bits;
  uint32_t b[group], shared = 0;
  std::memcpy(b, x, sizeof b);
  for (int i = 0; i < group; ++i) {
    const uint32_t e = b[i] >> 23 & 0xff;
    shared = e > shared ? e : shared;
  }
  uint32_t datum[group];
  for (int i = 0; i < group; ++i) {
    const uint32_t own = b[i] >> 23 & 0xff;
    const uint32_t significand = own ? (b[i] & (hidden - 1)) | hidden : 0;
    const uint32_t distance = shared - own;
    const uint32_t aligned = significand >> (distance < 31 ? distance : 31);
    const uint32_t rounded = (aligned + ((1u << (drop - 1)) - 1) + (aligned >> drop & 1)) >> drop;
    const uint32_t size = rounded < largest ? rounded : largest;
    datum[i] = size ? b[i] >> 31 << Bits | size : 0;
  }
  if constexpr (Bits == 7)
    for (int i = 0; i < group; ++i) mantissas[i] = static_cast<uint8_t>(datum[i]);
  else
    for (int i = 0; i < group; i += 2)
      mantissas[i / 2] = static_cast<uint8_t>(datum[i] | datum[i + 1] << 4);
  return static_cast<uint8_t>(shared);
}

template <int Bits>
void encode(const float* x, int64_t width, uint8_t* mantissas, uint8_t* exponents) {
  constexpr int bytes = group * (Bits + 1) / 8;
  for (int64_t g = 0; g * group < width; ++g) {
    const int64_t begin = g * group, count = smaller(group, width - begin);
    float padded[group] = {};
    const float* values = x + begin;
    if (count < group) {
      std::memcpy(padded, values, static_cast<size_t>(count) * sizeof(float));
      values = padded;
    }
    exponents[g] = encode_group<Bits>(values, mantissas + g * bytes);
  }
}

template <class F>
void for_rows(DataType dtype, BlockFloatView shard, int64_t row, int64_t rows, F f) {
  const int64_t groups = shard.groups_per_row;
  const int64_t bytes = groups * block_float_mantissa_bytes(dtype);
  auto* mantissas = reinterpret_cast<uint8_t*>(shard.mantissas);
  for (int64_t r = 0; r < rows; ++r)
    f(r, mantissas + (row + r) * bytes, shard.exponents + (row + r) * groups);
}

void encode_rows(DataType dtype, const float* x, int64_t width, int64_t row, int64_t rows,
                 BlockFloatView out) {
  const auto encode_one = dtype == DataType::BFLOAT8_B ? encode<7> : encode<3>;
  for_rows(dtype, out, row, rows, [&](int64_t r, uint8_t* mantissas, uint8_t* exponents) {
    encode_one(x + r * width, width, mantissas, exponents);
  });
}

void decode_rows(DataType dtype, BlockFloatView in, int64_t width, int64_t row, int64_t rows,
                 float* x) {
  const auto decode_one = dtype == DataType::BFLOAT8_B ? decode<7> : decode<3>;
  for_rows(dtype, in, row, rows, [&](int64_t r, uint8_t* mantissas, uint8_t* exponents) {
    decode_one(dtype, mantissas, exponents, width, x + r * width);
  });
}

}  // namespace

void fill_block_float(Kernels& k) {
  k.encode_rows = encode_rows;
  k.decode_rows = decode_rows;
}

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
