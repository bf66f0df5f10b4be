#pragma once
// Element types of memory that comes from or goes to the user's arrays (torch, numpy) and that no
// device tensor has.
#include <cstdint>

namespace ttnn {

enum class HostType : uint8_t {
  boolean,
  int8,
  uint8,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  uint64,
  float16,
  bfloat16,
  float32,
  float64
};

constexpr int item_bytes(HostType type) {
  constexpr int bytes[] = {1, 1, 1, 2, 2, 4, 4, 8, 8, 2, 2, 4, 8};
  return bytes[static_cast<int>(type)];
}

}  // namespace ttnn
