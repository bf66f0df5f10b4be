#include "ttnn/ops/reshape.h"

#include <algorithm>

#include "ttnn/runtime/dispatch.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {
namespace {

Shape resolved(std::string_view op, const Tensor& input, const std::vector<int64_t>& sizes) {
  Shape shape{std::span<const int64_t>(sizes)};
  int inferred = -1;
  int64_t known = 1;
  for (int d = 0; d < shape.rank(); ++d) {
    if (shape[d] == -1) {
      expect(inferred < 0, op, ": Only one dimension can be inferred in reshape, but shape ", shape,
             " has more than one -1. Give all sizes but one.");
      inferred = d;
      continue;
    }
    expect(shape[d] >= 0, op, ": shape ", shape,
           " has a negative size. Sizes are zero or more; one may be -1.");
    known *= shape[d];
  }
  const int64_t volume = input.volume();
  const bool fits = inferred < 0 ? known == volume : known > 0 && volume % known == 0;
  expect(fits, op, ": Invalid arguments to reshape: input_tensor ", input, " has ", volume,
         " elements, which shape ", shape, " cannot hold. Give sizes whose product is ", volume,
         ".");
  if (inferred >= 0) shape.at(inferred) = volume / known;
  return shape;
}

// TT-NN's rule for a reshape that is a view: rows stay whole, and so do tiles.
bool is_view(const TensorSpec& from, const TensorSpec& to) {
  if (from.shape.width() != to.shape.width()) return false;
  if (from.layout != Layout::TILE) return true;
  const auto height = [](const Shape& shape) { return shape.rank() > 1 ? shape[-2] : 1; };
  const int64_t before = height(from.shape), after = height(to.shape);
  return before == after || (before % from.tile.height == 0 && after % to.tile.height == 0);
}

// The elements in their order as `spec`, without a copy where storage allows it.
std::optional<Tensor> reshaped(const Tensor& input, const TensorSpec& spec, LabelPtr label) {
  if (spec.dtype != input.dtype()) return {};
  if (is_block_float(spec.dtype) && spec.shape.width() != input.shape().width()) return {};
  const bool same_memory = spec.memory_config == input.memory_config();
  if (input.mesh() && same_memory && is_view(input.spec(), spec))
    return input.with(spec).with(std::move(label));
  return share(input, spec, std::move(label));
}

// Places the input's label along each axis by the op's rule.
template <class Op>
LabelPtr placed(const Op& op) {
  const LabelPtr* label = &op.input.label();
  return combine({&label, 1}, [&](std::span<const Placement> p) { return op.place(p); });
}

// The dim of `to` that holds what dim d of `from` held, so that joining shards along it is the
// reshaped whole: the dims before it make up as many elements. Among dims of size 1 the one of
// equal size, counted from the end, is meant.
int matching_dim(const Shape& from, const Shape& to, int d) {
  if (from.volume() == 0) return from == to ? d : -1;
  int64_t before = 1;
  for (int k = 0; k < d; ++k) before *= from[k];
  int last = -1, equal = -1;
  int64_t product = 1;
  for (int k = 0; k < to.rank() && product <= before; product *= to[k], ++k) {
    if (product != before) continue;
    last = k;
    if (to[k] != from[d]) continue;
    const bool same_from_end = to.rank() - k == from.rank() - d, same_from_front = k == d;
    if (equal < 0 || same_from_end || (same_from_front && to.rank() - equal != from.rank() - d))
      equal = k;
  }
  return equal >= 0 ? equal : last;
}

Error out_of_range(std::string_view op, int64_t dim, int low, int high) {
  return Error(text(op, ": Dimension out of range (expected to be in range of [", low, ",", high,
                    "], but got ", dim, "). A new dim goes before one of the tensor's ", high,
                    " or behind the last."));
}

}  // namespace

TensorSpec Reshape::infer(const CallOptions&) const {
  TensorSpec spec = input.spec();
  spec.shape = resolved(name, input, shape);
  if (pad_value) spec.pad_value = static_cast<float>(*pad_value);
  return spec;
}

