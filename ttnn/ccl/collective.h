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
inline void expect_everywhere(std::string_view op, const Tensor& input) {
  const Label& label = *input.label();
  expect(label.is_on_all_devices(), op, ": input_tensor ", input, " lies on ", label.num_devices(),
         " of the ", label.mesh().mesh_size(), " devices of ", label.mesh(),
         ", and a collective takes a shard of each. Pad the sharded dim to a multiple of the ",
         "number of devices before distributing it.");
}

// What a device's result is made of: the shards of all members, and then the same for its whole
// group, or those and its own place among them.
enum class MadeOf { members, members_and_place };

inline const Spread* spread_anew(const Groups& groups, const Spread* spread, MadeOf made_of) {
  std::map<std::vector<uint16_t>, uint16_t> known;
  std::vector<uint16_t> labels;
  for (int device = 0; device < spread->devices; ++device) {
    std::vector<uint16_t> parts;
    for (int i = 0; i < groups.size(); ++i)
      parts.push_back(spread->shard_of[static_cast<size_t>(groups.member(device, i))]);
    if (made_of == MadeOf::members_and_place)
      parts.push_back(static_cast<uint16_t>(groups.index(device)));
    labels.push_back(
        known.try_emplace(std::move(parts), static_cast<uint16_t>(known.size())).first->second);
  }
  return Spread::of(std::move(labels));
}

// Devices whose results are made of the same share one.
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
