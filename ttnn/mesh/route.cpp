#include "ttnn/mesh/route.h"

#include <algorithm>
#include <map>
#include <optional>

#include "ttnn/mesh/line_path.h"

namespace ttnn {
namespace {

using Devices = std::vector<int>;

bool are_joined(const MeshDevice& mesh, int a, int b) {
  return are_neighbours(mesh.device(a).coordinate, mesh.device(b).coordinate);
}

bool is_path(const MeshDevice& mesh, const Devices& order) {
  return std::ranges::adjacent_find(order, [&](int a, int b) { return !are_joined(mesh, a, b); }) ==
         order.end();
}

bool closes(const MeshDevice& mesh, const Devices& order) {
  return order.size() > 2 && is_path(mesh, order) && are_joined(mesh, order.back(), order.front());
}

// The devices along a path through the block of the machine that they fill, if they fill one.
std::optional<Devices> through_block(const MeshDevice& mesh, std::span<const int> devices) {
  std::map<MeshCoordinate, int> at;
  for (int device : devices) at.emplace(mesh.device(device).coordinate, device);
  MeshCoordinate low = at.begin()->first, high = low;
  for (const auto& [place, device] : at)
    for (int i = 0; i < place.dims(); ++i) {
      low = low.with(i, std::min(low[i], place[i]));
      high = high.with(i, std::max(high[i], place[i]));
    }
  const MeshShape block = MeshCoordinateRange(low, high).shape();
  const auto count = static_cast<int64_t>(devices.size());
  if (static_cast<int64_t>(at.size()) != count || block.mesh_size() != count) return {};
  const auto path = line_path(block, MeshCoordinate::zero(block.dims()), count);
  if (!path) return {};
  Devices order;
  for (MeshCoordinate place : *path) {
    for (int i = 0; i < place.dims(); ++i) place = place.with(i, place[i] + low[i]);
    order.push_back(at.at(place));
  }
  return order;
}

}  // namespace

int Route::position(int device) const {
  return static_cast<int>(std::ranges::find(order, device) - order.begin());
}

Route route_through(const MeshDevice& mesh, std::span<const int> devices) {
  const bool rings = SystemMesh::instance().fabric_config() != FabricConfig::FABRIC_1D;
  Devices given(devices.begin(), devices.end());
  if (rings && closes(mesh, given)) return {std::move(given), true};
  if (auto path = through_block(mesh, devices)) {
    const bool is_ring = rings && closes(mesh, *path);
    if (is_ring || !is_path(mesh, given)) return {std::move(*path), is_ring};
  }
  return {std::move(given), false};
}

std::vector<Link> links_between(const MeshShape& system, int from, int to) {
  MeshCoordinate at = coordinate(system, from);
  const MeshCoordinate goal = coordinate(system, to);
  std::vector<Link> links;
  const auto id = [&] { return static_cast<int>(linear_index(system, at)); };
  for (int i = system.dims() - 1; i >= 0; --i)
    while (at[i] != goal[i]) {
      const int before = id();
      at = at.with(i, at[i] + (goal[i] > at[i] ? 1 : -1));
      links.emplace_back(before, id());
    }
  return links;
}

}  // namespace ttnn