LabelPtr Reshape::label(std::span<const LabelPtr* const> inputs) const {
  const LabelPtr& in = *inputs[0];
  if (!in->has(Placement::shard)) return in;
  const Shape &from = input.shape(), to = infer({}).shape;
  std::array<int, Shape::max_rank> dims{};
  for (int d = 0; d < from.rank(); ++d) dims[static_cast<size_t>(d)] = matching_dim(from, to, d);
  // Two sharded dims that became one: their shards no longer follow each other in the order that a
  // label can say.
  const auto sharded = [&](int d) {
    return std::any_of(in->placements().begin(), in->placements().end(),
                       [d](Placement p) { return p.kind == Placement::shard && p.dim == d; });
  };
  auto joined = dims;
  for (int a = 0; a < from.rank(); ++a)
    for (int b = 0; b < from.rank(); ++b)
      if (a != b && sharded(a) && sharded(b) &&
          dims[static_cast<size_t>(a)] == dims[static_cast<size_t>(b)])
        joined[static_cast<size_t>(a)] = -1;
  return with_dims(in, std::span<const int>(joined.data(), static_cast<size_t>(from.rank())));
}

std::optional<Tensor> Reshape::shortcut(const CallOptions& options) const {
  const LabelPtr* in = &input.label();
  return reshaped(input, with_options(infer(options), options), label({&in, 1}));
}

std::vector<Reshape> Reshape::samples(Sampler& s) {
  return {
      {s({2, 3, 4}), {6, 4}},
      {s({2, 3, 4}), {4, -1}},
      {s({35}), {5, 7}},
      {s({1, 1, 3, 64}), {3, 64}},
      {s({2, 64, 32}), {1, 2, 64, 32}},
      {s({0, 4}), {2, 0}},
      {s({1, 1}), {}},
      {s({2, 5, 33}), {10, 33}},
      {s({4, 6}), {2, 2, 6}},
      {s({2, 3, 40}), {2, 120}},
  };
}

Outputs ReshapePadded::compose(const CallOptions& options) const {
  const int rank = std::max(logical_shape.rank(), padded_shape.rank());
  const Shape logical = logical_shape.to_rank(rank), padded = padded_shape.to_rank(rank);
  for (int d = 0; d < rank; ++d)
    expect(padded[d] >= logical[d], name, ": padded_shape ", padded_shape,
           " is smaller than logical_shape ", logical_shape, " in dim ", d,
           ". Leave padded_shape out: it follows from the layout.");
  return {run(Reshape{input, {logical_shape.begin(), logical_shape.end()}, pad_value}, options)};
}

TensorSpec View::infer(const CallOptions&) const {
  TensorSpec spec = input.spec();
  spec.shape = resolved(name, input, shape);
  expect(spec.shape.width() == input.shape().width(), name,
         ": The last dimension must be the same: input_tensor ", input, ", shape ", spec.shape,
         ". Use ttnn.reshape, which may copy.");
  expect(is_view(input.spec(), spec), name,
         ": The second last dimension of a tiled tensor must stay or be whole tiles: ",
         "input_tensor ", input, ", shape ", spec.shape, ". Use ttnn.reshape, which may copy.");
  return spec;
}

std::optional<Tensor> View::shortcut(const CallOptions& options) const {
  const LabelPtr* in = &input.label();
  return input.with(infer(options)).with(Reshape{input, shape, {}}.label({&in, 1}));
}

std::vector<View> View::samples(Sampler& s) {
  return {{s({2, 32, 40}), {1, 2, 32, 40}}, {s({2, 32, 64}), {-1, 64}}, {s({1, 5}), {5}}};
}

std::array<bool, Shape::max_rank> Squeeze::dropped() const {
  const Shape& shape = input.shape();
  std::array<bool, Shape::max_rank> drop{};
  const auto mark = [&](int64_t given) {
    if (shape.rank() == 0 && (given == 0 || given == -1))
      return;  // as torch: a scalar has nothing to drop
    const int d = normalized_dim(name, given, shape.rank());
    drop[static_cast<size_t>(d)] = shape[d] == 1;
  };
  if (!dim) {
    for (int d = 0; d < shape.rank(); ++d) mark(d);
  } else if (auto* one = std::get_if<int64_t>(&*dim)) {
    mark(*one);
  } else {
    for (int64_t d : std::get<std::vector<int64_t>>(*dim)) mark(d);
  }
  return drop;
}

