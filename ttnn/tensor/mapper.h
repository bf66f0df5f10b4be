#pragma once
// How a whole tensor is cut and dealt over a mesh. Pure plans: which slice goes to which device and
// under which label; whoever has the bytes carries them out.
#include <iosfwd>
#include <optional>
#include <string_view>
#include <vector>

#include "ttnn/core/shape.h"
#include "ttnn/mesh/mesh_shape.h"
#include "ttnn/tensor/label.h"
#include "ttnn/tensor/topology.h"

namespace ttnn {

class MeshDevice;

struct MeshMapperConfig {
  using Replicate = PlacementReplicate;
  using Shard = PlacementShard;
  using Placement = MeshPlacement;

  // One per axis of the mesh, or of the override.
  std::vector<MeshPlacement> placements;
  std::optional<MeshShape> mesh_shape_override;
  std::optional<MeshCoordinate>
      mesh_offset_override;  // where the override's block starts; the origin

  bool operator==(const MeshMapperConfig&) const = default;
};

class MeshMapper {
 public:
  MeshMapper(const MeshShape& mesh, MeshMapperConfig config);

  const MeshShape& mesh() const { return mesh_; }  // the mesh that it was made for
  const MeshMapperConfig& config() const { return config_; }
  const MeshShape& distribution_shape() const { return distribution_shape_; }

  // An Error unless the mapper was made for a mesh of this shape.
  void check_mesh(const MeshShape& mesh, std::string_view op) const;

 private:
  MeshShape mesh_, distribution_shape_;
  MeshMapperConfig config_;
};
using TensorToMesh = MeshMapper;

MeshMapper create_mesh_mapper(const MeshShape& mesh, MeshMapperConfig config);
MeshMapper create_mesh_mapper(const MeshDevice& mesh, MeshMapperConfig config);
MeshMapper shard_tensor_to_mesh_mapper(const MeshShape& mesh, int dim);
MeshMapper shard_tensor_to_mesh_mapper(const MeshDevice& mesh, int dim);
MeshMapper replicate_tensor_to_mesh_mapper(const MeshShape& mesh);
MeshMapper replicate_tensor_to_mesh_mapper(const MeshDevice& mesh);

struct Chunk {  // a slice of the whole tensor
  Shape begin, extent;
  bool operator==(const Chunk&) const = default;
};

struct Distribution {
  Shape shard_shape;
  std::vector<Chunk> chunks;         // the distinct shards, row-major
  std::vector<int> chunk_of_device;  // per device of the mesh, row-major; -1: it holds nothing
  TopologyPtr topology;
  LabelPtr label;
};

// `op` is the name that errors begin with.
Distribution distribute(const Shape& whole, const MeshMapper& mapper, std::string_view op);
// What upload to a mesh without a mapper does.
Distribution replicate(const Shape& whole, const MeshShape& mesh);

std::ostream& operator<<(std::ostream&, const MeshMapperConfig&);
std::ostream& operator<<(std::ostream&, const MeshMapper&);

}  // namespace ttnn
