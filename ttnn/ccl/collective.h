#pragma once
// What collectives have in common: their checks, and which devices end up with the same bytes.
#include <map>
#include <vector>

#include "ttnn/mesh/groups.h"
#include "ttnn/runtime/op.h"

namespace ttnn {

// The groups of a collective on `input`; also inside a command.
inline Groups groups_of(std::string_view op, const Tensor& input, std::optional<int64_t> axis) {
  return Groups(op, input.label()->mesh(), axis);
}

// Every device must hold a shard.
inline void expect_everywhere(std::string_view op, std::string_view argument,
                              const Tensor& tensor) {
  const Label& label = *tensor.label();
  expect(label.num_devices() != 1 || label.mesh().mesh_size() == 1, op, ": ", argument, " ", tensor,
         " lies on one of the ", label.mesh().mesh_size(), " devices of ", label.mesh(),
         ", and a collective takes a shard of each. Give the tensor that it was taken from, or ",
         "join single ones with ttnn.combine_device_tensors(tensors=[...]).");
  expect(label.is_on_all_devices(), op, ": ", argument, " ", tensor, " lies on ",
         label.num_devices(), " of the ", label.mesh().mesh_size(), " devices of ", label.mesh(),
         ", and a collective takes a shard of each. Pad the sharded dim to a multiple of the ",
         "number of devices before distributing it.");
}
inline void expect_everywhere(std::string_view op, const Tensor& input) {
  expect_everywhere(op, "input_tensor", input);
}

// A slice of `dim` for each member of a group.
inline void expect_divisible(std::string_view op, const Tensor& input, int dim,
                             const Groups& groups) {
  const int64_t size = input.shape()[dim], members = groups.size();
  expect(size % members == 0, op, ": dim ", dim, " of input_tensor ", input, " has size ", size,
         ", which does not divide by the ", members, " devices of a group. Pad it to ",
         (size + members - 1) / members * members, ", or cut another dim.");
}

// Where all members held the same, each has a slice of it now.
inline LabelPtr partitioned_label(const LabelPtr& label, const Groups& groups, int dim) {
  if (groups.size() == 1) return label;
  const bool are_replicas =
      groups.axis() ? label->is_on_mesh_axes() &&
                          label->placements()[static_cast<size_t>(*groups.axis())] == Placement{}
                    : label->is_replicated();
  return with_axis(label, groups.axis(),
                   are_replicas ? Placement{Placement::shard, dim} : Placement{Placement::local});
}

// The linear index of a device that an argument names.
inline int device_at(std::string_view op, std::string_view argument, const Tensor& input,
                     const MeshCoordinate& coord) {
  const MeshShape& mesh = input.label()->mesh();
  expect(is_inside(mesh, coord), op, ": ", argument, " ", coord, " is outside of ", mesh,
         ". Give a coordinate of the mesh, counted from 0.");
  return static_cast<int>(linear_index(mesh, coord));
}

// Devices whose results are made of the same share one: `parts_of(device)` numbers what its result
// is made of.
template <class PartsOf>
const Spread* spread_by(int devices, PartsOf&& parts_of) {
  std::map<std::vector<int>, uint16_t> known;
  std::vector<uint16_t> labels;
  for (int device = 0; device < devices; ++device)
    labels.push_back(
        known.try_emplace(parts_of(device), static_cast<uint16_t>(known.size())).first->second);
  return Spread::of(std::move(labels));
}

// What a device's result is made of: the shards of all members, and then the same for its whole
// group, or those and its own place among them.
enum class MadeOf { members, members_and_place };

inline const Spread* spread_anew(const Groups& groups, const Spread* spread, MadeOf made_of) {
  return spread_by(spread->devices, [&](int device) {
    std::vector<int> parts;
    for (int i = 0; i < groups.size(); ++i)
      parts.push_back(spread->shard_of[static_cast<size_t>(groups.member(device, i))]);
    if (made_of == MadeOf::members_and_place) parts.push_back(groups.index(device));
    return parts;
  });
}

inline const Spread* spread_of_results(const Groups& groups, const Tensor& input, MadeOf made_of) {
  const Spread* spread = input.buffers()->spread();
  if (spread->is_shared() && made_of == MadeOf::members) return spread;
  // Programs repeat their collectives: the last answer is mostly the next one.
  struct Answer {
    Groups groups;
    const Spread* spread;
    MadeOf made_of;
    const Spread* result;
  };
  thread_local std::optional<Answer> last;
  if (!last || last->groups != groups || last->spread != spread || last->made_of != made_of)
    last = {groups, spread, made_of, spread_anew(groups, spread, made_of)};
  return last->result;
}

}  // namespace ttnn
