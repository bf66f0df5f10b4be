#include "ttnn/core/memory_config.h"

#include <gtest/gtest.h>

#include "ttnn/core/error.h"

namespace ttnn {
namespace {

CoreRangeSet block(int64_t x, int64_t y) { return CoreRangeSet(CoreRange({0, 0}, {x - 1, y - 1})); }

TEST(CoreRange, RefusesAnEndBeforeItsStart) {
  EXPECT_THROW(CoreRange({2, 0}, {1, 0}), Error);
  EXPECT_THROW(CoreRange({-1, 0}, {1, 0}), Error);
}

TEST(CoreRangeSet, CountsAndBounds) {
  const CoreRangeSet set({CoreRange({0, 0}, {1, 1}), CoreRange({3, 2}, {3, 5})});
  EXPECT_EQ(set.num_cores(), 8);
  EXPECT_EQ(set.bounding_box(), CoreRange({0, 0}, {3, 5}));
  EXPECT_TRUE(set.contains(CoreCoord{3, 4}));
  EXPECT_FALSE(set.contains(CoreCoord{2, 2}));
  EXPECT_TRUE(set.contains(CoreRange({0, 0}, {1, 0})));
  EXPECT_FALSE(set.contains(CoreRange({0, 0}, {3, 0})));
  EXPECT_THROW(CoreRangeSet().bounding_box(), Error);
}

TEST(CoreRangeSet, RefusesOverlaps) {
  try {
    CoreRangeSet({CoreRange({0, 0}, {2, 2}), CoreRange({2, 2}, {3, 3})});
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("overlap"), std::string::npos);
  }
}

TEST(CoreRangeSet, EqualityIgnoresTheOrderOfRanges) {
  const CoreRange a({0, 0}, {1, 1}), b({4, 4}, {5, 5});
  EXPECT_EQ(CoreRangeSet({a, b}), CoreRangeSet({b, a}));
  EXPECT_FALSE(CoreRangeSet({a}) == CoreRangeSet({b}));
}

TEST(CoreRangeSet, MergesIntoRectangles) {
  const CoreRangeSet left(CoreRange({0, 0}, {3, 3})), right(CoreRange({4, 0}, {7, 3}));
  EXPECT_EQ(left.merge(right), block(8, 4));
  EXPECT_EQ(block(8, 4).subtract(right), left);
  EXPECT_EQ(block(3, 3).subtract(CoreRangeSet(CoreRange({1, 1}))).num_cores(), 8);
  EXPECT_TRUE(left.subtract(left).empty());
}

TEST(Cores, AreListedAlongRowsOrDownColumns) {
  EXPECT_EQ(corerange_to_cores(block(2, 2), {}, true),
            (std::vector<CoreCoord>{{0, 0}, {1, 0}, {0, 1}, {1, 1}}));
  EXPECT_EQ(corerange_to_cores(block(2, 2), 3, false),
            (std::vector<CoreCoord>{{0, 0}, {0, 1}, {1, 0}}));
  EXPECT_EQ(grid_to_cores(3, 2, 2, true).back(), (CoreCoord{0, 1}));
}

TEST(Cores, FillAGridLineByLine) {
  EXPECT_EQ(text(num_cores_to_corerangeset(10, {8, 8}, true)),
            "{[(x=0,y=0) - (x=7,y=0)], [(x=0,y=1) - (x=1,y=1)]}");
  EXPECT_EQ(text(num_cores_to_corerangeset(10, {8, 8}, false)),
            "{[(x=0,y=0) - (x=0,y=7)], [(x=1,y=0) - (x=1,y=1)]}");
  EXPECT_EQ(num_cores_to_corerangeset(64, {8, 8}, true), block(8, 8));
  EXPECT_THROW(num_cores_to_corerangeset(65, {8, 8}), Error);
}

TEST(Cores, ContinueFromACoreThroughSeveralGrids) {
  const CoreRangeSet grids({CoreRange({1, 0}, {3, 1}), CoreRange({5, 0}, {6, 1})});
  EXPECT_EQ(text(num_cores_to_corerangeset_in_subcoregrids({2, 0}, 6, grids, true)),
            "{[(x=2,y=0) - (x=3,y=0)], [(x=1,y=1) - (x=3,y=1)], [(x=5,y=0) - (x=5,y=0)]}");
  EXPECT_THROW(num_cores_to_corerangeset_in_subcoregrids({2, 0}, 10, grids, true), Error);
  EXPECT_THROW(num_cores_to_corerangeset_in_subcoregrids({4, 0}, 1, grids, true), Error);
}

TEST(Cores, ShareWorkEvenly) {
  const WorkSplit split = split_work_to_cores(CoreCoord{4, 2}, 19, true);
  EXPECT_EQ(split.num_cores, 8);
  EXPECT_EQ(split.first_group.num_cores(), 3);
  EXPECT_EQ(split.second_group.num_cores(), 5);
  EXPECT_EQ(split.units_in_first, 3);
  EXPECT_EQ(split.units_in_second, 2);
  EXPECT_EQ(split_work_to_cores(CoreCoord{4, 2}, 3).num_cores, 3);
}

TEST(MemoryConfig, DefaultsToInterleavedDram) {
  EXPECT_EQ(text(MemoryConfig{}),
            "MemoryConfig(memory_layout=TensorMemoryLayout::INTERLEAVED,"
            "buffer_type=BufferType::DRAM,shard_spec=std::nullopt,nd_shard_spec=std::nullopt,"
            "created_with_nd_shard_spec=0)");
  EXPECT_FALSE(MemoryConfig{}.is_sharded());
}

TEST(MemoryConfig, ComparesWhatShardSpecsSay) {
  const auto config = [](int64_t width) {
    return MemoryConfig{
        .memory_layout = TensorMemoryLayout::WIDTH_SHARDED,
        .buffer_type = BufferType::L1,
        .shard_spec = std::make_shared<ShardSpec>(ShardSpec{block(8, 1), 32, width}),
        .nd_shard_spec = nullptr};
  };
  EXPECT_EQ(config(64), config(64));
  EXPECT_FALSE(config(64) == config(32));
  EXPECT_FALSE(config(64) == MemoryConfig{});
  EXPECT_TRUE(config(64).is_sharded());
  EXPECT_EQ(text(*config(64).shard_spec),
            "ShardSpec(grid={[(x=0,y=0) - (x=7,y=0)]},shape={32, 64},"
            "orientation=ShardOrientation::ROW_MAJOR)");
}

}  // namespace
}  // namespace ttnn
