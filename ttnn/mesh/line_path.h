#pragma once
// The chips that a line of devices (1xN, Nx1) takes on a machine: neighbours in the line are
// neighbours on the machine, and where possible the ends are too, so that rings have real links.
#include <optional>
#include <vector>

#include "ttnn/mesh/mesh_shape.h"

namespace ttnn {

// Empty if no connected path of that many chips starts at `start`.
std::optional<std::vector<MeshCoordinate>> line_path(const MeshShape& system,
                                                     const MeshCoordinate& start, int64_t length);

bool are_neighbours(const MeshCoordinate& a, const MeshCoordinate& b);

}  // namespace ttnn
