#include "ttnn/runtime/signature.h"

namespace ttnn {
namespace {

// The ranges in any order: equal sets are equal whatever their order.
uint64_t hash_of(const CoreRangeSet& cores) {
  uint64_t sum = 0;
  for (const CoreRange& range : cores.ranges()) {
    uint64_t hash = 0;
    for (int64_t at : {range.start.x, range.start.y, range.end.x, range.end.y})
      hash = mix(hash, static_cast<uint64_t>(at));
    sum += hash;
  }
  return sum;
}

}  // namespace

uint64_t hash_of(const ShardSpec& v) {
  return mix(mix(hash_of(v.grid), static_cast<uint64_t>(v.orientation)),
             mix(static_cast<uint64_t>(v.height), static_cast<uint64_t>(v.width)));
}

uint64_t hash_of(const NdShardSpec& v) {
  return mix(mix(hash_of(v.grid), static_cast<uint64_t>(v.orientation)),
             mix(hash_of(v.shard_shape), static_cast<uint64_t>(v.shard_distribution_strategy)));
}

bool is_alike(const MemoryConfig& a, const MemoryConfig& b) {
  return a == b && a.shard_spec == b.shard_spec && a.nd_shard_spec == b.nd_shard_spec &&
         a.created_with_nd_shard_spec == b.created_with_nd_shard_spec;
}

bool is_alike(const Tensor& a, const Tensor& b) {
  // Mostly they are the same object, as results have their inputs' labels.
  const auto are_equal = [](const auto& x, const auto& y) {
    return x == y || (x && y && *x == *y);
  };
  return a.spec() == b.spec() && is_alike(a.spec().memory_config, b.spec().memory_config) &&
         a.spec().pad_value == b.spec().pad_value && are_equal(a.label(), b.label()) &&
         are_equal(a.topology(), b.topology());
}

}  // namespace ttnn
