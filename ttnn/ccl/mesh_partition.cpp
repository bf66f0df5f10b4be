#include "ttnn/ccl/mesh_partition.h"

#include "ttnn/ccl/collective.h"
#include "ttnn/ccl/strict_topology.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {

TensorSpec MeshPartition::infer(const CallOptions&) const {
  const Groups groups = groups_of(name, input, cluster_axis);
  expect_everywhere(name, input);
  TensorSpec spec = input.spec();
  const int at = normalized_dim(name, dim, spec.shape.rank());
  expect_divisible(name, input, at, groups);
  expect_labelled_as_same(name, groups, input);
  spec.shape.at(at) /= groups.size();
  return spec;
}

LabelPtr MeshPartition::label(std::span<const LabelPtr* const> inputs) const {
  const int at = normalized_dim(name, dim, input.shape().rank());
  return partitioned_label(*inputs[0], groups_of(name, input, cluster_axis), at);
}

TopologyPtr MeshPartition::topology(std::span<const TopologyPtr* const> inputs) const {
  const Groups groups = groups_of(name, input, cluster_axis);
  const int at = normalized_dim(name, dim, input.shape().rank());
  return with_placement(*inputs[0], input.label()->mesh(), groups.axis(), PlacementShard{at});
}

const Spread* MeshPartition::spread(const MeshDevice&) const {
  const Groups groups = groups_of(name, input, cluster_axis);
  const Spread* spread = input.buffers()->spread();
  return spread_by(spread->devices, [&](int device) -> std::vector<int> {
    return {spread->shard_of[static_cast<size_t>(device)], groups.index(device)};
  });
}

Moves MeshPartition::moves(int device) const {
  const Groups groups = groups_of(name, input, cluster_axis);
  const Shape& in = input.shape();
  const int at = normalized_dim(name, dim, in.rank());
  const Shape zero = Shape::filled(in.rank(), 0);
  Shape out = in, begin = zero;
  out.at(at) /= groups.size();
  begin.at(at) = groups.index(device) * out[at];
  return {{move_box(in, begin, out, zero, out)}, 0};
}

// Sizes that divide by the group's, on any mesh.
std::vector<MeshPartition> MeshPartition::samples(Sampler& s) {
  const int all = s.mesh()->num_devices(), rows = s.mesh()->shape()[0],
            columns = s.mesh()->shape()[-1];
  return {{s({3 * all}), 0, {}},         {s({1, 1, 32, 32 * all}), 3, {}},
          {s({2, all, 40}), 1, {}},      {s({5, 71 * rows}), -1, 0},
          {s({5, columns}), -1, 1},      {s({3 * columns, 33}), 0, -1},
          {s({2, 1, 1, 2 * all}), 3, {}}};
}

namespace ccl {

void register_mesh_partition(Registry& registry) { registry.add<MeshPartition>(); }

}  // namespace ccl
}  // namespace ttnn
