#include "ttnn/ops/argmax.h"

#include "ttnn/runtime/registry.h"

namespace ttnn {

Along ArgMax::along() const {
  const Shape& shape = input.shape();
  return dim ? Along(shape, normalized_dim(name, *dim, shape.rank())) : Along(shape);
}

TensorSpec ArgMax::infer(const CallOptions&) const {
  expect(
      along().n > 0, name, ": input_tensor ", input,
      " has no elements along dim, and nothing has no largest one. Leave out tensors of size 0.");
  TensorSpec spec;
  const Shape& shape = input.shape();
  const int at = dim ? normalized_dim(name, *dim, shape.rank()) : -1;
  for (int d = 0; d < shape.rank(); ++d) {
    if (dim && d != at)
      spec.shape.push_back(shape[d]);
    else if (keepdim)
      spec.shape.push_back(1);
  }
  spec.dtype = DataType::UINT32;
  spec.layout = Layout::ROW_MAJOR;
  spec.memory_config = input.memory_config();
  return spec;
}

Placement ArgMax::place(std::span<const Placement> inputs) const {
  const Placement in = inputs[0];
  if (in.kind == Placement::replicate) return in;
  if (in.kind != Placement::shard || !dim) return {Placement::local};
  const int at = normalized_dim(name, *dim, input.shape().rank());
  if (in.dim == at) return {Placement::local};  // indices within a slice
  return {Placement::shard, in.dim - (!keepdim && in.dim > at ? 1 : 0)};
}

void ArgMax::reference(Task task) const {
  std::vector<double> x;
  if (is_floating(input.dtype())) {
    const std::vector<float> values = task.floats(input);
    x.assign(values.begin(), values.end());
  } else {
    const std::vector<int64_t> values = task.integers(input);
    x.assign(values.begin(), values.end());
  }
  const Along rows = along();
  std::vector<int64_t> places(static_cast<size_t>(rows.rows()));
  for (int64_t r = 0; r < rows.rows(); ++r) {
    const double* row = x.data() + rows.first(r);
    int64_t best = 0;
    for (int64_t i = 1; i < rows.n; ++i) {
      const double value = row[i * rows.inner], largest = row[best * rows.inner];
      if (value > largest || (value != value && largest == largest)) best = i;
    }
    places[static_cast<size_t>(r)] = best;
  }
  task.write(places);
}

std::vector<ArgMax> ArgMax::samples(Sampler& s) {
  return {{s({3, 5}), -1, false},        {s({37}), 0, false},          {s({37}), {}, true},
          {s({2, 3, 33, 70}), -1, true}, {s({2, 3, 33, 70}), -2, {}},  {s({2, 3, 33, 70}), 1, true},
          {s({4, 1, 6}), 1, false},      {s({2, 3, 7}), {}, false},    {s({2, 3, 7}), {}, true},
          {s({1, 1}), 0, false},         {s({2, 0, 4}), -1, false},    {s({300, 3}), 0, false},
          {s({500, 40}), 0, false},      {s({1, 1, 1, 1000}), 3, true}};
}

namespace ops {

void register_argmax(Registry& registry) { registry.add<ArgMax>(); }

}  // namespace ops
}  // namespace ttnn
