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

  const auto add_up = [&](auto x) {
    for (int64_t first = 0; first < shape.volume(); ++first) {
      if (first / stride % n != 0) continue;  // not the first of its line
      for (int64_t i = 1; i < n; ++i) {
        const int64_t from = reverse_order ? n - i : i - 1;
        const int64_t to = reverse_order ? from - 1 : i;
        x[size_t(first + to * stride)] += x[size_t(first + from * stride)];
      }
    }
    task.write(x);
  };
  if (is_floating(input.dtype()))
    add_up(task.floats(input));
  else
    add_up(task.integers(input));
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
