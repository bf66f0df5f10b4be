#include "ttnn/core/memory_config.h"

#include <ostream>

namespace ttnn {

namespace {

template <class T>
bool same(const std::shared_ptr<const T>& a, const std::shared_ptr<const T>& b) {
  return a == b || (a && b && *a == *b);
}

template <class T>
void print(std::ostream& out, const std::shared_ptr<const T>& value) {
  if (value)
    out << *value;
  else
    out << "std::nullopt";
}

}  // namespace

std::string_view name(BufferType type) {
  switch (type) {
    case BufferType::DRAM:
      return "DRAM";
    case BufferType::L1:
      return "L1";
    case BufferType::SYSTEM_MEMORY:
      return "SYSTEM_MEMORY";
    case BufferType::L1_SMALL:
      return "L1_SMALL";
    case BufferType::TRACE:
      break;
  }
  return "TRACE";
}

std::string_view name(TensorMemoryLayout layout) {
  switch (layout) {
    case TensorMemoryLayout::INTERLEAVED:
      return "INTERLEAVED";
    case TensorMemoryLayout::HEIGHT_SHARDED:
      return "HEIGHT_SHARDED";
    case TensorMemoryLayout::WIDTH_SHARDED:
      return "WIDTH_SHARDED";
    case TensorMemoryLayout::BLOCK_SHARDED:
      return "BLOCK_SHARDED";
    case TensorMemoryLayout::ND_SHARDED:
      break;
  }
  return "ND_SHARDED";
}

std::string_view name(ShardOrientation orientation) {
  return orientation == ShardOrientation::ROW_MAJOR ? "ROW_MAJOR" : "COL_MAJOR";
}

std::string_view name(ShardDistributionStrategy strategy) {
  switch (strategy) {
    case ShardDistributionStrategy::ROUND_ROBIN_1D:
      return "ROUND_ROBIN_1D";
    case ShardDistributionStrategy::GRID_2D:
      return "GRID_2D";
    case ShardDistributionStrategy::CONTIGUOUS_1D:
      break;
  }
  return "CONTIGUOUS_1D";
}

bool MemoryConfig::operator==(const MemoryConfig& other) const {
  return memory_layout == other.memory_layout && buffer_type == other.buffer_type &&
         same(shard_spec, other.shard_spec) && same(nd_shard_spec, other.nd_shard_spec);
}

std::ostream& operator<<(std::ostream& out, BufferType type) {
  return out << "BufferType::" << name(type);
}
std::ostream& operator<<(std::ostream& out, TensorMemoryLayout layout) {
  return out << "TensorMemoryLayout::" << name(layout);
}
std::ostream& operator<<(std::ostream& out, ShardOrientation orientation) {
  return out << "ShardOrientation::" << name(orientation);
}
std::ostream& operator<<(std::ostream& out, ShardDistributionStrategy strategy) {
  return out << "ShardDistributionStrategy::" << name(strategy);
}

std::ostream& operator<<(std::ostream& out, const ShardSpec& spec) {
  return out << "ShardSpec(grid=" << spec.grid << ",shape={" << spec.height << ", " << spec.width
             << "},orientation=" << spec.orientation << ")";
}

std::ostream& operator<<(std::ostream& out, const NdShardSpec& spec) {
  return out << "NdShardSpec(shard_shape=" << spec.shard_shape << ",grid=" << spec.grid
             << ",orientation=" << spec.orientation
             << ",shard_distribution_strategy=" << spec.shard_distribution_strategy << ")";
}

std::ostream& operator<<(std::ostream& out, const MemoryConfig& config) {
  out << "MemoryConfig(memory_layout=" << config.memory_layout
      << ",buffer_type=" << config.buffer_type << ",shard_spec=";
  print(out, config.shard_spec);
  out << ",nd_shard_spec=";
  print(out, config.nd_shard_spec);
  return out << ",created_with_nd_shard_spec=" << int{config.created_with_nd_shard_spec} << ")";
}

}  // namespace ttnn
