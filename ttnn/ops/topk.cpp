#include "ttnn/ops/topk.h"

#include <algorithm>
#include <numeric>

#include "ttnn/runtime/registry.h"

namespace ttnn {
namespace {

constexpr int64_t most_short_indices = 65536;

std::vector<TensorSpec> ordered_specs(const Tensor& input, int dim, int64_t count,
                                      bool wide_indices) {
  TensorSpec values = input.spec();
  values.shape.at(dim) = count;
  values.layout = Layout::TILE;
  values.pad_value = 0;
  TensorSpec indices = values;
  indices.dtype = wide_indices ? DataType::UINT32 : DataType::UINT16;
  return {values, indices};
}

// Slices of the dim that is put in order are local; others stay slices.
Placement placed(Placement in, int dim) {
  if (in.kind == Placement::replicate) return in;
  return in.kind == Placement::shard && in.dim != dim ? in : Placement{Placement::local};
}

bool before(double a, double b, bool descending) {
  if (a != a || b != b) return descending ? a != a && b == b : a == a && b != b;
  return descending ? a > b : a < b;
}

template <class T>
void write_ordered(Task task, const std::vector<T>& x, const Along& rows, int64_t count,
                   bool descending) {
  std::vector<T> values(static_cast<size_t>(rows.rows() * count));
  std::vector<int64_t> indices(values.size()), order(static_cast<size_t>(rows.n));
  for (int64_t r = 0; r < rows.rows(); ++r) {
    const T* row = x.data() + rows.first(r);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
      return before(static_cast<double>(row[a * rows.inner]),
                    static_cast<double>(row[b * rows.inner]), descending);
    });
    for (int64_t i = 0; i < count; ++i) {
      const int64_t from = order[static_cast<size_t>(i)];
      const auto to =
          static_cast<size_t>((r / rows.inner * count + i) * rows.inner + r % rows.inner);
      values[to] = row[from * rows.inner];
      indices[to] = from;
    }
  }
  task.write(std::span<const T>(values), 0);
  task.write(std::span<const int64_t>(indices), 1);
}

void write_ordered(Task task, const Tensor& input, int dim, int64_t count, bool descending) {
  const Along rows(input.shape(), dim);
  if (is_floating(input.dtype()))
    write_ordered(task, task.floats(input), rows, count, descending);
  else
    write_ordered(task, task.integers(input), rows, count, descending);
}

}  // namespace

std::vector<TensorSpec> TopK::infer(const CallOptions&) const {
  const int d = normalized_dim(name, dim, input.shape().rank());
  const int64_t n = input.shape()[d];
  expect(k >= 0 && k <= n, name, ": k=", k, " is not between 0 and the ", n, " elements of dim ",
         dim, " of input_tensor ", input, ". Give a smaller k, or pad the tensor.");
  const bool wide = n > most_short_indices || input.dtype() == DataType::FLOAT32;
  return ordered_specs(input, d, k, wide);
}

Placement TopK::place(std::span<const Placement> inputs) const {
  return placed(inputs[0], normalized_dim(name, dim, input.shape().rank()));
}

void TopK::reference(Task task) const {
  write_ordered(task, input, normalized_dim(name, dim, input.shape().rank()), k, largest);
}

std::vector<TopK> TopK::samples(Sampler& s) {
  return {{s({3, 40})},
          {s({3, 5}), 2},
          {s({37}), 37, 0, false},
          {s({2, 3, 33, 70}), 5, -1},
          {s({2, 3, 33, 70}), 4, -2, false},
          {s({64, 2, 3}), 32, 0},
          {s({1, 1, 2, 1000}), 32, 3},
          {s({1, 1}), 1},
          {s({2, 9}), 0},
          {s({0, 9}), 3}};
}

std::vector<TensorSpec> Sort::infer(const CallOptions&) const {
  const int d = normalized_dim(name, dim, input.shape().rank());
  const int64_t n = input.shape()[d];
  return ordered_specs(input, d, n, n > most_short_indices);
}

Placement Sort::place(std::span<const Placement> inputs) const {
  return placed(inputs[0], normalized_dim(name, dim, input.shape().rank()));
}

void Sort::reference(Task task) const {
  const int d = normalized_dim(name, dim, input.shape().rank());
  write_ordered(task, input, d, input.shape()[d], descending);
}

std::vector<Sort> Sort::samples(Sampler& s) {
  return {{s({3, 40})},
          {s({37}), 0, true},
          {s({2, 3, 33, 70}), -2},
          {s({2, 3, 70}), -1},
          {s({9, 2, 3}), 0, true},
          {s({1})},
          {s({0, 9})},
          {s({2, 0})}};
}

namespace ops {

void register_topk(Registry& registry) {
  registry.add<TopK>();
  registry.add<Sort>();
}

}  // namespace ops
}  // namespace ttnn
