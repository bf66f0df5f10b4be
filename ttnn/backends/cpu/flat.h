#pragma once
// Cutting the elements of all shards into runs: shards that lie one behind the other in every
// operand are one run.
#include <algorithm>

#include "ttnn/runtime/command.h"

namespace ttnn::cpu {

inline constexpr int64_t flat_grain = int64_t{1}
                                      << 16;  // elements per task: some 10 us of memory traffic

// Whether operand `in` steps through its bytes exactly as the results do: element i of all shards
// is element i of it.
inline bool follows(const Launch& launch, const ttnn::Operand& operand) {
  return operand.is_slab() && operand.spread == launch.spread &&
         !is_block_float(operand.spec.dtype);
}

inline bool is_flat(const Launch& launch) {
  for (const ttnn::Operand& operand : launch.in)
    if (!follows(launch, operand)) return false;
  for (const ttnn::Operand& operand : launch.out)
    if (!follows(launch, operand)) return false;
  return true;
}

// Calls use(device, first element within the shard, count) for the elements [begin, end) of all
// shards.
template <class Use>
void each_run(const Launch& launch, int64_t per_shard, int64_t begin, int64_t end, Use&& use) {
  if (is_flat(launch)) return use(launch.device_of(0), begin, end - begin);
  while (begin < end) {
    const int64_t shard = begin / per_shard, within = begin % per_shard;
    const int64_t n = std::min(end - begin, per_shard - within);
    use(launch.device_of(static_cast<int>(shard)), within, n);
    begin += n;
  }
}

}  // namespace ttnn::cpu
