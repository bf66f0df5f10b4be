#pragma once
// concat and stack: several tensors one behind the other.
#include "ttnn/runtime/moves.h"

namespace ttnn {

struct Concat {
  std::vector<Tensor> tensors;
  int64_t dim = 0;
  int64_t groups = 1;

  static constexpr auto name = "concat";
  static constexpr auto doc = "The tensors one behind the other along `dim`.";
  static constexpr auto fields = std::tuple{
      arg("tensors", &Concat::tensors,
          "one or more of one rank, dtype and layout, equal in all dims but `dim`"),
      arg("dim", &Concat::dim, "may be negative"),
      kw("groups", &Concat::groups, "1: channels are not interleaved by groups"),
  };

  TensorSpec infer(const CallOptions&) const;
  LabelPtr label(std::span<const LabelPtr* const>) const;
  std::optional<Tensor> shortcut(const CallOptions&) const;
  Moves moves() const;
  void reference(Task task) const { move_elements(moves(), task); }
  static std::vector<Concat> samples(Sampler&);
};
inline constexpr Call<Concat> concat;

struct Stack {
  std::vector<Tensor> input_tensors;
  int64_t dim = 0;

  static constexpr auto name = "stack";
  static constexpr auto doc = "Tensors of one shape along a new dim.";
  static constexpr auto fields = std::tuple{
      arg("input_tensors", &Stack::input_tensors, "one or more of one shape, dtype and layout"),
      arg("dim", &Stack::dim, "where the new dim stands in the result; may be negative").must(),
  };

  TensorSpec infer(const CallOptions&) const;
  LabelPtr label(std::span<const LabelPtr* const>) const;
  Moves moves() const;
  void reference(Task task) const { move_elements(moves(), task); }
  static std::vector<Stack> samples(Sampler&);
};
inline constexpr Call<Stack> stack;

}  // namespace ttnn
