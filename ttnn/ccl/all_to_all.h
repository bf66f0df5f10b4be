#pragma once
// all_to_all: a tensor cut along one dim becomes one cut along another.
#include "ttnn/runtime/moves.h"

namespace ttnn {

struct AllToAll {
  Tensor input;
  int64_t in_dim = 0, out_dim = 0;
  std::optional<int64_t> cluster_axis;

  static constexpr auto name = "experimental.all_to_all_async_generic";
  static constexpr auto doc =
      "Member j of a group gets the members' j-th slices along out_dim, joined along in_dim.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &AllToAll::input, "any rank, dtype and layout"),
      arg("in_dim", &AllToAll::in_dim, "the dim along which slices are joined").must(),
      arg("out_dim", &AllToAll::out_dim, "another dim, which is cut into a slice per member")
          .must(),
      kw("cluster_axis", &AllToAll::cluster_axis,
         "the mesh axis whose lines are the groups; None: one group of all devices, row-major"),
  };
  static constexpr bool across_devices = true;
  static constexpr auto traffic = Traffic::exchange;

  TensorSpec infer(const CallOptions&) const;
  LabelPtr label(std::span<const LabelPtr* const>) const;
  bool settles_terms() const;
  const Spread* spread(const MeshDevice&) const;
  Moves moves(int device) const;
  void reference(Task task) const { move_elements(moves(task.device()), task); }
  static std::vector<AllToAll> samples(Sampler&);
};
inline constexpr Call<AllToAll> all_to_all;

}  // namespace ttnn
