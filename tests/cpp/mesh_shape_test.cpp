#include "ttnn/mesh/mesh_shape.h"

#include <gtest/gtest.h>

#include <sstream>
#include <unordered_set>
#include <vector>

#include "ttnn/core/error.h"

namespace ttnn {
namespace {

template <class T>
std::string printed(const T& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

TEST(MeshShape, HoldsAnyNumberOfDimensions) {
  EXPECT_EQ(MeshShape(2, 4).mesh_size(), 8);
  EXPECT_EQ(MeshShape(2, 3, 4).mesh_size(), 24);
  EXPECT_EQ(MeshShape({5}).dims(), 1);
  EXPECT_EQ(MeshShape({1, 2, 3, 4}).dims(), 4);
  EXPECT_EQ(MeshShape(0, 4).mesh_size(), 0);
  EXPECT_NE(MeshShape(2, 4), MeshShape(4, 2));
  EXPECT_NE(MeshShape(2, 4), MeshShape(1, 2, 4));
}

TEST(MeshShape, IndexesFromBothEnds) {
  const MeshShape shape(2, 4);
  EXPECT_EQ(shape[0], 2);
  EXPECT_EQ(shape[-1], 4);
  EXPECT_EQ(shape[-2], 2);
  EXPECT_THROW(shape[2], Error);
  EXPECT_THROW(shape[-3], Error);
}

TEST(MeshShape, RefusesNegativeSizesAndNoDimensions) {
  EXPECT_THROW(MeshShape(-1, 4), Error);
  EXPECT_THROW(MeshShape(std::span<const int64_t>{}), Error);
  EXPECT_THROW(MeshShape({1, 1, 1, 1, 1, 1, 1, 1, 1}), Error);
}

TEST(MeshShape, PrintsAsTtnnDoes) {
  EXPECT_EQ(printed(MeshShape(1, 2)), "MeshShape([1, 2])");
  EXPECT_EQ(printed(MeshCoordinate(0, 1, 2)), "MeshCoordinate([0, 1, 2])");
}

TEST(MeshShape, KnowsLines) {
  EXPECT_TRUE(MeshShape(1, 8).is_line());
  EXPECT_TRUE(MeshShape(8, 1).is_line());
  EXPECT_TRUE(MeshShape(1, 1).is_line());
  EXPECT_FALSE(MeshShape(2, 4).is_line());
}

TEST(MeshCoordinate, CountsRowMajor) {
  const MeshShape shape(2, 3, 4);
  for (int64_t i = 0; i < shape.mesh_size(); ++i)
    EXPECT_EQ(linear_index(shape, coordinate(shape, i)), i);
  EXPECT_EQ(coordinate(shape, 17), MeshCoordinate(1, 1, 1));
  EXPECT_THROW(linear_index(shape, MeshCoordinate(2, 0, 0)), Error);
  EXPECT_THROW(linear_index(shape, MeshCoordinate(0, 0)), Error);
  EXPECT_THROW(coordinate(shape, 24), Error);
}

TEST(MeshCoordinate, IsAKey) {
  const std::unordered_set<MeshCoordinate> set{{0, 1}, {1, 0}, {0, 1}};
  EXPECT_EQ(set.size(), 2u);
  EXPECT_LT(MeshCoordinate(0, 3), MeshCoordinate(1, 0));
}

TEST(MeshCoordinateRange, IteratesItsBlockRowMajor) {
  const MeshCoordinateRange range({1, 1}, {2, 3});
  const std::vector<MeshCoordinate> all(range.begin(), range.end());
  const std::vector<MeshCoordinate> expected{{1, 1}, {1, 2}, {1, 3}, {2, 1}, {2, 2}, {2, 3}};
  EXPECT_EQ(all, expected);
  EXPECT_EQ(range.shape(), MeshShape(2, 3));
  EXPECT_TRUE(range.contains({2, 2}));
  EXPECT_FALSE(range.contains({0, 2}));
  EXPECT_EQ(MeshCoordinateRange(MeshShape(2, 4)), MeshCoordinateRange({0, 0}, {1, 3}));
  EXPECT_THROW(MeshCoordinateRange({1, 0}, {0, 3}), Error);
  EXPECT_THROW(MeshCoordinateRange(MeshShape(0, 4)), Error);
}

}  // namespace
}  // namespace ttnn
