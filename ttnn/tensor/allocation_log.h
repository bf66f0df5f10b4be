#pragma once
// Which device tensors were allocated since a moment, and by which lines of the program. Noted
// while someone wants to know: cards may place such a tensor where a captured trace writes.
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ttnn/core/source_line.h"

namespace ttnn {

class MeshDevice;

struct Allocation {
  uint64_t id = 0;  // of the Buffers; ids grow
  int mesh_id = 0;
  std::vector<int> device_ids;
  int64_t bytes = 0;  // on each device
  std::string buffer_type;
  SourceLine source;
};

class AllocationLog {
 public:
  // As long as one exists, allocations are noted.
  class Use {
   public:
    Use() { users_.fetch_add(1); }
    ~Use();
    Use(const Use&) = delete;
  };
  static bool is_in_use() { return users_.load(std::memory_order_relaxed) > 0; }
  static void note(uint64_t id, const MeshDevice&, int64_t bytes, std::string_view buffer_type);
  static void forget(uint64_t id);
  // Those that exist now and were allocated after `id`, oldest first.
  static std::vector<Allocation> since(uint64_t id);

 private:
  static inline std::atomic<int> users_{0};
};

}  // namespace ttnn
