#pragma once
// Which devices a mesh has and where they stand in its grid, as a value. A mesh that was reshaped
// had other views before; the shards of tensors that were made then lie as in the view of that
// shape.
#include <vector>

#include "ttnn/mesh/mesh_device.h"

namespace ttnn {

class MeshDeviceView {
 public:
  MeshDeviceView(const MeshShape& shape, std::vector<int> ids)
      : shape_(shape), ids_(std::move(ids)) {}

  const MeshShape& shape() const { return shape_; }
  const std::vector<int>& device_ids() const { return ids_; }  // row-major physical ids
  int num_devices() const { return static_cast<int>(ids_.size()); }
  int num_rows() const;  // an Error unless the grid has two dims
  int num_cols() const;
  bool contains(const MeshCoordinate& at) const { return is_inside(shape_, at); }
  int device_id(const MeshCoordinate& at) const;      // IndexError outside
  MeshCoordinate find_device(int physical_id) const;  // an Error for a device of others

  // All devices along a connected path, which is closed where it can be.
  std::vector<MeshCoordinate> line() const;
  std::vector<MeshCoordinate> ring() const;  // an Error where the path cannot be closed

 private:
  MeshShape shape_;
  std::vector<int> ids_;
};

MeshDeviceView view_of(const MeshDevice& mesh);
// As it is or was when the mesh had this shape; an Error if it never had.
MeshDeviceView view_of(const MeshDevice& mesh, const MeshShape& shape);

// The same devices in another shape: a line follows `line()`; a grid must be a block of the
// machine, upright or turned.
MeshDeviceView reshaped(const MeshDeviceView& view, const MeshShape& shape,
                        const MachineModel& model);

// A submesh at every place where it fits, row-major: each is the one before it moved by one device.
std::vector<std::shared_ptr<MeshDevice>> create_overlapped_submeshes(MeshDevice& mesh,
                                                                     const MeshShape& shape);

}  // namespace ttnn
