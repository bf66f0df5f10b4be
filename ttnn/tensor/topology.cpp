#include "ttnn/tensor/topology.h"

#include <algorithm>
#include <mutex>
#include <ostream>
#include <unordered_map>

#include "ttnn/core/error.h"

namespace ttnn {
namespace {

MeshShape line(int64_t devices) { return MeshShape({devices}); }

std::vector<MeshCoordinate> all_coordinates(const MeshShape& mesh) {
  const MeshCoordinateRange range(mesh);
  return {range.begin(), range.end()};
}

bool fits(const MeshShape& distribution, const MeshShape& mesh) {
  return distribution.dims() == mesh.dims() &&
         std::equal(distribution.begin(), distribution.end(), mesh.begin(), std::less_equal<>());
}

const PlacementShard* shard_of(const TensorTopology& topology, int axis) {
  if (axis >= topology.distribution_shape().dims()) return nullptr;
  return std::get_if<PlacementShard>(&topology.placements()[axis]);
}

MeshShape largest_shape(std::span<const TensorTopology* const> inputs) {
  MeshShape shape = inputs[0]->distribution_shape();
  for (const TensorTopology* input : inputs)
    if (input->distribution_shape().dims() > shape.dims()) shape = input->distribution_shape();
  for (const TensorTopology* input : inputs)
    for (int axis = 0; axis < input->distribution_shape().dims(); ++axis)
      shape = shape.with(axis, std::max(shape[axis], input->distribution_shape()[axis]));
  return shape;
}

MeshPlacement first_shard(std::span<const TensorTopology* const> inputs, int axis,
                          std::vector<int>& taken) {
  for (const TensorTopology* input : inputs) {
    const PlacementShard* shard = shard_of(*input, axis);
    if (!shard || std::find(taken.begin(), taken.end(), shard->dim) != taken.end()) continue;
    taken.push_back(shard->dim);
    return *shard;
  }
  return PlacementReplicate{};
}

TensorTopology merged(std::span<const TensorTopology* const> inputs) {
  const MeshShape shape = largest_shape(inputs);
  std::vector<int> taken;
  std::vector<MeshPlacement> placements;
  for (int axis = 0; axis < shape.dims(); ++axis)
    placements.push_back(first_shard(inputs, axis, taken));
  // The label may claim more shards than there are devices; its coordinates stay those of an input.
  const auto most = std::max_element(inputs.begin(), inputs.end(), [](auto* a, auto* b) {
    return a->mesh_coords().size() < b->mesh_coords().size();
  });
  return {shape, std::move(placements), (*most)->mesh_coords()};
}

}  // namespace

TensorTopology::TensorTopology(const MeshShape& distribution_shape,
                               std::vector<MeshPlacement> placements,
                               std::vector<MeshCoordinate> mesh_coords)
    : distribution_shape_(distribution_shape),
      placements_(std::move(placements)),
      mesh_coords_(std::move(mesh_coords)) {
  expect(static_cast<int>(placements_.size()) == distribution_shape_.dims(),
         "TensorTopology: distribution_shape ", distribution_shape_, " has ",
         distribution_shape_.dims(), " axes, but ", placements_.size(),
         " placements were given: ", placements_,
         ". Give one PlacementShard or PlacementReplicate for each axis.");
}

MeshCoordinate TensorTopology::get_neighbor(const MeshCoordinate& coord, int offset,
                                            int dim) const {
  const int dims = distribution_shape_.dims();
  expect_as<ErrorKind::index>(dim >= -dims && dim < dims, "get_neighbor: dim ", dim,
                              " is no axis of the distribution shape ", distribution_shape_,
                              ". Give one from ", -dims, " to ", dims - 1, ".");
  linear_index(distribution_shape_, coord);  // refuses a place outside
  const int axis = dim < 0 ? dim + dims : dim, size = distribution_shape_[axis];
  return coord.with(axis, ((coord[axis] + offset) % size + size) % size);
}

MeshCoordinate TensorTopology::get_device_coord(const MeshCoordinate& coord) const {
  const auto at = static_cast<size_t>(linear_index(distribution_shape_, coord));
  expect_as<ErrorKind::index>(at < mesh_coords_.size(), "get_device_coord: the distribution shape ",
                              distribution_shape_, " has ", distribution_shape_.mesh_size(),
                              " places, but only ", mesh_coords_.size(),
                              " devices hold a shard, none at ", coord, ".");
  return mesh_coords_[at];
}

MeshCoordinate TensorTopology::get_tensor_coord(const MeshCoordinate& device) const {
  const auto found = std::find(mesh_coords_.begin(), mesh_coords_.end(), device);
  expect_as<ErrorKind::index>(found != mesh_coords_.end(), "get_tensor_coord: ", device,
                              " holds no shard. The devices that do are mesh_coords().");
  return coordinate(distribution_shape_, found - mesh_coords_.begin());
}

bool TensorTopology::is_replicated() const {
  return std::none_of(placements_.begin(), placements_.end(), [](const MeshPlacement& placement) {
    return std::holds_alternative<PlacementShard>(placement);
  });
}

TopologyPtr replicated_topology(const MeshShape& mesh) {
  static std::mutex mutex;  // guards `known`
  static std::unordered_map<MeshShape, TopologyPtr> known;
  const std::lock_guard lock(mutex);
  TopologyPtr& topology = known[mesh];
  if (!topology)
    topology = std::make_shared<TensorTopology>(line(mesh.mesh_size()),
                                                std::vector<MeshPlacement>{PlacementReplicate{}},
                                                all_coordinates(mesh));
  return topology;
}

TopologyPtr single_topology(const MeshCoordinate& device) {
  return std::make_shared<TensorTopology>(line(1), std::vector<MeshPlacement>{PlacementReplicate{}},
                                          std::vector{device});
}

TopologyPtr sharded_topology(const MeshShape& mesh, int dim) {
  return std::make_shared<TensorTopology>(line(mesh.mesh_size()),
                                          std::vector<MeshPlacement>{PlacementShard{dim}},
                                          all_coordinates(mesh));
}

TopologyPtr output_topology(std::span<const TopologyPtr* const> inputs) {
  const TopologyPtr* only = nullptr;  // the one among the inputs that is not replicated
  bool several = false;
  for (const TopologyPtr* input : inputs) {
    if ((only && *input == *only) || (*input)->is_replicated()) continue;
    several |= only != nullptr;
    if (!only) only = input;
  }
  if (!only) return *inputs[0];
  if (!several) return *only;

  std::vector<const TensorTopology*> distributed;
  for (const TopologyPtr* input : inputs)
    if (!(*input)->is_replicated()) distributed.push_back(input->get());
  TensorTopology result = merged(distributed);
  for (const TopologyPtr* input : inputs)
    if (**input == result) return *input;
  return std::make_shared<TensorTopology>(std::move(result));
}

TopologyPtr gathered_topology(const TopologyPtr& topology, int dim, int rank) {
  std::vector<MeshPlacement> placements = topology->placements();
  for (MeshPlacement& placement : placements)
    if (const auto* shard = std::get_if<PlacementShard>(&placement))
      if ((shard->dim < 0 ? shard->dim + rank : shard->dim) == dim)
        placement = PlacementReplicate{};
  if (placements == topology->placements()) return topology;
  return std::make_shared<TensorTopology>(topology->distribution_shape(), std::move(placements),
                                          topology->mesh_coords());
}

TopologyPtr with_placement(const TopologyPtr& topology, const MeshShape& mesh,
                           std::optional<int> mesh_axis, MeshPlacement placement) {
  std::vector<MeshPlacement> placements = topology->placements();
  if (!mesh_axis || topology->distribution_shape() == mesh) {
    if (mesh_axis)
      placements[static_cast<size_t>(*mesh_axis)] = placement;
    else
      std::fill(placements.begin(), placements.end(), placement);
    return std::make_shared<TensorTopology>(topology->distribution_shape(), std::move(placements),
                                            topology->mesh_coords());
  }
  // Shards that were dealt row-major over the whole mesh are cut by every axis of it that has more
  // than one device.
  const MeshPlacement dealt = placements.size() == 1 ? placements[0] : PlacementReplicate{};
  placements.clear();
  for (int axis = 0; axis < mesh.dims(); ++axis)
    placements.push_back(mesh[axis] > 1 ? dealt : PlacementReplicate{});
  placements[static_cast<size_t>(*mesh_axis)] = placement;
  return std::make_shared<TensorTopology>(mesh, std::move(placements), all_coordinates(mesh));
}

std::vector<MeshCoordinate> compute_distribution_to_mesh_mapping(const MeshShape& distribution,
                                                                 const MeshShape& mesh) {
  expect(distribution.mesh_size() <= mesh.mesh_size(),
         "compute_distribution_to_mesh_mapping: ", distribution, " has ", distribution.mesh_size(),
         " shards, but ", mesh, " has only ", mesh.mesh_size(),
         " devices. Use a distribution shape that is not larger than the mesh.");
  if (fits(distribution, mesh)) return all_coordinates(distribution);
  std::vector<MeshCoordinate> mapping;
  for (int64_t i = 0; i < distribution.mesh_size(); ++i) mapping.push_back(coordinate(mesh, i));
  return mapping;
}

std::ostream& operator<<(std::ostream& out, const MeshPlacement& placement) {
  if (const auto* shard = std::get_if<PlacementShard>(&placement))
    return out << "PlacementShard(" << shard->dim << ")";
  return out << "PlacementReplicate()";
}

std::ostream& operator<<(std::ostream& out, const std::vector<MeshPlacement>& placements) {
  out << "[";
  for (const MeshPlacement& placement : placements)
    out << (&placement == placements.data() ? "" : ", ") << placement;
  return out << "]";
}

std::ostream& operator<<(std::ostream& out, const TensorTopology& topology) {
  out << "TensorTopology(distribution_shape=" << topology.distribution_shape()
      << ", placements=" << topology.placements() << ", mesh_coords=[";
  const auto& coords = topology.mesh_coords();
  for (const MeshCoordinate& coord : coords) out << (&coord == coords.data() ? "" : ", ") << coord;
  return out << "])";
}

}  // namespace ttnn
