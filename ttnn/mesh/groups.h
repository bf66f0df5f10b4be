#pragma once
// Who takes part in a collective together: all devices of the mesh, or the devices of each line
// along one mesh axis.
#include <optional>
#include <string_view>

#include "ttnn/mesh/mesh_shape.h"

namespace ttnn {

class Groups {
 public:
  // `axis` may be negative; none: one group of all devices, in row-major order. Throws in the name
  // of `op` where the mesh has no such axis.
  Groups(std::string_view op, const MeshShape& mesh, std::optional<int64_t> axis);

  int size() const { return size_; }  // members of each group
  const std::optional<int>& axis() const { return axis_; }
  int index(int device) const { return device / step_ % size_; }  // its place in its group
  int member(int device, int index) const {                       // of the group of `device`
    return device + (index - this->index(device)) * step_;
  }

  bool operator==(const Groups&) const = default;

 private:
  std::optional<int> axis_;
  int size_, step_ = 1;  // consecutive members are `step_` devices apart
};

}  // namespace ttnn
