#include "ttnn/core/data_type.h"

#include <gtest/gtest.h>

#include "ttnn/core/error.h"
#include "ttnn/core/shape.h"

namespace ttnn {
namespace {

TEST(DataType, PrintsAsInTtnn) {
  EXPECT_EQ(text(DataType::BFLOAT16), "DataType::BFLOAT16");
  EXPECT_EQ(text(DataType::BFLOAT8_B), "DataType::BFLOAT8_B");
  EXPECT_EQ(text(Layout::TILE), "Layout::TILE");
  EXPECT_EQ(text(StorageType::HOST), "StorageType::HOST");
  EXPECT_EQ(name(DataType::UINT32), "UINT32");
}

TEST(DataType, KnowsItsBytes) {
  EXPECT_EQ(item_bytes(DataType::INT8), 1);
  EXPECT_EQ(item_bytes(DataType::BFLOAT16), 2);
  EXPECT_EQ(item_bytes(DataType::FLOAT32), 4);
  EXPECT_THROW(item_bytes(DataType::BFLOAT8_B), Error);
  EXPECT_THROW(item_bytes(DataType::INVALID), Error);
}

TEST(DataType, SeparatesFloats) {
  EXPECT_TRUE(is_floating(DataType::BFLOAT4_B));
  EXPECT_TRUE(is_floating(DataType::BFLOAT16));
  EXPECT_FALSE(is_floating(DataType::INT32));
  EXPECT_TRUE(is_block_float(DataType::BFLOAT8_B));
  EXPECT_FALSE(is_block_float(DataType::FLOAT32));
}

TEST(StorageBytes, CountsDenseElements) {
  EXPECT_EQ(storage_bytes(Shape({2, 3}), DataType::BFLOAT16), 12);
  EXPECT_EQ(storage_bytes(Shape(), DataType::FLOAT32), 4);
  EXPECT_EQ(storage_bytes(Shape({0, 3}), DataType::FLOAT32), 0);
}

TEST(StorageBytes, CountsGroupsOfBlockFloats) {
  EXPECT_EQ(storage_bytes(Shape({64, 64}), DataType::BFLOAT8_B), 64 * 4 * 17);
  EXPECT_EQ(storage_bytes(Shape({64, 64}), DataType::BFLOAT4_B), 64 * 4 * 9);
  EXPECT_EQ(storage_bytes(Shape({1, 17}), DataType::BFLOAT8_B), 64);  // 2 groups, 34 bytes
  EXPECT_EQ(storage_bytes(Shape(), DataType::BFLOAT8_B), 64);
  EXPECT_EQ(storage_bytes(Shape({3, 0}), DataType::BFLOAT8_B), 0);
}

}  // namespace
}  // namespace ttnn
