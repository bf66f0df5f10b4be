#pragma once
// How a mesh's shards are put together into one tensor: the inverse of mapper.h, and as pure. A
// plan says which device's shard goes where; whoever has the bytes copies them.
#include <iosfwd>
#include <optional>
#include <string_view>
#include <vector>

#include "ttnn/core/shape.h"
#include "ttnn/mesh/mesh_shape.h"
#include "ttnn/tensor/label.h"

namespace ttnn {

class MeshDevice;

struct MeshComposerConfig {
  std::vector<int>
      dims;  // tensor dim along which each axis of the mesh, or of the override, is joined
  std::optional<MeshShape> mesh_shape_override;
  std::optional<MeshCoordinate> mesh_offset_override;

  bool operator==(const MeshComposerConfig&) const = default;
};

class MeshComposer {
 public:
  MeshComposer(const MeshShape& mesh, MeshComposerConfig config);
  // The composer that joins nothing and gives the list of shards (ListMeshToTensor).
  static MeshComposer list(const MeshShape& mesh);

  const MeshShape& mesh() const { return mesh_; }
  const MeshComposerConfig& config() const { return config_; }
  const MeshShape& shape() const { return shape_; }  // of the grid of shards that it joins
  bool is_list() const { return is_list_; }

 private:
  MeshShape mesh_, shape_;
  MeshComposerConfig config_;
  bool is_list_ = false;
};
using MeshToTensor = MeshComposer;

MeshComposer create_mesh_composer(const MeshShape& mesh, MeshComposerConfig config);
MeshComposer create_mesh_composer(const MeshDevice& mesh, MeshComposerConfig config);
MeshComposer concat_mesh_to_tensor_composer(const MeshShape& mesh, int dim);
MeshComposer concat_mesh_to_tensor_composer(const MeshDevice& mesh, int dim);

struct Placed {
  int device;   // linear index in the mesh
  Shape begin;  // where its shard starts in the whole
  bool operator==(const Placed&) const = default;
};

struct Composition {
  Shape whole;
  std::vector<Placed> parts;
};

// `devices_with_data`: linear indices, increasing. A list composer is refused; ask is_list() first.
Composition compose(const std::vector<int>& devices_with_data, const Shape& shard_shape,
                    const MeshComposer& composer, std::string_view op);

// By the true placement: shards are joined, of replicas the first is taken. Partial and local data
// have no whole, so they are refused.
Composition compose_by_label(const Shape& shard_shape, const Label& label, std::string_view op);

// The error of reading several shards as one tensor without saying how; it names both ways out.
[[noreturn]] void refuse_without_composer(const Shape& shard_shape, const Label& label,
                                          std::string_view op);

std::ostream& operator<<(std::ostream&, const MeshComposerConfig&);
std::ostream& operator<<(std::ostream&, const MeshComposer&);

}  // namespace ttnn
