#include "ttnn/ops/embedding.h"

#include "ttnn/runtime/registry.h"

namespace ttnn {

TensorSpec Embedding::infer(const CallOptions&) const {
  const Shape &given = indices.shape(), &table = weight.shape();
  expect(indices.dtype() == DataType::UINT32 || indices.dtype() == DataType::BFLOAT16, name,
         ": Input must be UINT32 or BFLOAT16, but input_tensor is ", indices,
         ". Convert it with ttnn.typecast(input_tensor, ttnn.uint32).");
  expect(is_floating(weight.dtype()), name, ": weight must have a float dtype, but is ", weight,
         ". Convert it with ttnn.typecast.");
  expect(given.rank() > 0, name, ": input_tensor ", given,
         " has no dim. Give it one with ttnn.reshape.");
  bool outer_is_one = table.rank() >= 2;
  for (int d = 0; d < table.rank() - 2; ++d) outer_is_one = outer_is_one && table[d] == 1;
  expect(outer_is_one, name, ": weight ", table,
         " is no table. Give [rows, columns], with dims of 1 before them if any.");
  TensorSpec spec;
  if (given.rank() > 1) spec.shape.push_back(given[0]);
  for (int d = 1; d < given.rank() - 1; ++d)
    expect(given[d] == 1, name, ": dim ", d, " of input_tensor ", given, " is ", given[d],
           ", but dims between the first and the last must be 1. Reshape it to [rows, columns].");
  spec.shape.push_back(given[-1]);
  spec.shape.push_back(table[-1]);
  spec.dtype = weight.dtype();
  spec.layout = layout.value_or(weight.layout());
  expect(!padding_idx || (*padding_idx >= -table[-2] && *padding_idx < table[-2]), name,
         ": padding_idx ", padding_idx.value_or(0), " is no row of weight ", table,
         ". Leave it out.");
  return spec;
}

Placement Embedding::place(std::span<const Placement> inputs) const {
  constexpr Placement local{Placement::local};
  const Placement of_indices = inputs[0], of_weight = inputs[1];
  const int rank = indices.shape().rank(), columns = weight.shape().rank() - 1;
  const int last = rank > 1 ? 1 : 0;  // the dim of the result that the indices' last one becomes
  if (of_weight.kind == Placement::replicate) {
    if (of_indices.kind != Placement::shard)
      return of_indices.kind == Placement::replicate ? of_indices : local;
    if (of_indices.dim == rank - 1) return {Placement::shard, last};
    return of_indices.dim == 0 ? of_indices : local;
  }
  if (of_indices.kind != Placement::replicate) return local;
  if (of_weight == Placement{Placement::shard, columns}) return {Placement::shard, last + 1};
  return of_weight.kind == Placement::partial ? of_weight : local;
}

int64_t Embedding::row_of(double index) const {
  const int64_t rows = weight.shape()[-2];
  expect_as<ErrorKind::index>(index >= 0 && index < static_cast<double>(rows), name, ": index ",
                              index, " is out of range: weight ", weight.shape(), " has ", rows,
                              " rows. Check input_tensor.");
  return static_cast<int64_t>(index);
}

void Embedding::reference(Task task) const {
  const std::vector<float> table = task.floats(weight);
  const std::vector<float> numbers =
      is_floating(indices.dtype()) ? task.floats(indices) : std::vector<float>{};
  const std::vector<int64_t> whole =
      numbers.empty() ? task.integers(indices) : std::vector<int64_t>{};
  const int64_t width = weight.shape().width(), n = indices.volume();
  std::vector<float> out;
  out.reserve(static_cast<size_t>(n * width));
  for (int64_t i = 0; i < n; ++i) {
    const auto at = static_cast<size_t>(i);
    const auto row = table.begin() + row_of(numbers.empty() ? static_cast<double>(whole[at])
                                                            : static_cast<double>(numbers[at])) *
                                         width;
    out.insert(out.end(), row, row + width);
  }
  task.write(std::span<const float>(out));
}

std::vector<Embedding> Embedding::samples(Sampler& s) {
  return {
      {s.indices({1, 1}, 0, 7), s.replicated({7, 33})},
      {s.indices({2, 5}, 0, 7), s.replicated({7, 64})},
      {s.indices({9}, 0, 3), s.replicated({3, 40}), {}, Layout::TILE},
      {s.indices({2, 1, 1, 6}, 0, 50), s.replicated({1, 1, 50, 32}), 0},
      {s.indices({3, 0}, 0, 7), s.replicated({7, 8})},
      {s.indices({4, 33}, 0, 100), s.replicated({100, 384})},
  };
}

namespace ops {

void register_embedding(Registry& registry) { registry.add<Embedding>(); }

}  // namespace ops
}  // namespace ttnn
