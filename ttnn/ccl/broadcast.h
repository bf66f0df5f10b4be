#pragma once
// all_broadcast: every device of a group gets each member's shard, as a list of tensors.
// broadcast: the devices of one group get one member's shard.
#include "ttnn/runtime/moves.h"

namespace ttnn {

struct AllBroadcast {
  Tensor input;
  std::optional<int64_t> cluster_axis;

  static constexpr auto name = "all_broadcast";
  static constexpr auto doc =
      "A tensor per device of a group: entry i is member i's shard, on each of them.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &AllBroadcast::input, "any rank, dtype and layout"),
      kw("cluster_axis", &AllBroadcast::cluster_axis,
         "the mesh axis whose lines are the groups; None: one group of all devices, row-major"),
  };
  static constexpr bool across_devices = true;
  static constexpr auto traffic = Traffic::gather;

  std::vector<TensorSpec> infer(const CallOptions&) const;
  LabelPtr label(std::span<const LabelPtr* const>) const;
  TopologyPtr topology(std::span<const TopologyPtr* const>) const;
  bool settles_terms() const { return true; }  // each term by itself, to be summed by hand
  const Spread* spread(const MeshDevice&) const;
  Moves moves(int device) const;
  void reference(Task task) const { move_elements(moves(task.device()), task); }
  static std::vector<AllBroadcast> samples(Sampler&);
};
inline constexpr Call<AllBroadcast> all_broadcast;

struct Broadcast {
  Tensor input;
  MeshCoordinate sender_coord;
  std::optional<int64_t> cluster_axis;

  static constexpr auto name = "broadcast";
  static constexpr auto doc =
      "The sender's shard on all devices of its group; other groups keep their shards.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &Broadcast::input, "any rank, dtype and layout"),
      arg("sender_coord", &Broadcast::sender_coord, "the device whose shard is sent").must(),
      kw("cluster_axis", &Broadcast::cluster_axis,
         "the mesh axis of the sender's group; None: all devices of the mesh"),
  };
  static constexpr bool across_devices = true;
  static constexpr auto traffic = Traffic::broadcast;

  TensorSpec infer(const CallOptions&) const;
  LabelPtr label(std::span<const LabelPtr* const>) const;
  TopologyPtr topology(std::span<const TopologyPtr* const>) const;
  const Spread* spread(const MeshDevice&) const;
  Moves moves(int device) const;
  void reference(Task task) const { move_elements(moves(task.device()), task); }
  static std::vector<Broadcast> samples(Sampler&);

 private:
  int source(int device) const;  // whose shard it gets
};
inline constexpr Call<Broadcast> broadcast;

}  // namespace ttnn
