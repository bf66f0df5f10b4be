#pragma once
// layer_norm and rms_norm: each row of the last dim brought to mean square 1 (and mean 0), then
// scaled and shifted.
#include "ttnn/runtime/op.h"

namespace ttnn {

// What the two have in common: their arguments, seen.
struct Normalization {
  std::string_view op;
  bool centred;  // layer_norm takes the mean out
  const Tensor& input;
  double epsilon;
  const std::optional<Tensor>&weight, &bias, &residual;

  TensorSpec infer() const;
  Placement place(std::span<const Placement>) const;
  void reference(Task) const;
};

struct LayerNorm {
  Tensor input;
  double epsilon = 1e-12;
  std::optional<Tensor> weight = {}, bias = {}, residual = {};

  static constexpr auto name = "layer_norm";
  static constexpr auto doc =
      "(x - mean) / sqrt(variance + epsilon) * weight + bias over the last dim; the variance is "
      "biased. residual_input_tensor is added to x first.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &LayerNorm::input, "[..., W], a float dtype"),
      kw("epsilon", &LayerNorm::epsilon, "added to the variance; torch's default is 1e-5"),
      kw("weight", &LayerNorm::weight, "W values: [1, W] or [..., W / 32, 32]"),
      kw("bias", &LayerNorm::bias, "W values, as weight"),
      kw("residual_input_tensor", &LayerNorm::residual, "of input_tensor's shape"),
  };

  Normalization norm() const { return {name, true, input, epsilon, weight, bias, residual}; }
  TensorSpec infer(const CallOptions&) const { return norm().infer(); }
  Placement place(std::span<const Placement> inputs) const { return norm().place(inputs); }
  void reference(Task task) const { norm().reference(task); }
  static std::vector<LayerNorm> samples(Sampler&);
};
inline constexpr Call<LayerNorm> layer_norm;

struct RmsNorm {
  Tensor input;
  double epsilon = 1e-12;
  std::optional<Tensor> weight = {}, bias = {}, residual = {};

  static constexpr auto name = "rms_norm";
  static constexpr auto doc =
      "x / sqrt(mean(x * x) + epsilon) * weight + bias over the last dim. residual_input_tensor is "
      "added to x first.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &RmsNorm::input, "[..., W], a float dtype"),
      kw("epsilon", &RmsNorm::epsilon, "added to the mean square"),
      kw("weight", &RmsNorm::weight, "W values: [1, W] or [..., W / 32, 32]"),
      kw("bias", &RmsNorm::bias, "W values, as weight"),
      kw("residual_input_tensor", &RmsNorm::residual, "of input_tensor's shape"),
  };

  Normalization norm() const { return {name, false, input, epsilon, weight, bias, residual}; }
  TensorSpec infer(const CallOptions&) const { return norm().infer(); }
  Placement place(std::span<const Placement> inputs) const { return norm().place(inputs); }
  void reference(Task task) const { norm().reference(task); }
  static std::vector<RmsNorm> samples(Sampler&);
};
inline constexpr Call<RmsNorm> rms_norm;

}  // namespace ttnn
