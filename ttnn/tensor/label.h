#pragma once
// The truth about a mesh tensor: per axis of the mesh, whether its devices hold the same, slices of
// one dim, terms of a sum, or just different data. Composing, checkers and golden mode believe
// this.
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "ttnn/core/shape.h"
#include "ttnn/mesh/mesh_shape.h"

namespace ttnn {

struct Placement {
  enum Kind { replicate, shard, partial, local };
  Kind kind = replicate;
  int dim = 0;  // of a shard: counted from the front of the tensor's shape; 0 for the others

  bool operator==(const Placement&) const = default;
};

class Label;
using LabelPtr = std::shared_ptr<const Label>;

// Two labels that mean the same are equal: axes of one device are dropped, equal neighbours merged,
// and the rest is written on the mesh's own axes where it can be. Two axes that shard one dim share
// it row-major, the first axis outside: a 1-D shard over a 2x4 mesh is [shard(d), shard(d)].
class Label {
 public:
  // One placement per axis of `distribution`. `devices`: the mesh's linear index of each of its
  // positions, row-major; empty means all devices of the mesh in order.
  Label(const MeshShape& mesh, const MeshShape& distribution, std::vector<Placement> placements,
        std::vector<int> devices = {});

  static LabelPtr replicated(const MeshShape& mesh);  // one object per mesh shape
  static LabelPtr everywhere(const MeshShape& mesh, Placement placement);
  static LabelPtr single(const MeshShape& mesh, int device);  // only this device holds data

  const MeshShape& mesh() const { return mesh_; }
  // The mesh's shape where the placements can be written on the mesh's axes, else a shape of their
  // own (a 3-D override, fewer shards than devices).
  const MeshShape& distribution() const { return distribution_; }
  bool is_on_mesh_axes() const { return distribution_ == mesh_ && devices_.empty(); }
  const std::vector<Placement>& placements() const { return placements_; }

  bool is_on_all_devices() const { return devices_.empty(); }
  int num_devices() const { return static_cast<int>(distribution_.mesh_size()); }  // that hold data
  int device(int position) const { return devices_.empty() ? position : devices_[position]; }

  bool has(Placement::Kind kind) const;  // on an axis of more than one device
  bool is_replicated() const;            // all devices hold the same; also true of a single device
  bool operator==(const Label&) const = default;

 private:
  MeshShape mesh_, distribution_;
  std::vector<Placement> placements_;
  std::vector<int> devices_;
};

// One mesh axis's placements of all inputs -> the output's.
using PlacementRule = std::function<Placement(std::span<const Placement>)>;

// Applies a rule along each axis that the inputs have in common. The output lives where all inputs
// do; inputs whose axes do not interlock give `local`. Returns an input's own pointer where it can.
LabelPtr combine(std::span<const LabelPtr* const> inputs, const PlacementRule& rule);

// Shard beats replicate, what does not fit is local.
Placement elementwise_placement(std::span<const Placement> inputs);

// For ops that work on each element alone, and whose dims are their inputs' dims: `combine`, and a
// dim that the inputs cut along different axes is local. Labels as after with_broadcast to the
// output's shape.
LabelPtr elementwise_label(std::span<const LabelPtr* const> inputs,
                           const PlacementRule& rule = elementwise_placement);

// The same data along other dims: dim d becomes new_dims[d], or local where that is negative.
LabelPtr with_dims(const LabelPtr& label, std::span<const int> new_dims);
// Leading dims added (or, negative, dropped).
LabelPtr with_leading_dims(const LabelPtr& label, int count);
// A shard of shape `from` broadcast to `to`, of the same or a higher rank. Slices that are repeated
// are no slices any more, so an axis that shards a repeated dim becomes local.
LabelPtr with_broadcast(const LabelPtr& label, const Shape& from, const Shape& to);

// What replicas are after one of them was written alone: local.
LabelPtr without_replicas(const LabelPtr& label);

// The same devices, in the same order, taken for a mesh of another shape.
LabelPtr with_mesh(const LabelPtr& label, const MeshShape& mesh);

// What a collective along one mesh axis (0 or more; all devices without one) leaves behind:
// `placement` on that axis. Other axes that shard a dim with it in an order that is not row-major
// become local.
LabelPtr with_axis(const LabelPtr& label, std::optional<int> mesh_axis, Placement placement);

// What joining the shards along one mesh axis (all devices without one) along `dim` leaves behind:
// replicas along that axis. Another axis that cuts the same dim keeps its slices only where it cuts
// outside an axis that did.
LabelPtr gathered_label(const LabelPtr& label, std::optional<int> mesh_axis, int dim);

// The mesh axes along which `from` is terms of a sum and `to` is not. -1, alone: along axes that
// are not the mesh's own.
std::vector<int> lost_sums(const Label& from, const Label& to);

// shard(3), and [replicate, shard(3)] on MeshShape([2, 4])
std::ostream& operator<<(std::ostream&, const Placement&);
std::ostream& operator<<(std::ostream&, const Label&);

}  // namespace ttnn
