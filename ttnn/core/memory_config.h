#pragma once
// Where a program asks a tensor to lie. CPU devices have one kind of memory: the request is kept
// and reported, and does not change where bytes are.
#include <memory>
#include <string_view>

#include "ttnn/core/core_range.h"
#include "ttnn/core/shape.h"

namespace ttnn {

enum class BufferType { DRAM = 0, L1 = 1, SYSTEM_MEMORY = 2, L1_SMALL = 3, TRACE = 4 };
enum class TensorMemoryLayout {
  INTERLEAVED = 0,
  HEIGHT_SHARDED = 2,
  WIDTH_SHARDED = 3,
  BLOCK_SHARDED = 4,
  ND_SHARDED = 5,
};
enum class ShardOrientation { ROW_MAJOR = 0, COL_MAJOR = 1 };
enum class ShardDistributionStrategy { ROUND_ROBIN_1D = 0, GRID_2D = 1, CONTIGUOUS_1D = 2 };
enum class ShardShapeAlignment { NONE = 0, REQUIRED = 1, RECOMMENDED = 2 };

std::string_view name(BufferType);
std::string_view name(TensorMemoryLayout);
std::string_view name(ShardOrientation);
std::string_view name(ShardDistributionStrategy);

// One 2-D shard per core: the tensor seen as rows() x width().
struct ShardSpec {
  CoreRangeSet grid;
  int64_t height = 0, width = 0;
  ShardOrientation orientation = ShardOrientation::ROW_MAJOR;
  bool operator==(const ShardSpec&) const = default;
};

struct NdShardSpec {
  Shape shard_shape;
  CoreRangeSet grid;
  ShardOrientation orientation = ShardOrientation::ROW_MAJOR;
  ShardDistributionStrategy shard_distribution_strategy = ShardDistributionStrategy::ROUND_ROBIN_1D;
  bool operator==(const NdShardSpec&) const = default;
};

// Shard specs are shared and immutable, so that the usual copy costs two null pointers.
struct MemoryConfig {
  TensorMemoryLayout memory_layout = TensorMemoryLayout::INTERLEAVED;
  BufferType buffer_type = BufferType::DRAM;
  std::shared_ptr<const ShardSpec> shard_spec;
  std::shared_ptr<const NdShardSpec> nd_shard_spec;
  bool created_with_nd_shard_spec = false;

  bool is_sharded() const { return memory_layout != TensorMemoryLayout::INTERLEAVED; }
  bool operator==(const MemoryConfig&) const;  // by what the specs say
};

std::ostream& operator<<(std::ostream&, BufferType);          // BufferType::DRAM
std::ostream& operator<<(std::ostream&, TensorMemoryLayout);  // TensorMemoryLayout::INTERLEAVED
std::ostream& operator<<(std::ostream&, ShardOrientation);
std::ostream& operator<<(std::ostream&, ShardDistributionStrategy);
std::ostream& operator<<(std::ostream&, const ShardSpec&);
std::ostream& operator<<(std::ostream&, const NdShardSpec&);
std::ostream& operator<<(std::ostream&, const MemoryConfig&);

}  // namespace ttnn
