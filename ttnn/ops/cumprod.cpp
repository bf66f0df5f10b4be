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
  const auto multiply_up = [&](auto x) {
    using T = typename decltype(x)::value_type;
    for (int64_t r = 0; r < rows.rows(); ++r) {
      T* row = x.data() + rows.first(r);
      for (int64_t i = 1; i < rows.n; ++i) {
        const int64_t from = reverse_order ? rows.n - i : i - 1;
        const int64_t to = reverse_order ? from - 1 : i;
        if constexpr (std::is_same_v<T, int64_t>)  // wraps
          row[to * rows.inner] =
              static_cast<int64_t>(static_cast<uint64_t>(row[to * rows.inner]) *
                                   static_cast<uint64_t>(row[from * rows.inner]));
        else
          row[to * rows.inner] *= row[from * rows.inner];
      }
    }
    task.write(x);
  };
  if (is_floating(input.dtype()))
    multiply_up(task.floats(input));
  else
    multiply_up(task.integers(input));
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
