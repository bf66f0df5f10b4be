#include "ttnn/ops/concat.h"

#include <algorithm>

#include "ttnn/runtime/dispatch.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {
namespace {

int joined_dim(const Shape& shape, int64_t dim) {
  const int rank = shape.rank();
  expect(rank > 0 && dim >= -rank && dim < rank, "concat: ttnn: Dimension out of range: dim ", dim,
         " cannot be used for tensors of rank ", rank, ": tensors[0] is ", shape,
         ". Give a dim from ", -rank, " to ", rank - 1, ".");
  return static_cast<int>(dim < 0 ? dim + rank : dim);
}

void check_alike(std::string_view op, std::string_view argument,
                 const std::vector<Tensor>& tensors) {
  for (size_t i = 1; i < tensors.size(); ++i) {
    const auto name = [&](size_t k) { return text(argument, "[", k, "]"); };
    expect(tensors[i].dtype() == tensors[0].dtype(), op, ": All Tensors should have same dtypes. ",
           name(0), " is ", tensors[0], ", ", name(i), " is ", tensors[i],
           ". Convert one of them with ttnn.typecast.");
    expect(tensors[i].layout() == tensors[0].layout(), op,
           ": All Tensors should have the same layout. ", name(0), " is ", tensors[0], ", ",
           name(i), " is ", tensors[i], ". Convert one of them with ttnn.to_layout.");
  }
}

// Side by side: what is whole or a slice in all of them is so in the result, but slices of the
// joined dim are no longer neighbours.
Placement joined(std::span<const Placement> inputs, int dim) {
  const bool all_partial = std::all_of(inputs.begin(), inputs.end(),
                                       [](Placement p) { return p.kind == Placement::partial; });
  if (all_partial) return inputs[0];
  const Placement placement = elementwise_placement(inputs);
  const bool is_cut = placement.kind == Placement::shard && placement.dim == dim;
  return is_cut && inputs.size() > 1 ? Placement{Placement::local} : placement;
}

// The result's rows are runs of each tensor in turn.
Moves side_by_side(const std::vector<Tensor>& tensors, int64_t outer) {
  int64_t row = 0;
  const auto run = [&](const Tensor& t) { return outer ? t.volume() / outer : 0; };
  for (const Tensor& tensor : tensors) row += run(tensor);
  Moves moves;
  int64_t before = 0;
  for (const Tensor& tensor : tensors) {
    StridedCopy copy;
    copy.input = static_cast<int>(&tensor - tensors.data());
    copy.out_offset = before;
    copy.push(outer, run(tensor), row);
    copy.push(run(tensor), 1, 1);
    moves.copies.push_back(copy);
    before += run(tensor);
  }
  return moves;
}

int64_t volume_before(const Shape& shape, int dim) {
  int64_t volume = 1;
  for (int d = 0; d < dim; ++d) volume *= shape[d];
  return volume;
}

}  // namespace

TensorSpec Concat::infer(const CallOptions&) const {
  expect(!tensors.empty(), "concat: ttnn.concat: expected a non-empty list of Tensors! ",
         "tensors is empty. Give at least one.");
  expect_as<ErrorKind::not_implemented>(groups == 1, "concat: groups=", groups,
                                        " is not implemented. Leave groups out.");
  const Shape& first = tensors[0].shape();
  const int at = joined_dim(first, dim);
  check_alike(name, "tensors", tensors);
  TensorSpec spec = tensors[0].spec();
  for (size_t i = 1; i < tensors.size(); ++i) {
    const Shape& shape = tensors[i].shape();
    expect(shape.rank() == first.rank(), "concat: All tensors must have the same rank: tensors[0] ",
           first, " has rank ", first.rank(), ", tensors[", i, "] ", shape, " has rank ",
           shape.rank(), ". Reshape one of them.");
    for (int d = 0; d < first.rank(); ++d)
      expect(d == at || shape[d] == first[d],
             "concat: All dimensions must be the same size except for the dimension along which ",
             "the contenation is taking place. tensors[0] is ", first, ", tensors[", i, "] is ",
             shape, ", which differ in dim ", d, ", not ", at,
             ". Concatenate along that dim, or pad one of them.");
    spec.shape.at(at) += shape[at];
  }
  return spec;
}

LabelPtr Concat::label(std::span<const LabelPtr* const> inputs) const {
  const int at = joined_dim(tensors[0].shape(), dim);
  return elementwise_label(inputs, [at](std::span<const Placement> p) { return joined(p, at); });
}

std::optional<Tensor> Concat::shortcut(const CallOptions& options) const {
  if (tensors.size() != 1) return {};
  const TensorSpec spec = with_options(infer(options), options);
  if (spec == tensors[0].spec()) return tensors[0];
  return {};
}

Moves Concat::moves() const {
  const Shape& first = tensors[0].shape();
  return side_by_side(tensors, volume_before(first, joined_dim(first, dim)));
}

std::vector<Concat> Concat::samples(Sampler& s) {
  return {
      {{s({2, 3}), s({4, 3})}, 0},
      {{s({3, 5}), s({3, 33}), s({3, 1})}, -1},
      {{s({2, 1, 40}), s({2, 3, 40})}, 1},
      {{s({7}), s({0}), s({2})}, 0},
      {{s({2, 32, 64}), s({2, 32, 16}), s({2, 32, 48})}, 2},
      {{s({1, 1, 1})}, 2},
      {{s({0, 4}), s({0, 4})}, 1},
  };
}

TensorSpec Stack::infer(const CallOptions&) const {
  expect(!input_tensors.empty(), "stack: Stack expects at least one tensor. ",
         "input_tensors is empty. Give at least one.");
  const Shape& first = input_tensors[0].shape();
  check_alike(name, "input_tensors", input_tensors);
  for (size_t i = 1; i < input_tensors.size(); ++i)
    expect(input_tensors[i].shape() == first,
           "stack: All tensors must have the same shape: ", "input_tensors[0] is ", first,
           ", input_tensors[", i, "] is ", input_tensors[i].shape(),
           ". Use ttnn.concat for tensors of several sizes.");
  TensorSpec spec = input_tensors[0].spec();
  const int at = normalized_dim(name, dim, first.rank() + 1);
  spec.shape.insert(at, static_cast<int64_t>(input_tensors.size()));
  return spec;
}

LabelPtr Stack::label(std::span<const LabelPtr* const> inputs) const {
  const int rank = input_tensors[0].shape().rank(), at = normalized_dim(name, dim, rank + 1);
  std::array<int, Shape::max_rank> dims{};
  for (int d = 0; d < rank; ++d) dims[static_cast<size_t>(d)] = d < at ? d : d + 1;
  const LabelPtr label =
      elementwise_label(inputs, [](std::span<const Placement> p) { return joined(p, -1); });
  return with_dims(label, std::span<const int>(dims.data(), static_cast<size_t>(rank)));
}

Moves Stack::moves() const {
  const Shape& first = input_tensors[0].shape();
  return side_by_side(input_tensors,
                      volume_before(first, normalized_dim(name, dim, first.rank() + 1)));
}

std::vector<Stack> Stack::samples(Sampler& s) {
  return {
      {{s({3, 5}), s({3, 5})}, 0},
      {{s({3, 5}), s({3, 5}), s({3, 5})}, -1},
      {{s({2, 1, 40}), s({2, 1, 40})}, 1},
      {{s({7})}, 1},
  };
}

namespace ops {

void register_concat(Registry& registry) {
  registry.add<Concat>();
  registry.add<Stack>();
}

}  // namespace ops
}  // namespace ttnn
