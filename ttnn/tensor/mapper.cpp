#include "ttnn/tensor/mapper.h"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <numeric>
#include <ostream>

#include "ttnn/core/error.h"
#include "ttnn/mesh/mesh_device.h"

namespace ttnn {
namespace {

// The object of equal value that was last made: what many tensors have in common then compares by
// pointer ever after.
template <class T>
std::shared_ptr<const T> one_object(T value) {
  struct Recent {
    std::mutex mutex;  // guards all below
    std::array<std::shared_ptr<const T>, 16> objects;
    size_t oldest = 0;
  };
  static auto& recent = *new Recent;
  const std::lock_guard lock(recent.mutex);
  for (const auto& one : recent.objects)
    if (one && *one == value) return one;
  auto& place = recent.objects[recent.oldest++ % recent.objects.size()];
  return place = std::make_shared<const T>(std::move(value));
}

bool is_origin(const MeshCoordinate& offset) {
  return std::all_of(offset.begin(), offset.end(), [](int i) { return i == 0; });
}

// Where the shards of `distribution` go, in its row-major order, as linear indices.
std::vector<int> devices_for(const MeshMapper& mapper, const MeshShape& distribution) {
  const MeshShape& mesh = mapper.mesh();
  const auto& offset = mapper.config().mesh_offset_override;
  std::vector<int> devices;
  for (MeshCoordinate at : compute_distribution_to_mesh_mapping(distribution, mesh)) {
    if (offset && !is_origin(*offset))
      for (int axis = 0; axis < mesh.dims(); ++axis) at = at.with(axis, at[axis] + (*offset)[axis]);
    devices.push_back(static_cast<int>(linear_index(mesh, at)));
  }
  return devices;
}

std::vector<MeshCoordinate> coordinates_of(const std::vector<int>& devices, const MeshShape& mesh) {
  std::vector<MeshCoordinate> coordinates;
  for (int device : devices) coordinates.push_back(coordinate(mesh, device));
  return coordinates;
}

void check_offset(const MeshShape& mesh, const MeshShape& distribution,
                  const MeshCoordinate& offset) {
  bool fits = offset.dims() == mesh.dims() && distribution.dims() == mesh.dims();
  for (int axis = 0; fits && axis < mesh.dims(); ++axis)
    fits = offset[axis] + distribution[axis] <= mesh[axis];
  expect(fits || is_origin(offset), "create_mesh_mapper: mesh_offset_override ", offset,
         " puts a block of ", distribution, " outside of the mesh ", mesh,
         ". Offset and block need the mesh's number of axes and must fit together on each.");
}

// What each axis of a distribution does to one tensor.
struct AxisCut {
  int dim = -1;       // normalised; -1: replicates
  int64_t size = 0;   // of one chunk
  int64_t count = 1;  // of chunks
};

// "from_torch: mesh_mapper on Shape([5, 4]): "
std::string opening(std::string_view op, const Shape& whole) {
  return text(op, ": mesh_mapper on ", whole, ": ");
}

std::vector<int> sharded_dims(const MeshMapperConfig& config) {
  std::vector<int> dims;
  for (const MeshPlacement& placement : config.placements)
    if (const auto* shard = std::get_if<PlacementShard>(&placement)) dims.push_back(shard->dim);
  return dims;
}

void check_dims(const Shape& whole, const MeshMapper& mapper, std::string_view op) {
  std::vector<int> dims = sharded_dims(mapper.config());
  const int rank = whole.rank();
  for (int& dim : dims) {
    if (dim < -rank || dim >= rank)
      fail(opening(op, whole), "Invalid dimension index; got dims: [", dim,
           "], tensor dimension: ", rank, ". ", mapper, " shards a dim that this tensor lacks. ",
           rank ? text("Shard one of the dims ", -rank, " to ", rank - 1, ".")
                : "Replicate a tensor without dims.");
    if (dim < 0) dim += rank;
  }
  std::sort(dims.begin(), dims.end());
  const auto twice = std::adjacent_find(dims.begin(), dims.end());
  if (twice != dims.end())
    fail(opening(op, whole), "dims must be unique, but ", mapper, " shards dim ", *twice,
         " along two axes. Shard it over all devices with ShardTensorToMesh(mesh, dim=", *twice,
         "), or let one axis replicate.");
}

AxisCut cut(const Shape& whole, const MeshPlacement& placement, int devices) {
  const auto* shard = std::get_if<PlacementShard>(&placement);
  if (!shard) return {};
  const int dim = shard->dim < 0 ? shard->dim + whole.rank() : shard->dim;
  const int64_t chunk = (whole[dim] + devices - 1) / devices;
  return {dim, chunk, chunk ? (whole[dim] + chunk - 1) / chunk : 0};
}

// Every chunk of every shard must have one size; only a line of devices may stay partly empty.
void check_cut(const Shape& whole, const AxisCut& axis, int devices, const MeshMapper& mapper,
               std::string_view op) {
  const int64_t size = whole[axis.dim], fitting = std::max<int64_t>(axis.size, 1) * devices;
  const auto way_out = [&] {
    return text("Pad dim ", axis.dim, " to ", fitting, ", or replicate the tensor.");
  };
  if (axis.count == 0)
    fail(opening(op, whole), "No shards were produced: dim ", axis.dim,
         " is empty, so there is nothing to deal to ", devices, " devices of ", mapper.mesh(), ". ",
         way_out());
  if (mapper.distribution_shape().dims() > 1 && axis.count != devices)
    fail(opening(op, whole), "ND sharding requires the number of chunks ", axis.count,
         " to match the mesh dimension size ", devices, ": dim ", axis.dim, " of size ", size,
         " gives chunks of ", axis.size, " on ", mapper.distribution_shape(), ". ", way_out());
  if (size % axis.size)
    fail(opening(op, whole), "Shard shape mismatch: expected ", whole.with(axis.dim, axis.size),
         " but got ", whole.with(axis.dim, size % axis.size), ": dim ", axis.dim, " of size ", size,
         " is cut into chunks of ", axis.size, " for ", devices, " devices of ", mapper.mesh(),
         " and leaves a smaller one, but all shards have one shape. ", way_out());
}

std::vector<AxisCut> cuts(const Shape& whole, const MeshMapper& mapper, std::string_view op) {
  check_dims(whole, mapper, op);
  std::vector<AxisCut> axes;
  for (int i = 0; i < mapper.distribution_shape().dims(); ++i) {
    const int devices = mapper.distribution_shape()[i];
    axes.push_back(cut(whole, mapper.config().placements[i], devices));
    if (axes[i].dim >= 0) check_cut(whole, axes[i], devices, mapper, op);
  }
  return axes;
}

// The shape of the distribution as it turned out: a line may end early.
MeshShape used_shape(const MeshMapper& mapper, const std::vector<AxisCut>& axes) {
  if (axes.size() > 1 || axes[0].dim < 0) return mapper.distribution_shape();
  return MeshShape({axes[0].count});
}

struct Labels {
  std::vector<MeshPlacement> placements;
  std::vector<Placement> truth;
};

Labels labels_of(const std::vector<AxisCut>& axes) {
  Labels labels;
  for (const AxisCut& axis : axes) {
    if (axis.dim < 0)
      labels.placements.push_back(PlacementReplicate{}), labels.truth.push_back({});
    else
      labels.placements.push_back(PlacementShard{axis.dim}),
          labels.truth.push_back({Placement::shard, axis.dim});
  }
  return labels;
}

// Chunks are numbered row-major over the axes that cut; axes that replicate do not count.
void deal(Distribution& plan, const Shape& whole, const std::vector<AxisCut>& axes,
          const MeshShape& distribution, const std::vector<int>& devices) {
  for (size_t i = 0; i < devices.size(); ++i) {
    const MeshCoordinate at = coordinate(distribution, static_cast<int64_t>(i));
    Chunk chunk{Shape::filled(whole.rank(), 0), plan.shard_shape};
    int64_t number = 0;
    for (size_t axis = 0; axis < axes.size(); ++axis) {
      if (axes[axis].dim < 0) continue;
      number = number * axes[axis].count + at[static_cast<int>(axis)];
      chunk.begin.at(axes[axis].dim) = at[static_cast<int>(axis)] * axes[axis].size;
    }
    if (number == static_cast<int64_t>(plan.chunks.size())) plan.chunks.push_back(chunk);
    plan.chunk_of_device[devices[i]] = static_cast<int>(number);
  }
}

}  // namespace

MeshMapper::MeshMapper(const MeshShape& mesh, MeshMapperConfig config)
    : mesh_(mesh),
      distribution_shape_(config.mesh_shape_override.value_or(mesh)),
      config_(std::move(config)) {
  const MeshShape& shape = distribution_shape_;
  expect(shape.mesh_size() > 0, "create_mesh_mapper: the mesh shape ", shape,
         " has no devices. Give every axis at least one.");
  expect(shape.mesh_size() <= mesh.mesh_size(),
         "create_mesh_mapper: The size of the supplied mesh shape ", shape,
         " does not match the device shape size ", mesh, ": it needs ", shape.mesh_size(),
         " devices and the mesh has ", mesh.mesh_size(),
         ". Supply a shape of at most that many, or none for the mesh's own.");
  expect(shape.dims() == static_cast<int>(config_.placements.size()),
         "create_mesh_mapper: The number of dimensions in the mesh shape ", shape,
         " does not match the number of placements in the config ", config_, ": ", shape.dims(),
         " and ", config_.placements.size(),
         ". Give one PlacementShard(dim) or PlacementReplicate() for each axis, or a "
         "mesh_shape_override with as many axes.");
  if (config_.mesh_offset_override) check_offset(mesh, shape, *config_.mesh_offset_override);
}

void MeshMapper::check_mesh(const MeshShape& mesh, std::string_view op) const {
  expect(mesh == mesh_, op, ": mesh_mapper was made for a mesh of ", mesh_,
         ", but the tensor goes to a mesh of ", mesh,
         ". Make the mapper from the mesh that the tensor goes to.");
}

MeshMapper create_mesh_mapper(const MeshShape& mesh, MeshMapperConfig config) {
  return {mesh, std::move(config)};
}
MeshMapper create_mesh_mapper(const MeshDevice& mesh, MeshMapperConfig config) {
  return {mesh.shape(), std::move(config)};
}

MeshMapper shard_tensor_to_mesh_mapper(const MeshShape& mesh, int dim) {
  return {mesh,
          {.placements = {PlacementShard{dim}},
           .mesh_shape_override = MeshShape({mesh.mesh_size()}),
           .mesh_offset_override = {}}};
}
MeshMapper shard_tensor_to_mesh_mapper(const MeshDevice& mesh, int dim) {
  return shard_tensor_to_mesh_mapper(mesh.shape(), dim);
}

MeshMapper replicate_tensor_to_mesh_mapper(const MeshShape& mesh) {
  return {mesh,
          {.placements = {PlacementReplicate{}},
           .mesh_shape_override = MeshShape({mesh.mesh_size()}),
           .mesh_offset_override = {}}};
}
MeshMapper replicate_tensor_to_mesh_mapper(const MeshDevice& mesh) {
  return replicate_tensor_to_mesh_mapper(mesh.shape());
}

Distribution distribute(const Shape& whole, const MeshMapper& mapper, std::string_view op) {
  const std::vector<AxisCut> axes = cuts(whole, mapper, op);
  const MeshShape distribution = used_shape(mapper, axes);
  const std::vector<int> devices = devices_for(mapper, distribution);
  Labels labels = labels_of(axes);

  Distribution plan;
  plan.shard_shape = whole;
  for (const AxisCut& axis : axes)
    if (axis.dim >= 0) plan.shard_shape.at(axis.dim) = axis.size;
  plan.chunk_of_device.assign(static_cast<size_t>(mapper.mesh().mesh_size()), -1);
  deal(plan, whole, axes, distribution, devices);
  plan.topology = one_object(TensorTopology(distribution, std::move(labels.placements),
                                            coordinates_of(devices, mapper.mesh())));
  plan.label = one_object(Label(mapper.mesh(), distribution, std::move(labels.truth), devices));
  return plan;
}

Distribution replicate(const Shape& whole, const MeshShape& mesh) {
  return {.shard_shape = whole,
          .chunks = {{Shape::filled(whole.rank(), 0), whole}},
          .chunk_of_device = std::vector<int>(static_cast<size_t>(mesh.mesh_size()), 0),
          .topology = replicated_topology(mesh),
          .label = Label::replicated(mesh)};
}

std::ostream& operator<<(std::ostream& out, const MeshMapperConfig& config) {
  out << "MeshMapperConfig(placements: " << config.placements;
  if (config.mesh_shape_override) out << ", mesh_shape_override=" << *config.mesh_shape_override;
  if (config.mesh_offset_override && !is_origin(*config.mesh_offset_override))
    out << ", mesh_offset_override=" << *config.mesh_offset_override;
  return out << ")";
}

std::ostream& operator<<(std::ostream& out, const MeshMapper& mapper) {
  return out << "TensorToMesh(" << mapper.mesh() << ", " << mapper.config() << ")";
}

}  // namespace ttnn
