#include "ttnn/tensor/composer.h"

#include <algorithm>
#include <ostream>

#include "ttnn/core/error.h"
#include "ttnn/mesh/mesh_device.h"

namespace ttnn {
namespace {

std::string list(const std::vector<int>& dims) {
  std::string out = "[";
  for (int dim : dims) out += (out.size() > 1 ? ", " : "") + std::to_string(dim);
  return out + "]";
}

std::vector<int> normalised(const MeshComposer& composer, const Shape& shard_shape,
                            std::string_view op) {
  std::vector<int> dims = composer.config().dims;
  const int rank = shard_shape.rank();
  for (int& dim : dims) {
    if (dim < -rank || dim >= rank)
      fail(op, ": mesh_composer: Invalid dimension index; got dims: ", list(composer.config().dims),
           ", tensor dimension: ", rank, ". The shards have ", shard_shape, "; ",
           rank ? text("join them along one of the dims ", -rank, " to ", rank - 1, ".")
                : "read them one by one with ttnn.get_device_tensors(tensor).");
    if (dim < 0) dim += rank;
  }
  std::vector<int> sorted = dims;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
    fail(op, ": mesh_composer: dims must be unique, but ", composer, " joins shards of ",
         shard_shape, " twice along one dim. Give an axis that replicates a spare dim and slice ",
         "afterwards, or join all shards with ConcatMeshToTensor.");
  return dims;
}

// Places shard i at the i-th position of `grid`, row-major; axis a joins along dims[a].
Composition join(const std::vector<int>& devices, const Shape& shard_shape, const MeshShape& grid,
                 const std::vector<int>& dims) {
  Composition plan{shard_shape, {}};
  for (int axis = 0; axis < grid.dims(); ++axis) plan.whole.at(dims[axis]) *= grid[axis];
  for (size_t i = 0; i < devices.size(); ++i) {
    const MeshCoordinate at = coordinate(grid, static_cast<int64_t>(i));
    Shape begin = Shape::filled(shard_shape.rank(), 0);
    for (int axis = 0; axis < grid.dims(); ++axis)
      begin.at(dims[axis]) = at[axis] * shard_shape[dims[axis]];
    plan.parts.push_back({devices[i], begin});
  }
  return plan;
}

constexpr std::string_view cannot_convert = ": Can't convert a tensor distributed on ";
constexpr std::string_view supply_a_composer =
    " mesh to row-major logical tensor. Supply a mesh composer to concatenate multi-device "
    "shards. ";
constexpr std::string_view ways_out =
    " Take one device's with ttnn.get_device_tensors(tensor)[0], or join all with "
    "mesh_composer=ttnn.ConcatMeshToTensor(mesh_device, dim=0).";

}  // namespace

MeshComposer::MeshComposer(const MeshShape& mesh, MeshComposerConfig config)
    : mesh_(mesh), shape_(config.mesh_shape_override.value_or(mesh)), config_(std::move(config)) {
  expect(shape_.mesh_size() > 0, "create_mesh_composer: the mesh shape ", shape_,
         " has no devices. Give every axis at least one.");
  expect(shape_.mesh_size() <= mesh.mesh_size(),
         "create_mesh_composer: The size of the supplied mesh shape ", shape_,
         " does not match the device shape size ", mesh, ": it needs ", shape_.mesh_size(),
         " devices and the mesh has ", mesh.mesh_size(),
         ". Supply a shape of at most that many, or none for the mesh's own.");
  expect(shape_.dims() == static_cast<int>(config_.dims.size()),
         "create_mesh_composer: The number of dimensions in the mesh shape ", shape_,
         " does not match the number of dims in the config ", config_, ": ", shape_.dims(), " and ",
         config_.dims.size(),
         ". Give the tensor dim to join along for each axis, or a mesh_shape_override with as many "
         "axes.");
  std::vector<int> sorted = config_.dims;
  std::sort(sorted.begin(), sorted.end());
  expect(std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end(),
         "create_mesh_composer: dims must be unique, but got ", config_,
         ". To read a tensor that an axis replicates, give that axis a spare dim and slice "
         "afterwards.");
}

MeshComposer MeshComposer::list(const MeshShape& mesh) {
  MeshComposer composer = concat_mesh_to_tensor_composer(mesh, 0);
  composer.is_list_ = true;
  return composer;
}

MeshComposer create_mesh_composer(const MeshShape& mesh, MeshComposerConfig config) {
  return {mesh, std::move(config)};
}
MeshComposer create_mesh_composer(const MeshDevice& mesh, MeshComposerConfig config) {
  return {mesh.shape(), std::move(config)};
}

MeshComposer concat_mesh_to_tensor_composer(const MeshShape& mesh, int dim) {
  return {mesh,
          {.dims = {dim},
           .mesh_shape_override = MeshShape({mesh.mesh_size()}),
           .mesh_offset_override = {}}};
}
MeshComposer concat_mesh_to_tensor_composer(const MeshDevice& mesh, int dim) {
  return concat_mesh_to_tensor_composer(mesh.shape(), dim);
}

Composition compose(const std::vector<int>& devices_with_data, const Shape& shard_shape,
                    const MeshComposer& composer, std::string_view op) {
  expect(!composer.is_list(), op,
         ": ListMeshToTensor joins nothing, it gives the list of shards. Only to_torch takes it; "
         "elsewhere use ttnn.get_device_tensors(tensor).");
  const int64_t count = static_cast<int64_t>(devices_with_data.size());
  if (count == 1)
    return {shard_shape, {{devices_with_data[0], Shape::filled(shard_shape.rank(), 0)}}};

  const bool is_line = composer.shape().dims() == 1;  // joins however many shards there are
  expect(is_line || count == composer.shape().mesh_size(), op,
         ": mesh_composer: ND composition requires the number of tensors ", count,
         " to match the mesh shape ", composer.shape(), ". The shards have ", shard_shape,
         "; give the composer a mesh_shape with ", count,
         " positions, or join all shards with ConcatMeshToTensor.");
  const std::vector<int> dims = normalised(composer, shard_shape, op);
  return join(devices_with_data, shard_shape, is_line ? MeshShape({count}) : composer.shape(),
              dims);
}

Composition compose_by_label(const Shape& shard_shape, const Label& label, std::string_view op) {
  for (const Placement::Kind kind : {Placement::partial, Placement::local})
    if (label.has(kind))
      fail(op, cannot_convert, label.mesh(), supply_a_composer, "Its shards of ", shard_shape,
           kind == Placement::partial ? " are terms of a sum" : " are no slices of one whole", ": ",
           label, ".", kind == Placement::partial ? " Sum them with ttnn.all_reduce first." : "",
           ways_out);

  const MeshShape& grid = label.distribution();
  Composition plan{shard_shape, {}};
  for (int axis = 0; axis < grid.dims(); ++axis)
    if (label.placements()[axis].kind == Placement::shard)
      plan.whole.at(label.placements()[axis].dim) *= grid[axis];
  for (int i = 0; i < label.num_devices(); ++i) {
    const MeshCoordinate at = coordinate(grid, i);
    Shape begin = Shape::filled(shard_shape.rank(), 0);
    bool is_first = true;  // among its replicas
    for (int axis = 0; axis < grid.dims(); ++axis) {
      const Placement& placement = label.placements()[axis];
      if (placement.kind != Placement::shard)
        is_first &= at[axis] == 0;
      else
        begin.at(placement.dim) = begin[placement.dim] * grid[axis] + at[axis];
    }
    if (!is_first) continue;
    for (int dim = 0; dim < shard_shape.rank(); ++dim) begin.at(dim) *= shard_shape[dim];
    plan.parts.push_back({label.device(i), begin});
  }
  return plan;
}

void refuse_without_composer(const Shape& shard_shape, const Label& label, std::string_view op) {
  fail(op, cannot_convert, label.mesh(), supply_a_composer, label.num_devices(),
       label.is_replicated() ? " devices each hold the same " : " devices hold shards of ",
       shard_shape, ": ", label, ".", ways_out);
}

std::ostream& operator<<(std::ostream& out, const MeshComposerConfig& config) {
  out << "MeshComposerConfig(dims: " << list(config.dims);
  if (config.mesh_shape_override) out << ", mesh_shape_override=" << *config.mesh_shape_override;
  return out << ")";
}

std::ostream& operator<<(std::ostream& out, const MeshComposer& composer) {
  if (composer.is_list()) return out << "MeshToTensor(" << composer.mesh() << ", list)";
  return out << "MeshToTensor(" << composer.mesh() << ", " << composer.config() << ")";
}

}  // namespace ttnn