TensorSpec Squeeze::infer(const CallOptions&) const {
  const auto drop = dropped();
  TensorSpec spec = input.spec();
  spec.shape = {};
  for (int d = 0; d < input.shape().rank(); ++d)
    if (!drop[static_cast<size_t>(d)]) spec.shape.push_back(input.shape()[d]);
  return spec;
}

Placement Squeeze::place(std::span<const Placement> inputs) const {
  const auto drop = dropped();
  return moved(inputs[0], [&](int dim) {
    if (drop[static_cast<size_t>(dim)]) return -1;
    return dim - static_cast<int>(std::count(drop.begin(), drop.begin() + dim, true));
  });
}

std::optional<Tensor> Squeeze::shortcut(const CallOptions& options) const {
  return reshaped(input, with_options(infer(options), options), placed(*this));
}

std::vector<Squeeze> Squeeze::samples(Sampler& s) {
  using Dims = std::vector<int64_t>;
  return {{s({1, 3, 1, 40}), {}},  {s({1, 3, 1, 40}), int64_t{0}}, {s({1, 3, 1, 40}), int64_t{-2}},
          {s({2, 3}), int64_t{1}}, {s({1, 1, 5}), Dims{0, 1}},     {s({1}), {}},
          {s({5, 1}), int64_t{-1}}};
}

TensorSpec Unsqueeze::infer(const CallOptions&) const {
  const int rank = input.shape().rank();
  if (dim < -(rank + 1) || dim > rank) throw out_of_range(name, dim, -(rank + 1), rank);
  TensorSpec spec = input.spec();
  spec.shape.insert(static_cast<int>(dim < 0 ? dim + rank + 1 : dim), 1);
  return spec;
}

Placement Unsqueeze::place(std::span<const Placement> inputs) const {
  const int64_t at = dim < 0 ? dim + input.shape().rank() + 1 : dim;
  return moved(inputs[0], [&](int d) { return d < at ? d : d + 1; });
}

std::optional<Tensor> Unsqueeze::shortcut(const CallOptions& options) const {
  return reshaped(input, with_options(infer(options), options), placed(*this));
}

std::vector<Unsqueeze> Unsqueeze::samples(Sampler& s) {
  return {{s({3, 40}), 0}, {s({3, 40}), 1}, {s({3, 40}), -1}, {s({7}), -2}, {s({2, 3, 32}), 3}};
}

TensorSpec UnsqueezeTo4D::infer(const CallOptions&) const {
  expect(input.shape().rank() <= 4, name, ": tensor ", input, " has rank ", input.shape().rank(),
         ", but at most 4 can become 4. Reshape it.");
  TensorSpec spec = input.spec();
  spec.shape = spec.shape.to_rank(4);
  return spec;
}

Placement UnsqueezeTo4D::place(std::span<const Placement> inputs) const {
  return moved(inputs[0], [this](int dim) { return dim + 4 - input.shape().rank(); });
}

std::optional<Tensor> UnsqueezeTo4D::shortcut(const CallOptions& options) const {
  if (input.shape().rank() == 4) return input;
  return reshaped(input, with_options(infer(options), options), placed(*this));
}

std::vector<UnsqueezeTo4D> UnsqueezeTo4D::samples(Sampler& s) {
  return {{s({5})}, {s({3, 40})}, {s({2, 3, 32})}, {s({1, 2, 3, 4})}};
}

namespace ops {

void register_reshape(Registry& registry) {
  registry.add<Reshape>();
  registry.add<ReshapePadded>();
  registry.add<View>();
  registry.add<Squeeze>();
  registry.add<Unsqueeze>();
  registry.add<UnsqueezeTo4D>();
}

}  // namespace ops
}  // namespace ttnn
