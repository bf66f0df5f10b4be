#include "ttnn/core/block_float.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "ttnn/core/error.h"
#include "ttnn/core/shape.h"

namespace ttnn {
namespace {

int bits_of(DataType dtype) { return dtype == DataType::BFLOAT8_B ? 7 : 3; }

struct Row {
  std::vector<std::byte> mantissas;
  std::vector<uint8_t> exponents;
};

Row encode(DataType dtype, const std::vector<float>& x) {
  const int64_t width = static_cast<int64_t>(x.size()), groups = block_float_groups(width);
  Row row{std::vector<std::byte>(groups * block_float_mantissa_bytes(dtype)),
          std::vector<uint8_t>(groups)};
  encode_row(dtype, x.data(), width, row.mantissas.data(), row.exponents.data());
  return row;
}

std::vector<float> decode(DataType dtype, const Row& row, int64_t begin, int64_t end) {
  std::vector<float> x(end - begin);
  decode_row(dtype, row.mantissas.data(), row.exponents.data(), begin, end, x.data());
  return x;
}

std::vector<float> round_trip(DataType dtype, const std::vector<float>& x) {
  return decode(dtype, encode(dtype, x), 0, static_cast<int64_t>(x.size()));
}

// The rule in real numbers: units of the shared exponent, cut to 24 bits, rounded, clamped.
std::vector<float> by_arithmetic(DataType dtype, const std::vector<float>& x) {
  const int bits = bits_of(dtype);
  std::vector<float> out(x.size());
  for (size_t begin = 0; begin < x.size(); begin += 16) {
    const size_t end = std::min(x.size(), begin + 16);
    int shared = -127;
    for (size_t i = begin; i < end; ++i)
      if (std::fpclassify(x[i]) == FP_NORMAL) shared = std::max(shared, std::ilogb(x[i]));
    const double step = std::ldexp(1.0, shared - (bits - 1));
    for (size_t i = begin; i < end; ++i) {
      if (std::fpclassify(x[i]) != FP_NORMAL) continue;
      const double cut = std::trunc(std::ldexp(std::fabs(double{x[i]}), 23 - shared));
      const double m =
          std::min(std::nearbyint(std::ldexp(cut, bits - 24)), double((1 << bits) - 1));
      out[i] = static_cast<float>(m == 0 ? 0.0 : std::copysign(m * step, x[i]));
    }
  }
  return out;
}

class BlockFloat : public testing::TestWithParam<DataType> {};

TEST_P(BlockFloat, AgreesWithArithmetic) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::uniform_int_distribution<int> spread(-9, 9);
  for (int round = 0; round < 4000; ++round) {
    std::vector<float> x(1 + random() % 40);
    const int offset = static_cast<int>(random() % 180) - 90;
    for (float& value : x) value = std::ldexp(normal(random), spread(random) + offset);
    if (round % 5 == 0) x[random() % x.size()] = 0.0f;
    ASSERT_EQ(round_trip(GetParam(), x), by_arithmetic(GetParam(), x)) << "round " << round;
  }
}

// Every bit pattern of the upper half of a float, beside one neighbour that sets the exponent.
TEST_P(BlockFloat, AgreesWithArithmeticOnTies) {
  for (float neighbour : {1.0f, 4.0f, 100.0f}) {
    for (uint32_t upper = 0x3500; upper < 0x4200; ++upper) {
      for (uint32_t lower : {0u, 1u, 0x8000u}) {
        const float value = std::bit_cast<float>(upper << 16 | lower);
        const std::vector<float> x{neighbour, value, -value};
        ASSERT_EQ(round_trip(GetParam(), x), by_arithmetic(GetParam(), x)) << value;
      }
    }
  }
}

TEST_P(BlockFloat, EveryDatumRoundTrips) {
  const int bits = bits_of(GetParam());
  for (int sign : {1, -1}) {
    for (int m = 0; m < 1 << bits; ++m) {
      std::vector<float> x(16, 0.0f);
      x[0] = 1.0f;
      x[7] = static_cast<float>(sign * std::ldexp(m, -(bits - 1)));
      ASSERT_EQ(round_trip(GetParam(), x), x) << m;
    }
  }
}

TEST_P(BlockFloat, EncodingAgainChangesNothing) {
  std::mt19937 random(2);
  std::normal_distribution<float> normal;
  for (int round = 0; round < 500; ++round) {
    std::vector<float> x(48);
    for (float& value : x) value = normal(random);
    const std::vector<float> once = round_trip(GetParam(), x);
    ASSERT_EQ(round_trip(GetParam(), once), once);
  }
}

TEST_P(BlockFloat, ClampsInsteadOfCarrying) {
  const int bits = bits_of(GetParam());
  const float largest = std::ldexp(static_cast<float>((1 << bits) - 1), -(bits - 1));
  EXPECT_EQ(round_trip(GetParam(), {1.9999f, -1.9999f}), (std::vector{largest, -largest}));
}

TEST_P(BlockFloat, DropsDenormalsAndTheSignOfZero) {
  const std::vector<float> out = round_trip(GetParam(), {-0.0f, 1e-40f, -1e-40f});
  for (float value : out) EXPECT_EQ(std::bit_cast<uint32_t>(value), 0u);
  const float tiny = round_trip(GetParam(), {1.0f, -1e-6f})[1];
  EXPECT_EQ(std::bit_cast<uint32_t>(tiny), 0u);
}

TEST_P(BlockFloat, DecodesSmallExponentsExactly) {
  const float smallest = std::numeric_limits<float>::min();
  EXPECT_EQ(round_trip(GetParam(), {smallest, -smallest * 2})[1], -smallest * 2);
}

TEST_P(BlockFloat, KeepsInfinityAndNaNApart) {
  const float inf = std::numeric_limits<float>::infinity();
  const std::vector<float> out = round_trip(GetParam(), {inf, -inf, NAN, 1.0f});
  EXPECT_EQ(out[0], inf);
  EXPECT_EQ(out[1], -inf);
  EXPECT_TRUE(std::isnan(out[2]));
  EXPECT_EQ(out[3], 0.0f);
}

TEST_P(BlockFloat, DecodesAnyPartOfARow) {
  std::vector<float> x(77);
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i) - 30.0f;
  const Row row = encode(GetParam(), x);
  const std::vector<float> all = decode(GetParam(), row, 0, 77);
  for (int64_t begin = 0; begin <= 77; begin += 5)
    for (int64_t end = begin; end <= 77; ++end)
      ASSERT_EQ(decode(GetParam(), row, begin, end),
                std::vector<float>(all.begin() + begin, all.begin() + end));
}

