#include "ttnn/mesh/physical_device.h"

namespace ttnn {

bool PhysicalDevice::try_reserve(int64_t bytes) {
  // Counters only: no other memory is published by them, so relaxed order is enough.
  int64_t now;
  if (capacity_bytes == 0) {
    now = used_bytes.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  } else {
    int64_t before = used_bytes.load(std::memory_order_relaxed);
    do {
      if (bytes > capacity_bytes - before) return false;
    } while (!used_bytes.compare_exchange_weak(before, before + bytes, std::memory_order_relaxed));
    now = before + bytes;
  }
  int64_t peak = peak_bytes.load(std::memory_order_relaxed);
  while (peak < now && !peak_bytes.compare_exchange_weak(peak, now, std::memory_order_relaxed)) {
  }
  return true;
}

}  // namespace ttnn
