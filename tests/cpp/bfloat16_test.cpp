#include "ttnn/core/bfloat16.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace ttnn {
namespace {

TEST(Bfloat16, RoundTripsEveryPattern) {
  for (uint32_t bits = 0; bits < 1u << 16; ++bits) {
    const auto x = bfloat16::from_bits(static_cast<uint16_t>(bits));
    const float value = x;
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(static_cast<float>(bfloat16(value)))) << bits;
      EXPECT_EQ(bfloat16(value).bits, bits | 0x40) << bits;
    } else {
      ASSERT_EQ(bfloat16(value).bits, bits);
    }
  }
}

// The nearest of the two neighbours, by arithmetic; on a tie the one with the even last bit.
TEST(Bfloat16, RoundsToNearestEven) {
  for (uint32_t upper = 0; upper < 0x7f7f; upper += 7) {
    const float low = bfloat16::from_bits(static_cast<uint16_t>(upper));
    const float high = bfloat16::from_bits(static_cast<uint16_t>(upper + 1));
    const float middle = static_cast<float>((double{low} + double{high}) / 2);
    const uint32_t even = upper % 2 ? upper + 1 : upper;
    ASSERT_EQ(bfloat16(middle).bits, even);
    ASSERT_EQ(bfloat16(-middle).bits, even | 0x8000);
    ASSERT_EQ(bfloat16(std::nextafter(middle, low)).bits, upper);
    ASSERT_EQ(bfloat16(std::nextafter(middle, high)).bits, upper + 1);
  }
}

TEST(Bfloat16, OverflowsToInfinityAndKeepsNaN) {
  EXPECT_TRUE(std::isinf(static_cast<float>(bfloat16(std::numeric_limits<float>::max()))));
  EXPECT_TRUE(std::isinf(static_cast<float>(bfloat16(-std::numeric_limits<float>::infinity()))));
  // The payload of this NaN lies in the lower half only: cutting it off would leave infinity.
  const float nan = std::bit_cast<float>(0x7f800001u);
  EXPECT_TRUE(std::isnan(static_cast<float>(bfloat16(nan))));
  EXPECT_TRUE(std::isnan(static_cast<float>(bfloat16(std::bit_cast<float>(0xffffffffu)))));
}

TEST(Bfloat16, KeepsSignedZeroAndDenormals) {
  EXPECT_EQ(bfloat16(-0.0f).bits, 0x8000);
  EXPECT_EQ(bfloat16(std::bit_cast<float>(0x00010000u)).bits, 0x0001);
}

}  // namespace
}  // namespace ttnn
