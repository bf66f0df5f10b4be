#include "ttnn/ops/softmax.h"

#include <cmath>

#include "ttnn/ops/binary.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {

int MaskedSoftmax::axis() const { return normalized_dim(op, dim, input.shape().rank()); }

TensorSpec MaskedSoftmax::infer() const {
  const Shape& shape = input.shape();
  expect(shape.rank() > 0, op, ": input_tensor ", input,
         " has no dim. Give it one with ttnn.reshape.");
  (void)axis();
  for (const Tensor* tensor : {&input, mask})
    if (tensor && !is_floating(tensor->dtype()))
      fail(op, ": ", tensor == mask ? "mask" : "input_tensor", " must have a float dtype, but is ",
           *tensor, ". Convert it with ttnn.typecast.");
  if (mask) {
    const Shape& given = mask->shape();
    const int added = shape.rank() - given.rank();
    bool broadcasts = added >= 0;
    for (int d = 0; broadcasts && d < given.rank(); ++d)
      broadcasts = given[d] == 1 || given[d] == shape[d + added];
    expect(broadcasts, op, ": mask ", given, " does not broadcast to input_tensor ", shape,
           ". Give sizes of 1 or the same ones, aligned at the last dim.");
  }
  return input.spec();
}

Placement MaskedSoftmax::place(std::span<const Placement> inputs) const {
  constexpr Placement local{Placement::local};
  const Placement x = inputs[0];
  if (x.kind == Placement::partial || x.kind == Placement::local) return local;
  if (x.kind == Placement::shard && x.dim == axis()) return local;
  if (!mask) return x;
  const int added = input.shape().rank() - mask->shape().rank();
  const Placement m = inputs[1];
  if (x.kind == Placement::replicate) return m.kind == Placement::replicate ? x : local;
  if (m.kind == Placement::replicate)
    return x.dim < added || mask->shape()[x.dim - added] == 1 ? x : local;
  const bool alongside = m == Placement{Placement::shard, x.dim - added} &&
                         mask->shape()[m.dim] == input.shape()[x.dim];
  return alongside ? x : local;
}

void MaskedSoftmax::reference(Task task) const {
  std::vector<float> x = task.floats(input);
  const Shape& shape = input.shape();
  for (float& value : x) value *= static_cast<float>(scale);
  if (mask) {
    const std::vector<float> added = task.floats(*mask);
    const Shape strides = broadcast_strides(mask->shape(), shape);
    for (size_t i = 0; i < x.size(); ++i) {
      int64_t at = 0, rest = static_cast<int64_t>(i);
      for (int d = shape.rank() - 1; d >= 0; rest /= shape[d--]) at += rest % shape[d] * strides[d];
      x[i] += added[static_cast<size_t>(at)];
    }
  }
  const int d = axis();
  int64_t inner = 1;
  for (int i = d + 1; i < shape.rank(); ++i) inner *= shape[i];
  const int64_t n = shape[d], outer = x.empty() ? 0 : shape.volume() / (n * inner);
  for (int64_t row = 0; row < outer * inner; ++row) {
    float* first = x.data() + row / inner * n * inner + row % inner;
    float top = first[0];
    double sum = 0;
    for (int64_t i = 0; i < n; ++i) top = std::max(top, first[i * inner]);
    for (int64_t i = 0; i < n; ++i) sum += first[i * inner] = std::exp(first[i * inner] - top);
    for (int64_t i = 0; i < n; ++i) first[i * inner] /= static_cast<float>(sum);
  }
  task.write(std::span<const float>(x));
}

namespace {

template <class Op>
std::vector<Op> samples_along_dims(Sampler& s) {
  return {
      {s({1, 33}), -1},     {s({2, 3, 5, 70}), -1}, {s({2, 40, 33}), 1}, {s({3, 5, 33}), 0},
      {s({2, 3, 4, 5}), 1}, {s({40}), 0},           {s({5, 1}), -1},     {s({3, 0, 4}), -1},
  };
}

template <class Op>
std::vector<Op> samples_with_masks(Sampler& s) {
  return {
      {s({2, 3, 5, 40})},
      {s({2, 3, 5, 40}), 0.125, s.replicated({1, 1, 1, 40})},
      {s({2, 3, 5, 40}), 0.125, s.replicated({1, 1, 5, 40}), true},
      {s({2, 3, 5, 33}), {}, s({2, 1, 5, 33})},
      {s({2, 3, 5, 33}), 2, s({2, 3, 5, 1})},
  };
}

}  // namespace

std::vector<Softmax> Softmax::samples(Sampler& s) { return samples_along_dims<Softmax>(s); }
std::vector<SoftmaxInPlace> SoftmaxInPlace::samples(Sampler& s) {
  return samples_along_dims<SoftmaxInPlace>(s);
}
std::vector<ScaleMaskSoftmax> ScaleMaskSoftmax::samples(Sampler& s) {
  return samples_with_masks<ScaleMaskSoftmax>(s);
}
std::vector<ScaleMaskSoftmaxInPlace> ScaleMaskSoftmaxInPlace::samples(Sampler& s) {
  return samples_with_masks<ScaleMaskSoftmaxInPlace>(s);
}

namespace ops {

void register_softmax(Registry& registry) {
  registry.add<Softmax>();
  registry.add<SoftmaxInPlace>();
  registry.add<ScaleMaskSoftmax>();
  registry.add<ScaleMaskSoftmaxInPlace>();
  // TT-NN's form for masks [1, 1, H, W] on sharded inputs: the same result.
  registry.alias("scale_causal_mask_hw_dims_softmax_in_place", ScaleMaskSoftmaxInPlace::name);
}

}  // namespace ops
}  // namespace ttnn
