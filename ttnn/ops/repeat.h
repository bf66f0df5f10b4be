#pragma once
// The same elements several times: repeat, repeat_interleave, expand.
#include "ttnn/runtime/moves.h"

namespace ttnn {

struct Repeat {
  Tensor input;
  std::vector<int64_t> repeat_dims;

  static constexpr auto name = "repeat";
  static constexpr auto doc =
      "The tensor repeat_dims[i] times along dim i, as torch.Tensor.repeat.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &Repeat::input, "rank 1 or more"),
      arg("repeat_dims", &Repeat::repeat_dims, "per dim; more than the rank adds leading dims")
          .must(),
  };

  TensorSpec infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  std::optional<Tensor> shortcut(const CallOptions&) const;
  Moves moves() const;
  void reference(Task task) const { move_elements(moves(), task); }
  static std::vector<Repeat> samples(Sampler&);
};
inline constexpr Call<Repeat> repeat;

struct RepeatInterleave {
  Tensor input;
  int64_t repeats = 1, dim = 0;

  static constexpr auto name = "repeat_interleave";
  static constexpr auto doc = "Each index of `dim` `repeats` times in a row.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &RepeatInterleave::input, "rank 1 or more"),
      arg("repeats", &RepeatInterleave::repeats, "one or more").must(),
      arg("dim", &RepeatInterleave::dim, "may be negative").must(),
  };

  TensorSpec infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  Moves moves() const;
  void reference(Task task) const { move_elements(moves(), task); }
  static std::vector<RepeatInterleave> samples(Sampler&);
};
inline constexpr Call<RepeatInterleave> repeat_interleave;

struct Expand {
  Tensor input;
  std::vector<int64_t> output_shape;

  static constexpr auto name = "expand";
  static constexpr auto doc = "Dims of size 1 repeated to the sizes given.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &Expand::input, "any rank"),
      arg("output_shape", &Expand::output_shape,
          "the new sizes; -1 keeps a dim; more than the rank adds leading dims")
          .must(),
  };

  TensorSpec infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  std::optional<Tensor> shortcut(const CallOptions&) const;
  Moves moves() const;
  void reference(Task task) const { move_elements(moves(), task); }
  static std::vector<Expand> samples(Sampler&);
};
inline constexpr Call<Expand> expand;

}  // namespace ttnn