INSTANTIATE_TEST_SUITE_P(Dtypes, BlockFloat,
                         testing::Values(DataType::BFLOAT8_B, DataType::BFLOAT4_B),
                         [](const auto& info) { return std::string(name(info.param)); });

TEST(BlockFloatBytes, AreWhereTheHeaderSays) {
  const Row eight = encode(DataType::BFLOAT8_B, {1.0f, -0.5f});
  EXPECT_EQ(eight.exponents[0], 127);
  EXPECT_EQ(eight.mantissas[0], std::byte{64});
  EXPECT_EQ(eight.mantissas[1], std::byte{128 | 32});
  EXPECT_EQ(eight.mantissas[15], std::byte{0});
  const Row four = encode(DataType::BFLOAT4_B, {1.0f, -0.5f});
  EXPECT_EQ(four.mantissas[0], std::byte{(8 | 2) << 4 | 4});
}

TEST(BlockFloatBytes, ViewFindsTheExponentsBehindAllMantissas) {
  std::byte shard[1];
  const BlockFloatView view = block_float_view(shard, Shape({2, 3, 40}), DataType::BFLOAT4_B);
  EXPECT_EQ(view.groups_per_row, 3);
  EXPECT_EQ(reinterpret_cast<std::byte*>(view.exponents) - view.mantissas, 6 * 3 * 8);
}

TEST(BlockFloatBytes, RefusesPlainDtypes) {
  float x = 0;
  std::byte mantissas[16];
  uint8_t exponent;
  EXPECT_THROW(encode_row(DataType::FLOAT32, &x, 1, mantissas, &exponent), Error);
}

}  // namespace
}  // namespace ttnn
