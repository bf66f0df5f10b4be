#pragma once
// The chips that a grid of devices takes on a machine: a block in place, or turned where only that
// fits.
#include <optional>
#include <vector>

#include "ttnn/mesh/mesh_shape.h"

namespace ttnn {

// Ids in the row-major order of `requested`, whose first device is at `offset` of the system and
// which must lie in the `room` that begins there; empty if it does not, in either direction. All of
// one number of dims.
std::optional<std::vector<int>> grid_devices(const MeshShape& system, const MeshCoordinate& offset,
                                             const MeshShape& room, const MeshShape& requested);

}  // namespace ttnn
