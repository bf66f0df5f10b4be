#include "ttnn/ops/repeat.h"

#include "ttnn/runtime/dispatch.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {
namespace {

std::optional<Tensor> itself(const Tensor& input, const TensorSpec& spec) {
  if (spec == input.spec()) return input;
  return {};
}

}  // namespace

TensorSpec Repeat::infer(const CallOptions&) const {
  const int rank = input.shape().rank(), count = static_cast<int>(repeat_dims.size());
  expect(rank > 0, name, ": repeat does not support rank 0 tensors: input_tensor is ", input,
         ". Reshape it to [1] first.");
  expect(count >= rank, name, ": Number of dimensions of repeat dims can not be smaller than ",
         "number of dimensions of tensor: input_tensor ", input, " has ", rank,
         " dims, repeat_dims has ", count, ". Give a number for every dim.");
  TensorSpec spec = input.spec();
  spec.shape = spec.shape.to_rank(count);
  for (int d = 0; d < count; ++d) {
    const int64_t times = repeat_dims[static_cast<size_t>(d)];
    expect(times >= 0, name, ": repeat_dims[", d, "] is ", times, ". Give zero or more.");
    spec.shape.at(d) *= times;
  }
  return spec;
}

Placement Repeat::place(std::span<const Placement> inputs) const {
  const int added = static_cast<int>(repeat_dims.size()) - input.shape().rank();
  return moved(inputs[0], [&](int d) {
    return repeat_dims[static_cast<size_t>(d + added)] == 1 ? d + added : -1;
  });
}

std::optional<Tensor> Repeat::shortcut(const CallOptions& options) const {
  return itself(input, with_options(infer(options), options));
}

Moves Repeat::moves() const {
  const Shape out = infer({}).shape;
  const Shape in = input.shape().to_rank(out.rank());
  const Strides from = dense_strides(in), to = dense_strides(out);
  StridedCopy copy;
  for (int d = 0; d < out.rank(); ++d) {
    const auto i = static_cast<size_t>(d);
    copy.push(repeat_dims[i], 0, in[d] * to[i]);
    copy.push(in[d], from[i], to[i]);
  }
  return {{copy}, 0};
}

std::vector<Repeat> Repeat::samples(Sampler& s) {
  return {
      {s({2, 3}), {2, 3}},
      {s({2, 1, 40}), {1, 5, 1}},
      {s({3, 32}), {2, 1, 1}},
      {s({2, 5}), {1, 1}},
      {s({7}), {4}},
      {s({2, 3, 4}), {1, 1, 33}},
      {s({2, 3, 5}), {2, 0, 1}},
      {s({1, 1}), {3, 64}},
      {s({2, 2, 48}), {1, 2, 3}},
  };
}

TensorSpec RepeatInterleave::infer(const CallOptions&) const {
  expect(repeats > 0, name, ": repeats is ", repeats, ". Give one or more.");
  TensorSpec spec = input.spec();
  spec.shape.at(normalized_dim(name, dim, spec.shape.rank())) *= repeats;
  return spec;
}

// Slices of a dim stay slices of it when each index is repeated.
Placement RepeatInterleave::place(std::span<const Placement> inputs) const { return inputs[0]; }

Moves RepeatInterleave::moves() const {
  const Shape& shape = input.shape();
  const int at = normalized_dim(name, dim, shape.rank());
  int64_t outer = 1, inner = 1;
  for (int d = 0; d <= at; ++d) outer *= shape[d];
  for (int d = at + 1; d < shape.rank(); ++d) inner *= shape[d];
  StridedCopy copy;
  copy.push(outer, inner, repeats * inner);
  copy.push(repeats, 0, inner);
  copy.push(inner, 1, 1);
  return {{copy}, 0};
}

std::vector<RepeatInterleave> RepeatInterleave::samples(Sampler& s) {
  return {{s({3, 5}), 2, 0},     {s({3, 5}), 3, -1}, {s({2, 1, 40}), 1, 1},
          {s({2, 3, 33}), 4, 1}, {s({7}), 2, 0},     {s({2, 0, 3}), 2, 2}};
}

TensorSpec Expand::infer(const CallOptions&) const {
  const int rank = input.shape().rank(), count = static_cast<int>(output_shape.size());
  expect(count >= rank, name,
         ": Output shape must have at least as many dims as the input: ", "input_tensor ", input,
         " has ", rank, " dims, output_shape has ", count, ". Give a size for every dim.");
  TensorSpec spec = input.spec();
  spec.shape = spec.shape.to_rank(count);
  for (int d = 0; d < count; ++d) {
    const int64_t size = output_shape[static_cast<size_t>(d)];
    if (size == -1 && d >= count - rank) continue;
    expect(size >= 0, name, ": output_shape has ", size, " for dim ", d,
           ". Sizes are zero or more; -1 keeps a dim of the input.");
    expect(size == spec.shape[d] || spec.shape[d] == 1, name,
           ": Only size 1 dimensions can be expanded in the output shape: dim ", d, " of ",
           spec.shape, " cannot become ", size, ". Use ttnn.repeat.");
    spec.shape.at(d) = size;
  }
  return spec;
}

Placement Expand::place(std::span<const Placement> inputs) const {
  const Shape to = infer({}).shape;
  const int added = to.rank() - input.shape().rank();
  return moved(inputs[0],
               [&](int d) { return to[d + added] == input.shape()[d] ? d + added : -1; });
}

std::optional<Tensor> Expand::shortcut(const CallOptions& options) const {
  return itself(input, with_options(infer(options), options));
}

Moves Expand::moves() const {
  const Shape out = infer({}).shape;
  const Shape in = input.shape().to_rank(out.rank());
  const Strides from = dense_strides(in), to = dense_strides(out);
  StridedCopy copy;
  for (int d = 0; d < out.rank(); ++d) {
    const auto i = static_cast<size_t>(d);
    copy.push(out[d], in[d] == out[d] ? from[i] : 0, to[i]);
  }
  return {{copy}, 0};
}

std::vector<Expand> Expand::samples(Sampler& s) {
  return {{s({1, 5}), {4, 5}},         {s({3, 1}), {-1, 70}},    {s({2, 1, 40}), {2, 3, -1}},
          {s({1, 1, 32}), {2, 2, 32}}, {s({5}), {3, 2, 5}},      {s({4, 6}), {4, 6}},
          {s({1, 1}), {7, 1}},         {s({3, 1, 1}), {3, 0, 2}}};
}

namespace ops {

void register_repeat(Registry& registry) {
  registry.add<Repeat>();
  registry.add<RepeatInterleave>();
  registry.add<Expand>();
}

}  // namespace ops
}  // namespace ttnn
