#include "ttnn/mesh/mesh_device_view.h"

#include <algorithm>

#include "ttnn/core/error.h"
#include "ttnn/mesh/grid_devices.h"
#include "ttnn/mesh/line_path.h"

namespace ttnn {
namespace {

struct Block {
  MeshCoordinate first;
  MeshShape shape;
};

// The smallest block of the machine that holds the devices.
Block block_around(const std::vector<int>& ids, const MeshShape& system) {
  MeshCoordinate first = coordinate(system, ids[0]), last = first;
  for (int id : ids) {
    const MeshCoordinate at = coordinate(system, id);
    for (int i = 0; i < system.dims(); ++i) {
      first = first.with(i, std::min(first[i], at[i]));
      last = last.with(i, std::max(last[i], at[i]));
    }
  }
  return {first, MeshCoordinateRange(first, last).shape()};
}

int two_dims(const MeshShape& shape, int axis, std::string_view name) {
  expect(shape.dims() == 2, "MeshDeviceView.", name, ": ", shape, " has ", shape.dims(),
         " dimensions, and only a grid of two has rows and columns. Use shape().");
  return shape[axis];
}

}  // namespace

int MeshDeviceView::num_rows() const { return two_dims(shape_, 0, "num_rows"); }
int MeshDeviceView::num_cols() const { return two_dims(shape_, 1, "num_cols"); }

int MeshDeviceView::device_id(const MeshCoordinate& at) const {
  return ids_[static_cast<size_t>(linear_index(shape_, at))];
}

MeshCoordinate MeshDeviceView::find_device(int physical_id) const {
  const auto found = std::find(ids_.begin(), ids_.end(), physical_id);
  if (found == ids_.end())
    fail("MeshDeviceView.find_device: Device not found in mesh: ", physical_id,
         " is no device of this ", shape_, ". Its devices are those of get_device_ids().");
  return coordinate(shape_, found - ids_.begin());
}

std::vector<MeshCoordinate> MeshDeviceView::line() const {
  if (shape_.is_line()) {
    const MeshCoordinateRange all(shape_);
    return {all.begin(), all.end()};
  }
  const auto path = line_path(shape_, MeshCoordinate::zero(shape_.dims()), shape_.mesh_size());
  if (!path)
    fail("MeshDeviceView: no connected path through all devices of ", shape_,
         " was found. Use a part of the mesh: mesh_device.create_submesh.");
  return *path;
}

std::vector<MeshCoordinate> MeshDeviceView::ring() const {
  std::vector<MeshCoordinate> path = line();
  if (path.size() > 2 && !are_neighbours(path.front(), path.back()))
    fail("MeshDeviceView.get_ring_coordinates: no ring goes through all devices of ", shape_,
         ". Use get_line_coordinates(), or an even number of rows or columns.");
  return path;
}

MeshDeviceView reshaped(const MeshDeviceView& view, const MeshShape& shape,
                        const MachineModel& model) {
  constexpr std::string_view op = "MeshDevice.reshape";
  expect(shape.mesh_size() == view.num_devices(), op,
         ": New shape must have the same number of devices as current shape, but ", shape, " has ",
         shape.mesh_size(), " and ", view.shape(), " has ", view.num_devices(),
         ". Use mesh_device.create_submesh for a part of the devices.");
  if (shape.is_line()) {
    std::vector<int> ids;
    for (const MeshCoordinate& at : view.line()) ids.push_back(view.device_id(at));
    return {shape, std::move(ids)};
  }
  const Block block = block_around(view.device_ids(), model.shape);
  const bool is_full = block.shape.mesh_size() == view.num_devices();
  const auto ids = is_full && shape.dims() == block.shape.dims()
                       ? grid_devices(model.shape, block.first, block.shape, shape)
                       : std::nullopt;
  if (!ids)
    fail(op, ": from ", view.shape(), " to ", shape,
         ": not possible to form a physically connected mesh grid of the same devices, which ",
         is_full ? "are the block " : "lie scattered in the block ", block.shape,
         " of the system mesh ", model.shape,
         ". Reshape to a line, or open a mesh of the shape that you need.");
  return {shape, *ids};
}

std::vector<std::shared_ptr<MeshDevice>> create_overlapped_submeshes(MeshDevice& mesh,
                                                                     const MeshShape& shape) {
  // The first is at the origin, where the shape is checked.
  std::vector<std::shared_ptr<MeshDevice>> all{mesh.create_submesh(shape)};
  MeshCoordinate last = MeshCoordinate::zero(shape.dims());
  for (int i = 0; i < shape.dims(); ++i) last = last.with(i, mesh.shape()[i] - shape[i]);
  for (const MeshCoordinate& at : MeshCoordinateRange(MeshCoordinate::zero(shape.dims()), last))
    if (at != MeshCoordinate::zero(shape.dims())) all.push_back(mesh.create_submesh(shape, at));
  return all;
}

}  // namespace ttnn
