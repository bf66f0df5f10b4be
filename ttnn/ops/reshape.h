#pragma once
// Ops that keep the elements in their order under another shape: reshape, view, squeeze, unsqueeze.
// Storage is dense row-major in both layouts, so they move no bytes; only block floats whose rows
// change are coded anew.
#include <variant>

#include "ttnn/runtime/moves.h"

namespace ttnn {

struct Reshape {
  Tensor input;
  std::vector<int64_t> shape;
  std::optional<double> pad_value = {};

  static constexpr auto name = "reshape";
  static constexpr auto doc =
      "The same elements under another shape; a view where the tiles allow it, else a tensor of "
      "its own.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &Reshape::input, "any rank"),
      arg("shape", &Reshape::shape, "the new sizes; one may be -1").must(),
      kw("pad_value", &Reshape::pad_value, "what the result's tile padding reads as"),
  };
  static constexpr bool on_host = true;

  TensorSpec infer(const CallOptions&) const;
  LabelPtr label(std::span<const LabelPtr* const>) const;
  std::optional<Tensor> shortcut(const CallOptions&) const;
  Moves moves() const { return moves_in_order(input.volume()); }
  void reference(Task task) const { move_elements(moves(), task); }
  static std::vector<Reshape> samples(Sampler&);
};
inline constexpr Call<Reshape> reshape;

// TT-NN's overload with a padded shape, which here follows from the layout.
struct ReshapePadded {
  Tensor input;
  Shape logical_shape, padded_shape;
  std::optional<double> pad_value = {};

  static constexpr auto name = "reshape";
  static constexpr auto doc =
      "The same elements under another shape; the padded shape follows from the layout.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &ReshapePadded::input, "any rank"),
      arg("logical_shape", &ReshapePadded::logical_shape, "the new sizes").must(),
      arg("padded_shape", &ReshapePadded::padded_shape, "not smaller than logical_shape").must(),
      kw("pad_value", &ReshapePadded::pad_value, "what the result's tile padding reads as"),
  };
  Outputs compose(const CallOptions&) const;
};

struct View {
  Tensor input;
  std::vector<int64_t> shape;

  static constexpr auto name = "view";
  static constexpr auto doc =
      "The same bytes under another shape, without a copy; an error where that cannot be.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &View::input, "any rank"),
      arg("shape", &View::shape, "the new sizes; one may be -1; the last size stays").must(),
  };
  static constexpr bool on_host = true;

  TensorSpec infer(const CallOptions&) const;
  std::optional<Tensor> shortcut(const CallOptions&) const;
  static std::vector<View> samples(Sampler&);
};
inline constexpr Call<View> view;

struct Squeeze {
  Tensor input;
  std::optional<std::variant<int64_t, std::vector<int64_t>>> dim = {};

  static constexpr auto name = "squeeze";
  static constexpr auto doc =
      "Drops dims of size 1: the named ones, or all. A named dim of another size stays.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &Squeeze::input, "any rank"),
      arg("dim", &Squeeze::dim, "a dim or several; None: all of size 1"),
  };
  static constexpr bool on_host = true;

  TensorSpec infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  std::optional<Tensor> shortcut(const CallOptions&) const;
  Moves moves() const { return moves_in_order(input.volume()); }
  void reference(Task task) const { move_elements(moves(), task); }
  static std::vector<Squeeze> samples(Sampler&);

 private:
  std::array<bool, Shape::max_rank> dropped() const;
};
inline constexpr Call<Squeeze> squeeze;

struct Unsqueeze {
  Tensor input;
  int64_t dim = 0;

  static constexpr auto name = "unsqueeze";
  static constexpr auto doc = "A new dim of size 1 before `dim`.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &Unsqueeze::input, "up to rank 7"),
      arg("dim", &Unsqueeze::dim, "from -(rank + 1) to rank").must(),
  };
  static constexpr bool on_host = true;

  TensorSpec infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  std::optional<Tensor> shortcut(const CallOptions&) const;
  Moves moves() const { return moves_in_order(input.volume()); }
  void reference(Task task) const { move_elements(moves(), task); }
  static std::vector<Unsqueeze> samples(Sampler&);
};
inline constexpr Call<Unsqueeze> unsqueeze;

struct UnsqueezeTo4D {
  Tensor input;

  static constexpr auto name = "unsqueeze_to_4D";
  static constexpr auto doc = "Leading dims of size 1 up to rank 4.";
  static constexpr auto fields = std::tuple{arg("tensor", &UnsqueezeTo4D::input, "up to rank 4")};
  static constexpr bool on_host = true;

  TensorSpec infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  std::optional<Tensor> shortcut(const CallOptions&) const;
  Moves moves() const { return moves_in_order(input.volume()); }
  void reference(Task task) const { move_elements(moves(), task); }
  static std::vector<UnsqueezeTo4D> samples(Sampler&);
};
inline constexpr Call<UnsqueezeTo4D> unsqueeze_to_4D;

}  // namespace ttnn
