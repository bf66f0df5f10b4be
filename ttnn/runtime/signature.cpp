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

}  // namespace ttnn
