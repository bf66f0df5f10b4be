#pragma once
// typecast and to_dtype: the same elements in another dtype.
#include "ttnn/runtime/moves.h"

namespace ttnn {

struct Typecast {
  Tensor input;
  DataType dtype = DataType::BFLOAT16;

  static constexpr auto name = "typecast";
  static constexpr auto doc =
      "The values in another dtype. Floats round to nearest even; to uint8 and int8 they truncate "
      "and wrap, to uint16 they round halves up and clamp, to uint32 and int32 they truncate and "
      "clamp.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &Typecast::input, "any shape and layout, on the host or on devices"),
      arg("dtype", &Typecast::dtype, "of the result; block floats need TILE layout").must(),
  };
  static constexpr bool on_host = true;
  static constexpr bool elementwise = true;

  TensorSpec infer(const CallOptions&) const;
  LabelPtr label(std::span<const LabelPtr* const> inputs) const { return *inputs[0]; }
  std::optional<Tensor> shortcut(const CallOptions&) const;
  Moves moves() const { return moves_in_order(input.volume()); }
  void reference(Task task) const { move_elements(moves(), task); }
  static std::vector<Typecast> samples(Sampler&);
};
inline constexpr Call<Typecast> typecast;

// TT-NN's overload that also says what the input is.
struct TypecastFrom {
  Tensor input;
  DataType input_dtype = DataType::BFLOAT16, output_dtype = DataType::BFLOAT16;

  static constexpr auto name = "typecast";
  static constexpr auto doc = "The values in another dtype; the input's is checked.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &TypecastFrom::input, "any shape and layout"),
      arg("input_dtype", &TypecastFrom::input_dtype, "the tensor's own dtype").must(),
      arg("output_dtype", &TypecastFrom::output_dtype, "of the result").must(),
  };
  Outputs compose(const CallOptions&) const;
};

struct ToDtype {
  Tensor input;
  DataType dtype = DataType::BFLOAT16;

  static constexpr auto name = "to_dtype";
  static constexpr auto doc = "A host tensor's values in another dtype.";
  static constexpr auto fields = std::tuple{
      arg("tensor", &ToDtype::input, "on the host"),
      arg("dtype", &ToDtype::dtype, "of the result; block floats become tiles").must(),
  };
  Outputs compose(const CallOptions&) const;
  static std::vector<ToDtype> samples(Sampler&);
};
inline constexpr Call<ToDtype> to_dtype;

}  // namespace ttnn
