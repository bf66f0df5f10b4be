#include "ttnn/ops/cumsum.h"

#include "ttnn/runtime/registry.h"

namespace ttnn {

int Cumsum::axis() const { return normalized_dim(name, dim, input.shape().rank()); }

TensorSpec Cumsum::infer(const CallOptions&) const {
  axis();  // refuses a dim that the tensor does not have
  return input.spec();
}

// A device adds up what it holds. Where the mesh has cut `dim`, that is less than the whole.
Placement Cumsum::place(std::span<const Placement> inputs) const {
  const bool cut = inputs[0].kind == Placement::shard && inputs[0].dim == axis();
  return cut ? Placement{Placement::local, 0} : inputs[0];
}

void Cumsum::reference(Task task) const {
  const Shape& shape = input.shape();
  const int64_t n = shape[axis()];
  int64_t stride = 1;  // from one element to the next along the dim
  for (int d = axis() + 1; d < shape.rank(); ++d) stride *= shape[d];

  const auto add_up = [&](auto x, auto nothing) {
    for (int64_t first = 0; first < shape.volume(); ++first) {
      if (first / stride % n != 0) continue;  // not the first of its line
      auto sum = nothing;
      for (int64_t i = 0; i < n; ++i) {
        auto& value = x[size_t(first + (reverse_order ? n - 1 - i : i) * stride)];
        value = static_cast<std::decay_t<decltype(value)>>(sum += value);
      }
    }
    task.write(x);
  };
  if (is_floating(input.dtype()))
    add_up(task.floats(input), 0.0);
  else
    add_up(task.integers(input), int64_t{0});
}

std::vector<Cumsum> Cumsum::samples(Sampler& s) {
  return {
      {s({1}), 0, false},           {s({5, 33}), -1, false}, {s({3, 1, 7}), 1, true},
      {s({2, 3, 40, 50}), 2, true}, {s({0, 4}), 1, false},   {s({2, 0, 4}), 1, true},
  };
}

namespace ops {

void register_cumsum(Registry& registry) { registry.add<Cumsum>(); }

}  // namespace ops
}  // namespace ttnn
