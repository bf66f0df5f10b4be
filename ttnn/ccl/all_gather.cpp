#include "ttnn/ccl/all_gather.h"

#include "ttnn/ccl/collective.h"
#include "ttnn/ccl/strict_topology.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {

TensorSpec AllGather::infer(const CallOptions&) const {
  const Groups groups = groups_of(name, input, cluster_axis);
  expect_everywhere(name, input);
  TensorSpec spec = input.spec();
  const int at = normalized_dim(name, dim, spec.shape.rank());
  expect_labelled_as_cut(name, groups, input, at);
  spec.shape.at(at) *= groups.size();
  return spec;
}

// Where the axis cut this dim, all hold the whole dim now. Where another axis cuts it, and this one
// did not, its slices are repeated: no slices of anything any more.
LabelPtr AllGather::label(std::span<const LabelPtr* const> inputs) const {
  const int at = normalized_dim(name, dim, input.shape().rank());
  const Groups groups = groups_of(name, input, cluster_axis);
  return gathered_label(*inputs[0], groups.axis(), at);
}

TopologyPtr AllGather::topology(std::span<const TopologyPtr* const> inputs) const {
  const int rank = input.shape().rank();
  return gathered_topology(*inputs[0], normalized_dim(name, dim, rank), rank);
}

// A dim of size 1 stacks terms, to be summed by hand.
bool AllGather::settles_terms() const {
  return input.shape()[normalized_dim(name, dim, input.shape().rank())] == 1;
}

const Spread* AllGather::spread(const MeshDevice&) const {
  return spread_of_results(groups_of(name, input, cluster_axis), input, MadeOf::members);
}

Moves AllGather::moves(int device) const {
  const Groups groups = groups_of(name, input, cluster_axis);
  const Shape& in = input.shape();
  const int at = normalized_dim(name, dim, in.rank());
  const Shape zero = Shape::filled(in.rank(), 0);
  Shape out = in, begin = zero;
  out.at(at) *= groups.size();
  Moves moves;
  moves.copies.reserve(static_cast<size_t>(groups.size()));
  for (int i = 0; i < groups.size(); ++i) {
    begin.at(at) = (reversed ? groups.size() - 1 - i : i) * in[at];
    StridedCopy copy = move_box(in, zero, out, begin, in);
    copy.device = groups.member(device, i);
    moves.copies.push_back(copy);
  }
  return moves;
}

std::vector<AllGather> AllGather::samples(Sampler& s) {
  std::vector<AllGather> all{
      {s({7}), 0, {}},        {s({1, 1, 32, 64}), -1, {}},
      {s({2, 3, 40}), 1, {}}, {s({1, 1, 5, 568}), 3, {}},
      {s({33, 1}), -1, {}},   {s({1, 1, 1, 1, 2, 1, 3, 4}), 4, {}},
  };
  for (int64_t axis : {0, 1, -1}) {
    all.push_back({s({2, 33}), 0, axis});
    all.push_back({s({1, 4, 24}), -1, axis});
  }
  return all;
}

namespace ccl {

void register_all_gather(Registry& registry) { registry.add<AllGather>(); }

}  // namespace ccl
}  // namespace ttnn
