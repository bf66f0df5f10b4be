#include "ttnn/core/data_type.h"

#include <ostream>

#include "ttnn/core/block_float.h"
#include "ttnn/core/error.h"
#include "ttnn/core/shape.h"

namespace ttnn {

int item_bytes(DataType dtype) {
  switch (dtype) {
    case DataType::UINT8:
    case DataType::INT8:
    case DataType::FP8_E4M3:
      return 1;
    case DataType::BFLOAT16:
    case DataType::UINT16:
      return 2;
    case DataType::FLOAT32:
    case DataType::UINT32:
    case DataType::INT32:
      return 4;
    case DataType::BFLOAT8_B:
    case DataType::BFLOAT4_B:
    case DataType::INVALID:
      break;
  }
  fail("item_bytes: elements of ", dtype,
       " have no size of their own. Ask storage_bytes(shape, dtype).");
}

std::string_view name(DataType dtype) {
  switch (dtype) {
    case DataType::BFLOAT16:
      return "BFLOAT16";
    case DataType::FLOAT32:
      return "FLOAT32";
    case DataType::UINT32:
      return "UINT32";
    case DataType::BFLOAT8_B:
      return "BFLOAT8_B";
    case DataType::BFLOAT4_B:
      return "BFLOAT4_B";
    case DataType::UINT8:
      return "UINT8";
    case DataType::UINT16:
      return "UINT16";
    case DataType::INT32:
      return "INT32";
    case DataType::FP8_E4M3:
      return "FP8_E4M3";
    case DataType::INT8:
      return "INT8";
    case DataType::INVALID:
      break;
  }
  return "INVALID";
}

std::string_view name(Layout layout) {
  switch (layout) {
    case Layout::ROW_MAJOR:
      return "ROW_MAJOR";
    case Layout::TILE:
      return "TILE";
    case Layout::INVALID:
      break;
  }
  return "INVALID";
}

std::string_view name(StorageType storage) {
  return storage == StorageType::HOST ? "HOST" : "DEVICE";
}

std::ostream& operator<<(std::ostream& out, DataType dtype) {
  return out << "DataType::" << name(dtype);
}
std::ostream& operator<<(std::ostream& out, Layout layout) {
  return out << "Layout::" << name(layout);
}
std::ostream& operator<<(std::ostream& out, StorageType storage) {
  return out << "StorageType::" << name(storage);
}

int64_t storage_bytes(const Shape& shape, DataType dtype) {
  if (!is_block_float(dtype)) return shape.volume() * item_bytes(dtype);
  constexpr int64_t alignment = 64;
  const int64_t groups = shape.rows() * block_float_groups(shape.width());
  const int64_t bytes = groups * (block_float_mantissa_bytes(dtype) + 1);
  return (bytes + alignment - 1) / alignment * alignment;
}

}  // namespace ttnn
