#pragma once
// One device of the machine and what lives on it: the bytes that a card would hold (logical bytes),
// with a limit where the machine model has one. Meshes that share a device share its memory.
#include <atomic>
#include <cstdint>

#include "ttnn/mesh/mesh_shape.h"

namespace ttnn {

struct PhysicalDevice {
  int id = 0;
  int64_t capacity_bytes = 0;  // 0 = without limit
  MeshCoordinate coordinate;   // place on the machine
  std::atomic<int64_t> used_bytes{0};
  std::atomic<int64_t> peak_bytes{0};

  bool try_reserve(
      int64_t bytes);  // false, and nothing reserved, if the device would be over its limit
  void release(int64_t bytes) { used_bytes.fetch_sub(bytes, std::memory_order_relaxed); }
};

}  // namespace ttnn
