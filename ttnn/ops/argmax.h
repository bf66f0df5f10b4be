#pragma once
// argmax: where the largest element stands.
#include "ttnn/ops/along.h"
#include "ttnn/runtime/op.h"

namespace ttnn {

struct ArgMax {
  Tensor input;
  std::optional<int64_t> dim;
  bool keepdim = false;

  static constexpr auto name = "argmax";
  static constexpr auto doc =
      "The index of the largest element along `dim`, of the first one where several are; a NaN is "
      "larger than all. uint32, ROW_MAJOR.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &ArgMax::input, "any shape and dtype"),
      arg("dim", &ArgMax::dim, "may be negative; without one the tensor is taken as one row"),
      arg("keepdim", &ArgMax::keepdim, "keep reduced dims, with size 1"),
  };

  TensorSpec infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  void reference(Task) const;
  static std::vector<ArgMax> samples(Sampler&);

  Along along() const;
};
inline constexpr Call<ArgMax> argmax;

}  // namespace ttnn
