#include "ttnn/mesh/groups.h"

#include "ttnn/core/error.h"

namespace ttnn {

Groups::Groups(std::string_view op, const MeshShape& mesh, std::optional<int64_t> axis)
    : size_(static_cast<int>(mesh.mesh_size())) {
  if (!axis) return;
  const int dims = mesh.dims();
  expect(*axis >= -dims && *axis < dims, op, ": Cluster axis ", *axis, " is out of range for ",
         mesh, ", whose axes are ", -dims, " to ", dims - 1,
         ". Give 0 for the devices of a column, 1 for those of a row, or none for all devices.");
  axis_ = static_cast<int>(*axis < 0 ? *axis + dims : *axis);
  size_ = mesh[*axis_];
  for (int inner = *axis_ + 1; inner < dims; ++inner) step_ *= mesh[inner];
}

}  // namespace ttnn
