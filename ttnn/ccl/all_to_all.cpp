#include "ttnn/ccl/all_to_all.h"

#include "ttnn/ccl/collective.h"
#include "ttnn/ccl/strict_topology.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {

TensorSpec AllToAll::infer(const CallOptions&) const {
  const Groups groups = groups_of(name, input, cluster_axis);
  expect_everywhere(name, input);
  TensorSpec spec = input.spec();
  const int rank = spec.shape.rank();
  const int joined = normalized_dim(name, in_dim, rank), cut = normalized_dim(name, out_dim, rank);
  expect(joined != cut, name, ": in_dim=", in_dim, " and out_dim=", out_dim,
         " are the same dim of input_tensor ", input,
         ", which is sharded along it already. Give two dims.");
  expect_divisible(name, input, cut, groups);
  expect_labelled_as_cut(name, groups, input, joined);
  spec.shape.at(cut) /= groups.size();
  spec.shape.at(joined) *= groups.size();
  return spec;
}

// As a gather and then a partition of what all members hold.
LabelPtr AllToAll::label(std::span<const LabelPtr* const> inputs) const {
  const Groups groups = groups_of(name, input, cluster_axis);
  const int rank = input.shape().rank();
  const LabelPtr whole =
      gathered_label(*inputs[0], groups.axis(), normalized_dim(name, in_dim, rank));
  return partitioned_label(whole, groups, normalized_dim(name, out_dim, rank));
}

// A dim of size 1 stacks terms, to be summed by hand.
bool AllToAll::settles_terms() const {
  return input.shape()[normalized_dim(name, in_dim, input.shape().rank())] == 1;
}

const Spread* AllToAll::spread(const MeshDevice&) const {
  return spread_of_results(groups_of(name, input, cluster_axis), input, MadeOf::members_and_place);
}

Moves AllToAll::moves(int device) const {
  const Groups groups = groups_of(name, input, cluster_axis);
  const Shape& in = input.shape();
  const int joined = normalized_dim(name, in_dim, in.rank()),
            cut = normalized_dim(name, out_dim, in.rank());
  Shape slice = in;
  slice.at(cut) /= groups.size();
  Shape out = slice;
  out.at(joined) *= groups.size();
  Shape from = Shape::filled(in.rank(), 0), to = from;
  from.at(cut) = groups.index(device) * slice[cut];
  Moves moves;
  for (int i = 0; i < groups.size(); ++i) {
    to.at(joined) = i * slice[joined];
    StridedCopy copy = move_box(in, from, out, to, slice);
    copy.device = groups.member(device, i);
    moves.copies.push_back(copy);
  }
  return moves;
}

// Sizes that divide by the group's, on any mesh.
std::vector<AllToAll> AllToAll::samples(Sampler& s) {
  const int all = s.mesh()->num_devices(), rows = s.mesh()->shape()[0],
            columns = s.mesh()->shape()[-1];
  return {{s({3 * all, 5}), 1, 0, {}},      {s({1, 1, 32, 32 * all}), 2, 3, {}},
          {s({2, all, 40}), -1, 1, {}},     {s({5, 71 * rows}), 0, -1, 0},
          {s({5, columns}), 0, 1, 1},       {s({3 * columns, 33}), -1, 0, -1},
          {s({2, 1, 1, 2 * all}), 1, 3, {}}};
}

namespace ccl {

// A second form of the name, with a buffer for the result, is in experimental.cpp.
void register_all_to_all(Registry& registry) { registry.add<AllToAll>(); }

}  // namespace ccl
}  // namespace ttnn
