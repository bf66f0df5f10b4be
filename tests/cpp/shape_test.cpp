#include "ttnn/core/shape.h"

#include <gtest/gtest.h>

#include <vector>

#include "ttnn/core/error.h"

namespace ttnn {
namespace {

TEST(Shape, IndexesFromBothEnds) {
  const Shape shape{2, 3, 5};
  EXPECT_EQ(shape.rank(), 3);
  EXPECT_EQ(shape[0], 2);
  EXPECT_EQ(shape[-1], 5);
  EXPECT_EQ(shape[-3], 2);
}

TEST(Shape, RefusesIndicesOutsideAsIndexErrors) {
  for (int i : {3, -4}) {
    try {
      Shape({2, 3, 5})[i];
      FAIL() << i;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::index);
      EXPECT_NE(std::string(error.what()).find("Shape([2, 3, 5])"), std::string::npos);
    }
  }
  EXPECT_THROW(Shape()[0], Error);
}

TEST(Shape, CountsElementsAndRows) {
  EXPECT_EQ(Shape({2, 3, 5}).volume(), 30);
  EXPECT_EQ(Shape({2, 3, 5}).rows(), 6);
  EXPECT_EQ(Shape().volume(), 1);
  EXPECT_EQ(Shape().rows(), 1);
  EXPECT_EQ(Shape().width(), 1);
  EXPECT_EQ(Shape({7}).rows(), 1);
  EXPECT_EQ(Shape({2, 3, 0}).volume(), 0);
  EXPECT_EQ(Shape({2, 3, 0}).rows(), 6);
  EXPECT_EQ(Shape({1 << 20, 1 << 20}).volume(), int64_t{1} << 40);
}

TEST(Shape, EditsInPlaceAndByCopy) {
  Shape shape{2, 3};
  EXPECT_EQ(shape.with(-1, 9), Shape({2, 9}));
  shape.push_back(4);
  EXPECT_EQ(shape, Shape({2, 3, 4}));
  shape.insert(0, 1);
  EXPECT_EQ(shape, Shape({1, 2, 3, 4}));
  shape.erase(1);
  EXPECT_EQ(shape, Shape({1, 3, 4}));
  shape.erase(-1);
  EXPECT_EQ(shape, Shape({1, 3}));
  shape.at(-1) = 8;
  EXPECT_EQ(shape, Shape({1, 8}));
  EXPECT_EQ(Shape::filled(3, 7), Shape({7, 7, 7}));
}

TEST(Shape, EqualityKnowsRanks) {
  EXPECT_FALSE(Shape({1, 2}) == Shape({2}));
  EXPECT_FALSE(Shape() == Shape({1}));
  EXPECT_EQ(Shape(), Shape());
}

TEST(Shape, ChangesRankByLeadingOnesOnly) {
  EXPECT_EQ(Shape({2, 3}).to_rank(4), Shape({1, 1, 2, 3}));
  EXPECT_EQ(Shape({1, 1, 2, 3}).to_rank(2), Shape({2, 3}));
  EXPECT_EQ(Shape({2, 3}).to_rank(2), Shape({2, 3}));
  EXPECT_EQ(Shape({1}).to_rank(0), Shape());
  EXPECT_THROW(Shape({2, 3}).to_rank(1), Error);
  EXPECT_THROW(Shape({2}).to_rank(9), Error);
}

TEST(Shape, HasAtMostEightDimensions) {
  Shape shape = Shape::filled(8, 1);
  EXPECT_THROW(shape.push_back(1), Error);
  const std::vector<int64_t> nine(9, 1);
  EXPECT_THROW(Shape{std::span<const int64_t>(nine)}, Error);
}

TEST(Shape, Prints) {
  EXPECT_EQ(text(Shape({2, 3})), "Shape([2, 3])");
  EXPECT_EQ(text(Shape()), "Shape([])");
}

TEST(NormalizedDim, WrapsOnce) {
  EXPECT_EQ(normalized_dim("op", -1, 4), 3);
  EXPECT_EQ(normalized_dim("op", 0, 4), 0);
  EXPECT_EQ(normalized_dim("op", -4, 4), 0);
}

TEST(NormalizedDim, NamesTheOpAndTheRange) {
  try {
    normalized_dim("softmax", 4, 4);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "softmax: Dimension out of range (expected to be in range of [-4,3], but got 4). "
                 "The tensor has 4 dims; negative ones count from the last.");
  }
  EXPECT_THROW(normalized_dim("softmax", 0, 0), Error);
}

}  // namespace
}  // namespace ttnn
