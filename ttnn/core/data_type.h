#pragma once
// What one element is, and whether a tensor promises tile semantics. Numbers are TT-NN's.
#include <cstdint>
#include <iosfwd>
#include <string_view>

namespace ttnn {

class Shape;

enum class DataType {
  BFLOAT16 = 0,
  FLOAT32 = 1,
  UINT32 = 2,
  BFLOAT8_B = 3,
  BFLOAT4_B = 4,
  UINT8 = 5,
  UINT16 = 6,
  INT32 = 7,
  FP8_E4M3 = 8,
  INT8 = 9,
  INVALID = 10,
};

enum class Layout { ROW_MAJOR = 0, TILE = 1, INVALID = 2 };

enum class StorageType { HOST = 0, DEVICE = 1 };

constexpr bool is_block_float(DataType dtype) {
  return dtype == DataType::BFLOAT8_B || dtype == DataType::BFLOAT4_B;
}
constexpr bool is_floating(DataType dtype) {
  return dtype == DataType::BFLOAT16 || dtype == DataType::FLOAT32 || is_block_float(dtype) ||
         dtype == DataType::FP8_E4M3;
}

// Bytes of one element; an Error for block floats, which share exponents.
int item_bytes(DataType);

std::string_view name(DataType);  // "BFLOAT16"
std::string_view name(Layout);    // "TILE"
std::string_view name(StorageType);
std::ostream& operator<<(std::ostream&, DataType);  // DataType::BFLOAT16
std::ostream& operator<<(std::ostream&, Layout);    // Layout::TILE
std::ostream& operator<<(std::ostream&, StorageType);

// Bytes of one dense shard in our storage: rows of elements, or rows of block floats
// (block_float.h).
int64_t storage_bytes(const Shape&, DataType);

}  // namespace ttnn
