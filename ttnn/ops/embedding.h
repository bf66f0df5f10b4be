#pragma once
// embedding: rows of a table, by number.
#include "ttnn/runtime/op.h"

namespace ttnn {

struct Embedding {
  Tensor indices, weight;
  std::optional<int64_t> padding_idx = {};
  std::optional<Layout> layout = {};

  static constexpr auto name = "embedding";
  static constexpr auto doc =
      "Rows of a table by number: [B, S] indices of an [V, E] table give [B, S, E], [S] gives "
      "[S, E]. Dims of the indices between the first and the last are 1.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &Embedding::indices, "UINT32 or BFLOAT16 whole numbers, any layout"),
      arg("weight", &Embedding::weight, "[V, E] or [1, 1, V, E], a float dtype"),
      kw("padding_idx", &Embedding::padding_idx, "a row that training leaves alone"),
      kw("layout", &Embedding::layout, "of the result; none: the weight's"),
  };

  TensorSpec infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  void reference(Task) const;
  static std::vector<Embedding> samples(Sampler&);

  // The row that a number in the indices means; an IndexError where the table has none.
  int64_t row_of(double index) const;
};
inline constexpr Call<Embedding> embedding;

}  // namespace ttnn
