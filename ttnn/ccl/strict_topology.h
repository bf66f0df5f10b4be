#pragma once
// What collectives check of TT-NN's label where ttnn.CONFIG.strict_ccl_topology is set: that it
// does not contradict their arguments.
#include <atomic>
#include <vector>

#include "ttnn/mesh/groups.h"
#include "ttnn/tensor/tensor.h"

namespace ttnn {

inline std::atomic<bool> strict_ccl_topology{false};

// TT-NN's label along the axes of the groups that have more than one device.
inline std::vector<MeshPlacement> labels_along(const Groups& groups, const Tensor& input) {
  const MeshShape& mesh = input.label()->mesh();
  const TensorTopology& topology = *input.topology();
  std::vector<MeshPlacement> along;
  if (groups.size() == 1) return along;
  const bool is_on_mesh = topology.distribution_shape() == mesh;
  for (int axis = 0; axis < topology.distribution_shape().dims(); ++axis)
    if (topology.distribution_shape()[axis] > 1 &&
        (!is_on_mesh || !groups.axis() || axis == *groups.axis()))
      along.push_back(topology.placements()[static_cast<size_t>(axis)]);
  return along;
}

// Where strict: what is gathered along `dim` is labelled as cut along it.
inline void expect_labelled_as_cut(std::string_view op, const Groups& groups, const Tensor& input,
                                   int dim) {
  if (!strict_ccl_topology) return;
  const int rank = input.shape().rank();
  for (const MeshPlacement& placement : labels_along(groups, input)) {
    const auto* shard = std::get_if<PlacementShard>(&placement);
    const bool fits = shard && (shard->dim < 0 ? shard->dim + rank : shard->dim) == dim;
    expect(fits, op, ": the label of input_tensor ", input, ", ", *input.topology(),
           ", contradicts dim=", dim, ": it says ", placement,
           " along the gathered axis, and ttnn.CONFIG.strict_ccl_topology is set. Give the dim ",
           "and cluster_axis by which the tensor is sharded, or correct the label with ",
           "tensor.update_tensor_topology.");
  }
}

// Where strict: what is added up is not labelled as the same on all devices.
inline void expect_labelled_as_different(std::string_view op, const Groups& groups,
                                         const Tensor& input) {
  if (!strict_ccl_topology) return;
  for (const MeshPlacement& placement : labels_along(groups, input))
    expect(std::holds_alternative<PlacementShard>(placement), op, ": the label of input_tensor ",
           input, ", ", *input.topology(),
           ", says that the devices of a group hold the same: ", placement, ". Their sum would be ",
           groups.size(),
           " times the tensor, and ttnn.CONFIG.strict_ccl_topology is set. Give another ",
           "cluster_axis, or correct the label with tensor.update_tensor_topology.");
}

// Where strict: what is cut once more is labelled as the same on all devices.
inline void expect_labelled_as_same(std::string_view op, const Groups& groups,
                                    const Tensor& input) {
  if (!strict_ccl_topology) return;
  for (const MeshPlacement& placement : labels_along(groups, input))
    expect(std::holds_alternative<PlacementReplicate>(placement), op,
           ": the label of input_tensor ", input, ", ", *input.topology(),
           ", says that the devices of a group hold slices already: ", placement,
           ". Of each slice only a part would stay, and ttnn.CONFIG.strict_ccl_topology is set. ",
           "Give another cluster_axis, or correct the label with tensor.update_tensor_topology.");
}

}  // namespace ttnn
