#pragma once
// pad: a constant around a tensor.
#include "ttnn/runtime/moves.h"

namespace ttnn {

struct Pad {
  Tensor input;
  std::vector<std::vector<int64_t>> padding;
  double value = 0;

  static constexpr auto name = "pad";
  static constexpr auto doc = "The tensor with `value` before and after it in every dim.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &Pad::input, "any rank, on the host or on devices"),
      arg("padding", &Pad::padding, "per dim (before, after), zero or more").must(),
      arg("value", &Pad::value, "rounded to the tensor's dtype"),
  };
  static constexpr bool on_host = true;

  TensorSpec infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  std::optional<Tensor> shortcut(const CallOptions&) const;
  Moves moves() const;
  void reference(Task task) const { move_elements(moves(), task); }
  static std::vector<Pad> samples(Sampler&);
};
inline constexpr Call<Pad> pad;

// TT-NN's overload with the shape of the result.
struct PadToShape {
  Tensor input;
  std::vector<int64_t> output_padded_shape, input_tensor_start;
  double value = 0;

  static constexpr auto name = "pad";
  static constexpr auto doc = "The tensor within `value` in a tensor of the shape given.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &PadToShape::input, "any rank, on the host or on devices"),
      arg("output_padded_shape", &PadToShape::output_padded_shape, "of the result").must(),
      arg("input_tensor_start", &PadToShape::input_tensor_start, "where the tensor begins in it")
          .must(),
      arg("value", &PadToShape::value, "rounded to the tensor's dtype"),
  };
  Outputs compose(const CallOptions&) const;
};

}  // namespace ttnn
