#include "ttnn/mesh/grid_devices.h"

namespace ttnn {
namespace {

bool fits(const MeshShape& shape, const MeshShape& room) {
  for (int i = 0; i < room.dims(); ++i)
    if (shape[i] > room[i]) return false;
  return true;
}

}  // namespace

std::optional<std::vector<int>> grid_devices(const MeshShape& system, const MeshCoordinate& offset,
                                             const MeshShape& room, const MeshShape& requested) {
  const int dims = system.dims();
  int rotations = 0;
  MeshShape turned = requested;
  while (!fits(turned, room) && ++rotations < dims) turned = turned.rotated();
  if (rotations == dims) return {};

  std::vector<int> ids;
  for (const MeshCoordinate& at : MeshCoordinateRange(requested)) {
    MeshCoordinate place = offset;
    for (int i = 0; i < dims; ++i) place = place.with(i, offset[i] + at[(i + rotations) % dims]);
    ids.push_back(static_cast<int>(linear_index(system, place)));
  }
  return ids;
}

}  // namespace ttnn
