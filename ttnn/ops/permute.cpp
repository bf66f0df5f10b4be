#include "ttnn/ops/permute.h"

#include <algorithm>
#include <numeric>

#include "ttnn/runtime/dispatch.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {
namespace {

using Order = std::array<int, Shape::max_rank>;

Order order_of(std::span<const int64_t> dims) {
  const int rank = static_cast<int>(dims.size());
  Order order{};
  for (int i = 0; i < rank; ++i)
    order[static_cast<size_t>(i)] = normalized_dim("permute", dims[static_cast<size_t>(i)], rank);
  return order;
}

// Whether the elements keep their order: only dims of size 1 change places.
bool keeps_order(const Shape& shape, const Order& order) {
  int last = -1;
  for (int i = 0; i < shape.rank(); ++i) {
    const int from = order[static_cast<size_t>(i)];
    if (shape[from] == 1) continue;
    if (from < last) return false;
    last = from;
  }
  return true;
}

}  // namespace

TensorSpec Permute::infer(const CallOptions&) const {
  const Shape& shape = input.shape();
  const int rank = shape.rank();
  expect(static_cast<int>(dims.size()) == rank,
         "permute: The number of dimensions in the tensor input does not match ",
         "the length of the desired ordering: input_tensor ", input, " has ", rank,
         " dims, dims has ", dims.size(), ". Name every dim once.");
  const Order order = order_of(dims);
  TensorSpec spec = input.spec();
  for (int i = 0; i < rank; ++i) {
    const int from = order[static_cast<size_t>(i)];
    expect(std::count(order.begin(), order.begin() + i, from) == 0, "permute: dim ", from,
           " appears multiple times in the list of dims. Name every dim of ", shape, " once.");
    spec.shape.at(i) = shape[from];
  }
  spec.pad_value = static_cast<float>(pad_value);
  return spec;
}

Placement Permute::place(std::span<const Placement> inputs) const {
  const Order order = order_of(dims);
  const auto end = order.begin() + static_cast<int>(dims.size());
  return moved(inputs[0], [&](int dim) {
    return static_cast<int>(std::find(order.begin(), end, dim) - order.begin());
  });
}

std::optional<Tensor> Permute::shortcut(const CallOptions& options) const {
  const TensorSpec spec = with_options(infer(options), options);
  if (spec.dtype != input.dtype() || !keeps_order(input.shape(), order_of(dims))) return {};
  if (is_block_float(spec.dtype) && spec.shape.width() != input.shape().width()) return {};
  const LabelPtr* label = &input.label();
  return share(input, spec,
               combine({&label, 1}, [this](std::span<const Placement> p) { return place(p); }));
}

Moves Permute::moves() const {
  const Order order = order_of(dims);
  const Strides from = dense_strides(input.shape());
  const Shape out = infer({}).shape;
  const Strides to = dense_strides(out);
  StridedCopy copy;
  for (int i = 0; i < out.rank(); ++i)
    copy.push(out[i], from[static_cast<size_t>(order[static_cast<size_t>(i)])],
              to[static_cast<size_t>(i)]);
  return {{copy}, 0};
}

std::vector<Permute> Permute::samples(Sampler& s) {
  return {
      {s({2, 3, 5, 7}), {0, 2, 1, 3}}, {s({2, 3, 33, 70}), {0, 1, 3, 2}},
      {s({4, 5, 6}), {-1, 0, -2}},     {s({9}), {0}},
      {s({1, 6, 1, 8}), {2, 1, 0, 3}}, {s({0, 3, 4}), {2, 0, 1}},
      {s({3, 64, 96}), {2, 1, 0}},     {s({2, 1, 3, 1, 4}), {4, 3, 2, 1, 0}},
  };
}

Permute Transpose::as_permute() const {
  const int rank = input.shape().rank();
  Permute op{input, std::vector<int64_t>(static_cast<size_t>(rank)), pad_value};
  std::iota(op.dims.begin(), op.dims.end(), 0);
  std::swap(op.dims[static_cast<size_t>(normalized_dim(name, dim1, rank))],
            op.dims[static_cast<size_t>(normalized_dim(name, dim2, rank))]);
  return op;
}

TensorSpec Transpose::infer(const CallOptions& options) const {
  return as_permute().infer(options);
}
Placement Transpose::place(std::span<const Placement> inputs) const {
  return as_permute().place(inputs);
}
std::optional<Tensor> Transpose::shortcut(const CallOptions& options) const {
  return as_permute().shortcut(options);
}
Moves Transpose::moves() const { return as_permute().moves(); }

std::vector<Transpose> Transpose::samples(Sampler& s) {
  return {
      {s({5, 33}), 0, 1},   {s({2, 3, 40, 50}), -2, -1}, {s({2, 3, 4, 5}), 1, 2},
      {s({3, 1, 7}), 1, 1}, {s({1, 6}), 0, 1},           {s({2, 0, 4}), 0, 2},
  };
}

namespace ops {

void register_permute(Registry& registry) {
  registry.add<Permute>();
  registry.add<Transpose>();
}

}  // namespace ops
}  // namespace ttnn
