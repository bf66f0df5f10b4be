#pragma once
// Softmax along a dim, with a scale and a mask before it, in new tensors or in place.
#include "ttnn/runtime/op.h"

namespace ttnn {

// What the ops have in common: their arguments, seen. softmax(input * scale + mask) along `dim`.
struct MaskedSoftmax {
  std::string_view op;
  const Tensor& input;
  int64_t dim;
  double scale;
  const Tensor* mask;  // broadcast to the input; null: none

  int axis() const;
  TensorSpec infer() const;
  Placement place(std::span<const Placement>) const;
  void reference(Task) const;
};

struct Softmax {
  Tensor input;
  int64_t dim = -1;
  bool numeric_stable = true;

  static constexpr auto name = "softmax";
  static constexpr auto doc = "Exponentials along `dim`, divided by their sum.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &Softmax::input, "any rank, a float dtype"),
      arg("dim", &Softmax::dim, "dimension to normalise; may be negative"),
      kw("numeric_stable", &Softmax::numeric_stable, "the maximum is taken out either way"),
  };

  MaskedSoftmax masked() const { return {name, input, dim, 1, nullptr}; }
  TensorSpec infer(const CallOptions&) const { return masked().infer(); }
  Placement place(std::span<const Placement> inputs) const { return masked().place(inputs); }
  void reference(Task task) const { masked().reference(task); }
  static std::vector<Softmax> samples(Sampler&);
};
inline constexpr Call<Softmax> softmax;

struct SoftmaxInPlace {
  Tensor input;
  int64_t dim = -1;
  bool numeric_stable = true;

  static constexpr auto name = "softmax_in_place";
  static constexpr auto doc = "softmax, written over its input.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &SoftmaxInPlace::input, "any rank, a float dtype"),
      arg("dim", &SoftmaxInPlace::dim, "dimension to normalise; may be negative"),
      kw("numeric_stable", &SoftmaxInPlace::numeric_stable, "the maximum is taken out either way"),
  };
  static constexpr auto in_place = &SoftmaxInPlace::input;

  MaskedSoftmax masked() const { return {name, input, dim, 1, nullptr}; }
  TensorSpec infer(const CallOptions&) const { return masked().infer(); }
  Placement place(std::span<const Placement> inputs) const { return masked().place(inputs); }
  void reference(Task task) const { masked().reference(task); }
  static std::vector<SoftmaxInPlace> samples(Sampler&);
};
inline constexpr Call<SoftmaxInPlace> softmax_in_place;

struct ScaleMaskSoftmax {
  Tensor input;
  std::optional<double> scale = {};
  std::optional<Tensor> mask = {};
  bool is_causal_mask = false, numeric_stable = true;

  static constexpr auto name = "scale_mask_softmax";
  static constexpr auto doc = "softmax(input_tensor * scale + mask) along the last dim.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &ScaleMaskSoftmax::input, "any rank, a float dtype"),
      arg("scale", &ScaleMaskSoftmax::scale, "factor; none is 1"),
      arg("mask", &ScaleMaskSoftmax::mask, "added; broadcasts to input_tensor"),
      kw("is_causal_mask", &ScaleMaskSoftmax::is_causal_mask, "says where the zeros of mask are"),
      kw("numeric_stable", &ScaleMaskSoftmax::numeric_stable,
         "the maximum is taken out either way"),
  };

  MaskedSoftmax masked() const {
    return {name, input, -1, scale.value_or(1), mask ? &*mask : nullptr};
  }
  TensorSpec infer(const CallOptions&) const { return masked().infer(); }
  Placement place(std::span<const Placement> inputs) const { return masked().place(inputs); }
  void reference(Task task) const { masked().reference(task); }
  static std::vector<ScaleMaskSoftmax> samples(Sampler&);
};
inline constexpr Call<ScaleMaskSoftmax> scale_mask_softmax;

struct ScaleMaskSoftmaxInPlace {
  Tensor input;
  std::optional<double> scale = {};
  std::optional<Tensor> mask = {};
  bool is_causal_mask = false, numeric_stable = false;

  static constexpr auto name = "scale_mask_softmax_in_place";
  static constexpr auto doc = "scale_mask_softmax, written over its input.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &ScaleMaskSoftmaxInPlace::input, "any rank, a float dtype"),
      arg("scale", &ScaleMaskSoftmaxInPlace::scale, "factor; none is 1"),
      arg("mask", &ScaleMaskSoftmaxInPlace::mask, "added; broadcasts to input_tensor"),
      kw("is_causal_mask", &ScaleMaskSoftmaxInPlace::is_causal_mask,
         "says where the zeros of mask are"),
      kw("numeric_stable", &ScaleMaskSoftmaxInPlace::numeric_stable,
         "the maximum is taken out either way"),
  };
  static constexpr auto in_place = &ScaleMaskSoftmaxInPlace::input;

  MaskedSoftmax masked() const {
    return {name, input, -1, scale.value_or(1), mask ? &*mask : nullptr};
  }
  TensorSpec infer(const CallOptions&) const { return masked().infer(); }
  Placement place(std::span<const Placement> inputs) const { return masked().place(inputs); }
  void reference(Task task) const { masked().reference(task); }
  static std::vector<ScaleMaskSoftmaxInPlace> samples(Sampler&);
};
inline constexpr Call<ScaleMaskSoftmaxInPlace> scale_mask_softmax_in_place;

}  // namespace ttnn
