#pragma once
// The way through a group of devices along links between neighbours of the machine: the order in
// which a collective hands data on, and the links that each step takes.
#include <span>
#include <utility>
#include <vector>

#include "ttnn/mesh/mesh_device.h"

namespace ttnn {

// From one chip to another, by physical ids.
using Link = std::pair<int, int>;

struct Route {
  std::vector<int> order;  // devices of the mesh, each once
  bool is_ring = false;    // the last hands on to the first, over a link

  int size() const { return static_cast<int>(order.size()); }
  int steps() const { return is_ring ? size() : size() - 1; }  // step i: from order[i] to the next
  int after(int i) const { return order[static_cast<size_t>((i + 1) % size())]; }
  int position(int device) const;
};

// Neighbours next to each other where the devices are joined, closed to a ring where the machine
// has the links for it: a row or column of a grid is a line, 2x4 chips are a ring along their
// perimeter. Under FabricConfig.FABRIC_1D, which has no rings, always a line.
Route route_through(const MeshDevice& mesh, std::span<const int> devices);

// From chip to chip: along the row (the last dimension), then along the column.
std::vector<Link> links_between(const MeshShape& system, int from, int to);

}  // namespace ttnn
