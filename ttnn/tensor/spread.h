#pragma once
// How the devices of a mesh map to a tensor's distinct shards: device d holds shard `shard_of[d]`.
// Identical shards are stored and computed once. Spreads are interned: equal ones are the same
// pointer.
#include <cstdint>
#include <vector>

namespace ttnn {

struct Spread {
  static constexpr uint16_t none = 0xffff;  // the device holds no shard

  int devices = 0;
  int distinct = 0;
  std::vector<uint16_t> shard_of;   // per device
  std::vector<uint16_t> device_of;  // per distinct shard: the first device that holds it

  bool is_each() const { return distinct == devices; }       // every device has a shard of its own
  bool is_shared() const { return distinct == 1 && whole; }  // all devices hold the same shard
  bool whole = true;                                         // every device holds a shard

  static const Spread* each(int devices);
  static const Spread* shared(int devices);
  static const Spread* of(
      std::vector<uint16_t> shard_of);  // labels are renumbered by first appearance
  // The coarsest spread that tells apart what either of the two tells apart.
  static const Spread* meet(const Spread* a, const Spread* b);
};

}  // namespace ttnn
