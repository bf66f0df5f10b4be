#include "ttnn/core/tensor_spec.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "ttnn/core/error.h"

namespace ttnn {
namespace {

TensorSpec tiled(Shape shape, DataType dtype = DataType::BFLOAT16) {
  return {.shape = shape, .dtype = dtype, .layout = Layout::TILE, .memory_config = {}, .tile = {}};
}

TEST(TensorSpec, TilesPadTheLastTwoDims) {
  EXPECT_EQ(tiled({2, 3, 33, 1}).padded_shape(), Shape({2, 3, 64, 32}));
  EXPECT_EQ(tiled({5}).padded_shape(), Shape({32, 32}));
  EXPECT_EQ(tiled({}).padded_shape(), Shape({32, 32}));
  EXPECT_EQ(tiled({4, 0}).padded_shape(), Shape({32, 0}));
  TensorSpec thin = tiled({1, 40});
  thin.tile = Tile(1, 16);
  EXPECT_EQ(thin.padded_shape(), Shape({1, 48}));
}

TEST(TensorSpec, RowMajorPadsToTheShardWidthOnly) {
  TensorSpec spec{.shape = {3, 50}, .memory_config = {}, .tile = {}};
  EXPECT_EQ(spec.padded_shape(), Shape({3, 50}));
  spec.memory_config.memory_layout = TensorMemoryLayout::WIDTH_SHARDED;
  spec.memory_config.shard_spec =
      std::make_shared<ShardSpec>(ShardSpec{CoreRangeSet(CoreRange({0, 0}, {1, 0})), 3, 32});
  EXPECT_EQ(spec.padded_shape(), Shape({3, 64}));
}

TEST(TensorSpec, CountsBytesOfTheCardAndOurs) {
  EXPECT_EQ(tiled({1, 1}).storage_bytes(), 2);
  EXPECT_EQ(tiled({1, 1}).device_bytes(), 2048);
  EXPECT_EQ(tiled({64, 64}, DataType::BFLOAT8_B).device_bytes(), 4 * 1088);
  EXPECT_EQ(tiled({64, 64}, DataType::BFLOAT4_B).device_bytes(), 4 * 576);
  TensorSpec rows{.shape = {3, 5}, .dtype = DataType::FLOAT32, .memory_config = {}, .tile = {}};
  EXPECT_EQ(rows.device_bytes(), 60);
  EXPECT_EQ(tiled({0, 32}).device_bytes(), 0);
}

TEST(TensorSpec, RefusesBlockFloatsOutsideTiles) {
  TensorSpec spec = tiled({32, 32}, DataType::BFLOAT8_B);
  EXPECT_NO_THROW(spec.check("zeros"));
  spec.layout = Layout::ROW_MAJOR;
  try {
    spec.check("zeros");
    FAIL();
  } catch (const Error& error) {
    const std::string what = error.what();
    EXPECT_EQ(what.rfind("zeros: ", 0), 0u);
    EXPECT_NE(what.find("Layout must be Layout::TILE for bfloat8_b or bfloat4_b!"),
              std::string::npos);
  }
  EXPECT_THROW(tiled({2, -1}).check("zeros"), Error);
  EXPECT_THROW(tiled({2}, DataType::INVALID).check("zeros"), Error);
}

TEST(TensorSpec, EqualityLeavesOutThePadding) {
  TensorSpec a = tiled({2, 2}), b = a;
  b.pad_value = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(a, b);
  b.layout = Layout::ROW_MAJOR;
  EXPECT_FALSE(a == b);
}

TEST(TensorSpec, ShardsOverCores) {
  const CoreRange grid({0, 0}, {3, 1});
  const TensorSpec spec = tiled({1, 1, 256, 512});
  const auto shape = [](const TensorSpec& sharded) {
    const ShardSpec& shard = *sharded.memory_config.shard_spec;
    return Shape({shard.height, shard.width});
  };
  EXPECT_EQ(shape(spec.height_sharded(CoreRangeSet(grid))), Shape({32, 512}));
  EXPECT_EQ(shape(spec.width_sharded(CoreRangeSet(grid))), Shape({256, 64}));
  EXPECT_EQ(shape(spec.block_sharded(grid)), Shape({128, 128}));
  EXPECT_EQ(shape(spec.block_sharded(grid, ShardOrientation::COL_MAJOR)), Shape({64, 256}));
  const std::vector<int64_t> dims{-1};
  const TensorSpec nd = spec.sharded_across_dims(dims, CoreRangeSet(grid));
  EXPECT_EQ(nd.memory_config.nd_shard_spec->shard_shape, Shape({1, 1, 256, 32}));
  EXPECT_TRUE(nd.memory_config.created_with_nd_shard_spec);
  const TensorSpec except = spec.sharded_across_dims_except(dims, CoreRangeSet(grid));
  EXPECT_EQ(except.memory_config.nd_shard_spec->shard_shape, Shape({1, 1, 32, 512}));
}

TEST(Tile, HasTheSizesAndBytesOfCards) {
  EXPECT_EQ(Tile().bytes(DataType::BFLOAT8_B), 1088);
  EXPECT_EQ(Tile().bytes(DataType::BFLOAT4_B), 576);
  EXPECT_EQ(Tile().bytes(DataType::FLOAT32), 4096);
  EXPECT_EQ(Tile(16, 32).num_faces(), 2);
  EXPECT_EQ(Tile(4, 16).face_height(), 4);
  EXPECT_THROW(Tile(3, 32), Error);
}

}  // namespace
}  // namespace ttnn
