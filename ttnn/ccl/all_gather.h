#pragma once
// all_gather: every device of a group gets the group's shards joined along one dim.
#include "ttnn/runtime/moves.h"

namespace ttnn {

struct AllGather {
  Tensor input;
  int64_t dim = 0;
  std::optional<int64_t> cluster_axis;
  bool reversed = false;  // the last member's shard first

  static constexpr auto name = "all_gather";
  static constexpr auto doc =
      "The shards of a group's devices, joined along one dim in their order, on each of them.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &AllGather::input, "any rank, dtype and layout"),
      arg("dim", &AllGather::dim, "the dim along which shards are joined; may be negative").must(),
      kw("cluster_axis", &AllGather::cluster_axis,
         "the mesh axis whose lines are the groups; None: one group of all devices, row-major"),
  };
  static constexpr bool across_devices = true;
  static constexpr auto traffic = Traffic::gather;

  TensorSpec infer(const CallOptions&) const;
  LabelPtr label(std::span<const LabelPtr* const>) const;
  TopologyPtr topology(std::span<const TopologyPtr* const>) const;
  bool settles_terms() const;
  const Spread* spread(const MeshDevice&) const;
  Moves moves(int device) const;
  void reference(Task task) const { move_elements(moves(task.device()), task); }
  static std::vector<AllGather> samples(Sampler&);
};
inline constexpr Call<AllGather> all_gather;

}  // namespace ttnn
