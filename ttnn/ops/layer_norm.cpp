#include "ttnn/ops/layer_norm.h"

#include <cmath>

#include "ttnn/runtime/registry.h"

namespace ttnn {

TensorSpec Normalization::infer() const {
  const Shape& shape = input.shape();
  expect(shape.rank() > 0, op, ": input_tensor ", input,
         " has no dim to normalise. Give it one with ttnn.reshape.");
  expect(is_floating(input.dtype()), op, ": input_tensor must have a float dtype, but is ", input,
         ". Convert it with ttnn.typecast.");
  for (const auto& [name, parameter] : {std::pair{"weight", &weight}, {"bias", &bias}}) {
    if (!*parameter) continue;
    expect((*parameter)->volume() == shape.width(), op, ": ", name, " ", **parameter, " has ",
           (*parameter)->volume(), " values, but the last dim of input_tensor ", shape, " has ",
           shape.width(), ". Give one value for each column, as [1, ", shape.width(), "].");
    expect(is_floating((*parameter)->dtype()), op, ": ", name, " must have a float dtype, but is ",
           **parameter, ". Convert it with ttnn.typecast.");
  }
  expect(!residual || residual->shape() == shape, op, ": residual_input_tensor ",
         residual ? residual->shape() : Shape{}, " is added to input_tensor ", shape,
         " and must have its shape. Use ttnn.add first where it should be broadcast.");
  return input.spec();
}

Placement Normalization::place(std::span<const Placement> inputs) const {
  const Placement x = inputs[0];
  const size_t parameters = size_t{weight.has_value()} + size_t{bias.has_value()};
  for (size_t i = 1; i <= parameters; ++i)
    if (inputs[i].kind != Placement::replicate) return {Placement::local};
  if (residual && inputs[1 + parameters] != x) return {Placement::local};
  const bool by_rows = x.kind == Placement::shard && x.dim != input.shape().rank() - 1;
  return x.kind == Placement::replicate || by_rows ? x : Placement{Placement::local};
}

void Normalization::reference(Task task) const {
  std::vector<float> x = task.floats(input);
  if (residual) {
    const std::vector<float> added = task.floats(*residual);
    for (size_t i = 0; i < x.size(); ++i) x[i] += added[i];
  }
  const std::vector<float> scale = weight ? task.floats(*weight) : std::vector<float>{};
  const std::vector<float> shift = bias ? task.floats(*bias) : std::vector<float>{};
  const size_t width = static_cast<size_t>(input.shape().width());
  for (size_t row = 0; row < x.size(); row += width) {
    double sum = 0, squares = 0;
    for (size_t i = 0; centred && i < width; ++i) sum += x[row + i];
    const auto mean = static_cast<float>(sum / static_cast<double>(width));
    for (size_t i = 0; i < width; ++i) {
      x[row + i] -= mean;
      squares += x[row + i] * x[row + i];
    }
    const auto square = static_cast<float>(squares / static_cast<double>(width));
    const float factor = 1 / std::sqrt(square + static_cast<float>(epsilon));
    for (size_t i = 0; i < width; ++i)
      x[row + i] = x[row + i] * factor * (weight ? scale[i] : 1) + (bias ? shift[i] : 0);
  }
  task.write(std::span<const float>(x));
}

namespace {

template <class Op>
std::vector<Op> samples_of(Sampler& s) {
  constexpr double epsilon = 1e-5;
  return {
      {s({1, 33}), epsilon},
      {s({2, 3, 70}), epsilon, s.replicated({1, 70})},
      {s({5, 64}), epsilon, s.replicated({1, 1, 2, 32}), s.replicated({64})},
      {s({1, 1, 40, 96}), epsilon, s.replicated({96}), s.replicated({1, 96}), s({1, 1, 40, 96})},
      {s({40}), epsilon, {}, s.replicated({40})},
      {s({3, 0, 8}), epsilon},
      {s({4, 384}), 1e-12, s.replicated({384}), s.replicated({384})},
  };
}

}  // namespace

std::vector<LayerNorm> LayerNorm::samples(Sampler& s) { return samples_of<LayerNorm>(s); }
std::vector<RmsNorm> RmsNorm::samples(Sampler& s) { return samples_of<RmsNorm>(s); }

namespace ops {

void register_layer_norm(Registry& registry) {
  registry.add<LayerNorm>();
  registry.add<RmsNorm>();
}

}  // namespace ops
}  // namespace ttnn
