#pragma once
// mesh_partition: every device of a group keeps its slice of its own shard. Nothing travels; it
// undoes an all_gather.
#include "ttnn/runtime/moves.h"

namespace ttnn {

struct MeshPartition {
  Tensor input;
  int64_t dim = 0;
  std::optional<int64_t> cluster_axis;

  static constexpr auto name = "mesh_partition";
  static constexpr auto doc = "Member i of a group keeps slice i of its shard along one dim.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &MeshPartition::input, "any rank, dtype and layout"),
      arg("dim", &MeshPartition::dim,
          "the dim that is cut into a slice per device of a group; may be negative")
          .must(),
      arg("cluster_axis", &MeshPartition::cluster_axis,
          "the mesh axis whose lines are the groups; None: one group of all devices, row-major"),
  };
  static constexpr bool across_devices = true;

  TensorSpec infer(const CallOptions&) const;
  LabelPtr label(std::span<const LabelPtr* const>) const;
  TopologyPtr topology(std::span<const TopologyPtr* const>) const;
  const Spread* spread(const MeshDevice&) const;
  Moves moves(int device) const;
  void reference(Task task) const { move_elements(moves(task.device()), task); }
  static std::vector<MeshPartition> samples(Sampler&);
};
inline constexpr Call<MeshPartition> mesh_partition;

}  // namespace ttnn
