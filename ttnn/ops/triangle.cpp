#include "ttnn/ops/triangle.h"

#include "ttnn/runtime/registry.h"

namespace ttnn {
namespace {

TensorSpec inferred(std::string_view op, const Tensor& input) {
  expect(input.shape().rank() >= 2, op, ": input_tensor ", input, " has rank ",
         input.shape().rank(), ", but a matrix has 2. Reshape it.");
  return input.spec();
}

// Slices of a matrix have diagonals of their own.
Placement placed(Placement in, int rank) {
  return in.kind == Placement::shard && in.dim >= rank - 2 ? Placement{Placement::local} : in;
}

template <class T>
void cut(Task task, std::vector<T> x, const Shape& shape, Triangle triangle) {
  const int64_t height = shape[-2], width = shape[-1];
  for (size_t i = 0; i < x.size(); ++i) {
    const auto row = static_cast<int64_t>(i) / width, column = static_cast<int64_t>(i) % width;
    const auto [begin, end] = triangle.kept(row % height, width);
    if (column < begin || column >= end) x[i] = 0;
  }
  task.write(x);
}

void cut(Task task, const Tensor& input, Triangle triangle) {
  if (is_floating(input.dtype()))
    cut(task, task.floats(input), input.shape(), triangle);
  else
    cut(task, task.integers(input), input.shape(), triangle);
}

template <class Op>
std::vector<Op> triangle_samples(Sampler& s) {
  return {{s({5, 5})},     {s({3, 7}), 1}, {s({2, 40, 33}), -2}, {s({2, 3, 33, 70})}, {s({4, 1})},
          {s({3, 3}), -5}, {s({3, 3}), 5}, {s({0, 4})},          {s({4, 0})}};
}

}  // namespace

TensorSpec TriL::infer(const CallOptions&) const { return inferred(name, input); }
Placement TriL::place(std::span<const Placement> in) const {
  return placed(in[0], input.shape().rank());
}
void TriL::reference(Task task) const { cut(task, input, triangle()); }
std::vector<TriL> TriL::samples(Sampler& s) { return triangle_samples<TriL>(s); }

TensorSpec TriU::infer(const CallOptions&) const { return inferred(name, input); }
Placement TriU::place(std::span<const Placement> in) const {
  return placed(in[0], input.shape().rank());
}
void TriU::reference(Task task) const { cut(task, input, triangle()); }
std::vector<TriU> TriU::samples(Sampler& s) { return triangle_samples<TriU>(s); }

namespace ops {

void register_triangle(Registry& registry) {
  registry.add<TriL>();
  registry.add<TriU>();
}

}  // namespace ops
}  // namespace ttnn
