#include "ttnn/ops/pad.h"

#include <algorithm>

#include "ttnn/runtime/dispatch.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {

TensorSpec Pad::infer(const CallOptions&) const {
  TensorSpec spec = input.spec();
  expect(static_cast<int>(padding.size()) == spec.shape.rank(),
         "pad: ttnn.pad: padding must be the same length as the input tensor rank: input_tensor ",
         input, " has ", spec.shape.rank(), " dims, padding has ", padding.size(),
         " pairs. Give (before, after) for every dim.");
  for (int d = 0; d < spec.shape.rank(); ++d) {
    const std::vector<int64_t>& pair = padding[static_cast<size_t>(d)];
    expect(pair.size() == 2, "pad: padding[", d, "] has ", pair.size(),
           " numbers. Give (before, after).");
    expect(pair[0] >= 0 && pair[1] >= 0, "pad: padding[", d, "] is (", pair[0], ", ", pair[1],
           "). Give numbers of zero or more; ttnn.slice takes away.");
    spec.shape.at(d) += pair[0] + pair[1];
  }
  return spec;
}

// Slices with something between them, and terms of a sum beside a constant, have no name.
Placement Pad::place(std::span<const Placement> inputs) const {
  const auto is_padded = [](const std::vector<int64_t>& pair) { return pair[0] + pair[1] > 0; };
  const bool adds = value != 0 && std::any_of(padding.begin(), padding.end(), is_padded);
  if (inputs[0].kind == Placement::partial && adds) return {Placement::local};
  return moved(inputs[0],
               [&](int d) { return is_padded(padding[static_cast<size_t>(d)]) ? -1 : d; });
}

std::optional<Tensor> Pad::shortcut(const CallOptions& options) const {
  const TensorSpec spec = with_options(infer(options), options);
  if (spec.shape == input.shape() && spec == input.spec()) return input;
  return {};
}

Moves Pad::moves() const {
  const Shape& shape = input.shape();
  Shape out = shape, begin = shape, zero = shape;
  for (int d = 0; d < shape.rank(); ++d) {
    const std::vector<int64_t>& pair = padding[static_cast<size_t>(d)];
    begin.at(d) = pair[0];
    out.at(d) += pair[0] + pair[1];
    zero.at(d) = 0;
  }
  Moves moves{{move_box(shape, zero, out, begin, shape)}, value};
  fill_around(moves, out, begin, shape);
  return moves;
}

std::vector<Pad> Pad::samples(Sampler& s) {
  return {
      {s({3, 5}), {{0, 2}, {0, 3}}, 0},
      {s({2, 3, 40}), {{0, 0}, {1, 2}, {0, 24}}, 1.5},
      {s({2, 33, 32}), {{1, 0}, {0, 31}, {0, 0}}, -1},
      {s({7}), {{3, 2}}, 2},
      {s({4, 6}), {{0, 0}, {0, 0}}, 3},
      {s({0, 4}), {{1, 1}, {0, 0}}, 7},
      {s({1, 1, 2, 3}), {{0, 0}, {1, 0}, {0, 0}, {2, 3}}, 0},
  };
}

Outputs PadToShape::compose(const CallOptions& options) const {
  check_usable(input, name, "input_tensor");
  const Shape& shape = input.shape();
  const size_t rank = static_cast<size_t>(shape.rank());
  expect(output_padded_shape.size() == rank && input_tensor_start.size() == rank, "pad: ",
         "ttnn.pad: padding must be the same length as the input tensor rank: input_tensor ", input,
         " has ", rank, " dims, output_padded_shape ", output_padded_shape.size(),
         ", input_tensor_start ", input_tensor_start.size(), ". Give one number for every dim.");
  Pad pad{input, {}, value};
  for (size_t i = 0; i < rank; ++i) {
    const int64_t start = input_tensor_start[i], size = shape[static_cast<int>(i)];
    expect(start >= 0 && start + size <= output_padded_shape[i], "pad: dim ", i, " of ", shape,
           " does not fit from ", start, " on into output_padded_shape, which has ",
           output_padded_shape[i], " there. Give a larger shape.");
    pad.padding.push_back({start, output_padded_shape[i] - start - size});
  }
  return {run(std::move(pad), options)};
}

namespace ops {

void register_pad(Registry& registry) {
  registry.add<Pad>();
  registry.add<PadToShape>();
}

}  // namespace ops
}  // namespace ttnn
