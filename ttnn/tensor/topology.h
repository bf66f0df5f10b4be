#pragma once
// TT-NN's label of a mesh tensor: how its shards were laid over the mesh, by TT-NN's own rules.
// Those are sometimes wrong about data that ops have moved (permute, sums over a sharded dim);
// `Label` is the truth.
#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "ttnn/mesh/mesh_shape.h"

namespace ttnn {

struct PlacementReplicate {
  bool operator==(const PlacementReplicate&) const = default;
};
struct PlacementShard {
  int dim = 0;  // of the tensor; negative counts from the end
  bool operator==(const PlacementShard&) const = default;
};
using MeshPlacement = std::variant<PlacementReplicate, PlacementShard>;

class TensorTopology {
 public:
  TensorTopology(const MeshShape& distribution_shape, std::vector<MeshPlacement> placements,
                 std::vector<MeshCoordinate> mesh_coords);

  const MeshShape& distribution_shape() const { return distribution_shape_; }
  const std::vector<MeshPlacement>& placements() const { return placements_; }  // per axis of it
  const std::vector<MeshCoordinate>& mesh_coords() const {
    return mesh_coords_;
  }  // its shards, row-major

  // The place `offset` steps from `coord` along one axis of the distribution, which closes to a
  // ring; its device; and the place of a device's shard. IndexError where there is none.
  MeshCoordinate get_neighbor(const MeshCoordinate& coord, int offset, int dim) const;
  MeshCoordinate get_next_neighbor(const MeshCoordinate& coord, int dim) const {
    return get_neighbor(coord, 1, dim);
  }
  MeshCoordinate get_prev_neighbor(const MeshCoordinate& coord, int dim) const {
    return get_neighbor(coord, -1, dim);
  }
  MeshCoordinate get_device_coord(const MeshCoordinate& coord) const;
  MeshCoordinate get_tensor_coord(const MeshCoordinate& device) const;

  bool is_replicated() const;
  bool operator==(const TensorTopology&) const = default;

 private:
  MeshShape distribution_shape_;
  std::vector<MeshPlacement> placements_;
  std::vector<MeshCoordinate> mesh_coords_;
};

using TopologyPtr = std::shared_ptr<const TensorTopology>;

// One list for all tensors replicated over a mesh of this shape: MeshShape([N]), [Replicate].
TopologyPtr replicated_topology(const MeshShape& mesh);
// A tensor that lives on one device: MeshShape([1]), [Replicate].
TopologyPtr single_topology(const MeshCoordinate& device);
// Shards dealt row-major, as for tensors made of single shards: MeshShape([N]), [Shard(dim)].
TopologyPtr sharded_topology(const MeshShape& mesh, int dim);

// The label of an op's output where the op has no rule of its own: per axis the first Shard among
// the inputs that are not replicated. Returns an input's own pointer wherever the answer is that
// input's.
TopologyPtr output_topology(std::span<const TopologyPtr* const> inputs);

// What collectives make of a label: the placements that shard `dim` (of `rank` dims) become
// replicated; or one mesh axis, or every axis, gets `placement`.
TopologyPtr gathered_topology(const TopologyPtr& topology, int dim, int rank);
TopologyPtr with_placement(const TopologyPtr& topology, const MeshShape& mesh,
                           std::optional<int> mesh_axis, MeshPlacement placement);

// Where the shards of a distribution go: as a block at the mesh's origin when it has the mesh's
// rank and fits, otherwise dealt row-major.
std::vector<MeshCoordinate> compute_distribution_to_mesh_mapping(const MeshShape& distribution,
                                                                 const MeshShape& mesh);

std::ostream& operator<<(std::ostream&, const MeshPlacement&);  // PlacementShard(3)
std::ostream& operator<<(std::ostream&, const std::vector<MeshPlacement>&);
std::ostream& operator<<(std::ostream&, const TensorTopology&);

}  // namespace ttnn
