#include "ttnn/ops/cumprod.h"

#include "ttnn/runtime/registry.h"

namespace ttnn {

TensorSpec Cumprod::infer(const CallOptions&) const {
  axis();  // refuses a dim that the tensor does not have
  return input.spec();
}

// A device multiplies what it holds: less than the whole where the mesh has cut `dim`. Products of
// a sum's terms are no terms of anything.
Placement Cumprod::place(std::span<const Placement> inputs) const {
  const Placement in = inputs[0];
  const bool is_kept =
      in.kind == Placement::replicate || (in.kind == Placement::shard && in.dim != axis());
  return is_kept ? in : Placement{Placement::local};
}

void Cumprod::reference(Task task) const {
  const Along rows(input.shape(), axis());
  const auto multiply_up = [&](auto x, auto one) {
    using T = typename decltype(x)::value_type;
    for (int64_t r = 0; r < rows.rows(); ++r) {
      T* row = x.data() + rows.first(r);
      auto product = one;
      for (int64_t i = 0; i < rows.n; ++i) {
        T& value = row[(reverse_order ? rows.n - 1 - i : i) * rows.inner];
        product *= static_cast<decltype(one)>(value);
        value = static_cast<T>(product);
      }
    }
    task.write(x);
  };
  if (is_floating(input.dtype()))
    multiply_up(task.floats(input), 1.0);
  else
    multiply_up(task.integers(input), uint64_t{1});  // wraps
}

std::vector<Cumprod> Cumprod::samples(Sampler& s) {
  return {{s.uniform({3, 5}, 0.5, 1.5), 1},         {s.uniform({37}, 0.5, 1.5), 0, true},
          {s.uniform({2, 3, 33, 10}, 0.5, 1.5), 2}, {s.uniform({2, 3, 4, 40}, 0.5, 1.5), -1, true},
          {s.uniform({6, 1, 3}, 0.5, 1.5), 0},      {s.uniform({0, 4}, 0.5, 1.5), 1},
          {s.uniform({2, 0}, 0.5, 1.5), 1}};
}

namespace ops {

void register_cumprod(Registry& registry) { registry.add<Cumprod>(); }

}  // namespace ops
}  // namespace ttnn
