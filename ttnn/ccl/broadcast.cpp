#include "ttnn/ccl/broadcast.h"

#include <numeric>

#include "ttnn/ccl/collective.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {

std::vector<TensorSpec> AllBroadcast::infer(const CallOptions&) const {
  const Groups groups = groups_of(name, input, cluster_axis);
  expect_everywhere(name, input);
  return std::vector<TensorSpec>(static_cast<size_t>(groups.size()), input.spec());
}

// An entry is one of the slices that the axis cut: another axis's slices of the same dim do not
// follow each other in it.
LabelPtr AllBroadcast::label(std::span<const LabelPtr* const> inputs) const {
  const Groups groups = groups_of(name, input, cluster_axis);
  const Label& before = **inputs[0];
  const LabelPtr after = with_axis(*inputs[0], groups.axis(), Placement{});
  if (!groups.axis() || groups.size() == 1) return after;
  std::vector<int> dims(static_cast<size_t>(input.shape().rank()));
  std::iota(dims.begin(), dims.end(), 0);
  if (before.is_on_mesh_axes()) {
    const Placement cut = before.placements()[static_cast<size_t>(*groups.axis())];
    if (cut.kind != Placement::shard) return after;
    dims[static_cast<size_t>(cut.dim)] = -1;
  } else {
    std::fill(dims.begin(), dims.end(), -1);
  }
  return with_dims(after, dims);
}

TopologyPtr AllBroadcast::topology(std::span<const TopologyPtr* const> inputs) const {
  const Groups groups = groups_of(name, input, cluster_axis);
  return with_placement(*inputs[0], input.label()->mesh(), groups.axis(), PlacementReplicate{});
}

const Spread* AllBroadcast::spread(const MeshDevice&) const {
  return spread_of_results(groups_of(name, input, cluster_axis), input, MadeOf::members);
}

Moves AllBroadcast::moves(int device) const {
  const Groups groups = groups_of(name, input, cluster_axis);
  Moves moves;
  for (int i = 0; i < groups.size(); ++i) {
    StridedCopy copy = moves_in_order(input.volume()).copies[0];
    copy.output = i;
    copy.device = groups.member(device, i);
    moves.copies.push_back(copy);
  }
  return moves;
}

std::vector<AllBroadcast> AllBroadcast::samples(Sampler& s) {
  return {{s({7}), {}},     {s({1, 1, 32, 64}), {}},           {s({5, 568}), 0}, {s({2, 3, 40}), 1},
          {s({33, 1}), -1}, {s({1, 1, 1, 1, 2, 1, 3, 4}), {}}, {s({0, 3}), {}}};
}

TensorSpec Broadcast::infer(const CallOptions&) const {
  groups_of(name, input, cluster_axis);
  expect_everywhere(name, input);
  device_at(name, "sender_coord", input, sender_coord);
  return input.spec();
}

// Groups that keep their shards beside one that does not: no slices of anything, unless the
// members held the same before.
LabelPtr Broadcast::label(std::span<const LabelPtr* const> inputs) const {
  const Groups groups = groups_of(name, input, cluster_axis);
  const Label& before = **inputs[0];
  const MeshShape& mesh = before.mesh();
  if (groups.size() == 1) return *inputs[0];
  if (groups.size() == mesh.mesh_size()) return with_axis(*inputs[0], {}, Placement{});
  const bool are_replicas =
      before.is_on_mesh_axes() &&
      before.placements()[static_cast<size_t>(*groups.axis())].kind == Placement::replicate;
  return are_replicas ? *inputs[0] : Label::everywhere(mesh, {Placement::local});
}

TopologyPtr Broadcast::topology(std::span<const TopologyPtr* const> inputs) const {
  const Groups groups = groups_of(name, input, cluster_axis);
  return with_placement(*inputs[0], input.label()->mesh(), groups.axis(), PlacementReplicate{});
}

int Broadcast::source(int device) const {
  const Groups groups = groups_of(name, input, cluster_axis);
  const int sender = device_at(name, "sender_coord", input, sender_coord);
  const bool is_member = groups.member(device, 0) == groups.member(sender, 0);
  return is_member ? sender : device;
}

const Spread* Broadcast::spread(const MeshDevice&) const {
  const Spread* spread = input.buffers()->spread();
  return spread_by(spread->devices, [&](int device) -> std::vector<int> {
    return {spread->shard_of[static_cast<size_t>(source(device))]};
  });
}

Moves Broadcast::moves(int device) const {
  Moves moves = moves_in_order(input.volume());
  moves.copies[0].device = source(device);
  return moves;
}

std::vector<Broadcast> Broadcast::samples(Sampler& s) {
  const MeshShape& mesh = s.mesh()->shape();
  const MeshCoordinate first = MeshCoordinate::zero(mesh.dims()),
                       last = coordinate(mesh, mesh.mesh_size() - 1);
  return {{s({7}), first, {}},    {s({1, 1, 32, 64}), last, {}},
          {s({5, 568}), last, 0}, {s({2, 3, 40}), first, 1},
          {s({33, 1}), last, -1}, {s({1, 1, 1, 1, 2, 1, 3, 4}), first, {}},
          {s({0, 3}), first, {}}};
}

namespace ccl {

void register_broadcast(Registry& registry) {
  registry.add<AllBroadcast>();
  registry.add<Broadcast>();
}

}  // namespace ccl
}  // namespace ttnn
