#pragma once
// The number of a command queue, a type of its own so that it is not mistaken for a device id.
#include <cstdint>

namespace ttnn {

struct QueueId {
  uint8_t value = 0;
  auto operator<=>(const QueueId&) const = default;
};

}  // namespace ttnn
