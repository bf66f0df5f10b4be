#pragma once
// permute and transpose: the same elements under dims in another order.
#include "ttnn/runtime/moves.h"

namespace ttnn {

struct Permute {
  Tensor input;
  std::vector<int64_t> dims;
  double pad_value = 0;

  static constexpr auto name = "permute";
  static constexpr auto doc = "Dim i of the result is dim dims[i] of the input.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &Permute::input, "any rank"),
      arg("dims", &Permute::dims, "every dim once; may be negative").must(),
      arg("pad_value", &Permute::pad_value, "what the result's tile padding reads as"),
  };
  static constexpr bool on_host = true;

  TensorSpec infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  std::optional<Tensor> shortcut(const CallOptions&) const;
  Moves moves() const;
  void reference(Task task) const { move_elements(moves(), task); }
  static std::vector<Permute> samples(Sampler&);
};
inline constexpr Call<Permute> permute;

struct Transpose {
  Tensor input;
  int64_t dim1 = 0, dim2 = 0;
  double pad_value = 0;

  static constexpr auto name = "transpose";
  static constexpr auto doc = "Exchanges two dims.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &Transpose::input, "any rank"),
      arg("dim1", &Transpose::dim1, "a dim; may be negative").must(),
      arg("dim2", &Transpose::dim2, "the dim it changes places with").must(),
      arg("pad_value", &Transpose::pad_value, "what the result's tile padding reads as"),
  };
  static constexpr bool on_host = true;

  TensorSpec infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  std::optional<Tensor> shortcut(const CallOptions&) const;
  Moves moves() const;
  void reference(Task task) const { move_elements(moves(), task); }
  static std::vector<Transpose> samples(Sampler&);

 private:
  Permute as_permute() const;
};
inline constexpr Call<Transpose> transpose;

}  // namespace ttnn
