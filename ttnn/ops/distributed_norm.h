#pragma once
// layer_norm and rms_norm of rows that are cut over devices. The op before the gather gives each
// row's sums on a device; all_gather(dim=-1) puts the devices' sums side by side; the op after it
// normalises the device's part of the rows by the sums of all.
//
// The sums take a tile's width each: sum(x * x) in the first column of the first tile, and for
// layer_norm sum(x) in the first column of the second; the other columns are zero.
#include "ttnn/runtime/op.h"

namespace ttnn {

// What the ops before the gather have in common: their arguments, seen.
struct NormSums {
  static constexpr int64_t tile_width = 32;  // of one sum

  std::string_view op;
  bool centred;  // layer_norm needs sum(x) too
  const Tensor& input;
  const std::optional<Tensor>& residual;

  int64_t width() const { return (centred ? 2 : 1) * tile_width; }
  TensorSpec infer() const;
  Placement place(std::span<const Placement>) const;
  void reference(Task) const;
};

// The ops after it.
struct NormBySums {
  std::string_view op;
  bool centred;
  const Tensor &input, &stats;
  double epsilon;
  const std::optional<Tensor>&weight, &bias;

  int64_t width_per_device() const { return (centred ? 2 : 1) * NormSums::tile_width; }
  TensorSpec infer() const;
  Placement place(std::span<const Placement>) const;
  void reference(Task) const;
  // From a row of `stats`: out = (x - mean) * factor. The width of all devices counts.
  struct Moments {
    float mean, factor;
  };
  Moments moments(const float* sums) const;
};

struct LayerNormPreAllGather {
  Tensor input;
  std::optional<Tensor> residual = {};

  static constexpr auto name = "layer_norm_pre_all_gather";
  static constexpr auto doc =
      "sum(x * x) and sum(x) over the last dim, as [..., 64]: in columns 0 and 32, zeros "
      "elsewhere. In bfloat16 unless `dtype` says otherwise, as cards have it: rows whose mean is "
      "large beside their spread want dtype=ttnn.float32. residual_input_tensor is added to x "
      "first.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &LayerNormPreAllGather::input, "[..., W / devices], a float dtype"),
      kw("residual_input_tensor", &LayerNormPreAllGather::residual, "of input_tensor's shape"),
  };

  NormSums sums() const { return {name, true, input, residual}; }
  TensorSpec infer(const CallOptions&) const { return sums().infer(); }
  Placement place(std::span<const Placement> inputs) const { return sums().place(inputs); }
  void reference(Task task) const { sums().reference(task); }
  static std::vector<LayerNormPreAllGather> samples(Sampler&);
};
inline constexpr Call<LayerNormPreAllGather> layer_norm_pre_all_gather;

struct RmsNormPreAllGather {
  Tensor input;
  std::optional<Tensor> residual = {};

  static constexpr auto name = "rms_norm_pre_all_gather";
  static constexpr auto doc =
      "sum(x * x) over the last dim, as [..., 32]: in column 0, zeros elsewhere. In bfloat16 "
      "unless `dtype` says otherwise. residual_input_tensor is added to x first.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &RmsNormPreAllGather::input, "[..., W / devices], a float dtype"),
      kw("residual_input_tensor", &RmsNormPreAllGather::residual, "of input_tensor's shape"),
  };

  NormSums sums() const { return {name, false, input, residual}; }
  TensorSpec infer(const CallOptions&) const { return sums().infer(); }
  Placement place(std::span<const Placement> inputs) const { return sums().place(inputs); }
  void reference(Task task) const { sums().reference(task); }
  static std::vector<RmsNormPreAllGather> samples(Sampler&);
};
inline constexpr Call<RmsNormPreAllGather> rms_norm_pre_all_gather;

struct LayerNormPostAllGather {
  Tensor input, stats;
  double epsilon = 1e-12;
  std::optional<Tensor> weight = {}, bias = {};

  static constexpr auto name = "layer_norm_post_all_gather";
  static constexpr auto doc =
      "(x - mean) / sqrt(variance + epsilon) * weight + bias, mean and variance over all devices' "
      "parts of a row: variance = sum(x * x) / W - mean * mean.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &LayerNormPostAllGather::input, "[..., W / devices], a float dtype"),
      arg("stats", &LayerNormPostAllGather::stats,
          "[..., 64 * devices]: layer_norm_pre_all_gather's, gathered along the last dim"),
      kw("epsilon", &LayerNormPostAllGather::epsilon, "added to the variance"),
      kw("weight", &LayerNormPostAllGather::weight,
         "the device's W / devices values: [1, W / devices] or [..., W / devices / 32, 32]"),
      kw("bias", &LayerNormPostAllGather::bias, "as weight"),
  };

  NormBySums norm() const { return {name, true, input, stats, epsilon, weight, bias}; }
  TensorSpec infer(const CallOptions&) const { return norm().infer(); }
  Placement place(std::span<const Placement> inputs) const { return norm().place(inputs); }
  void reference(Task task) const { norm().reference(task); }
  static std::vector<LayerNormPostAllGather> samples(Sampler&);
};
inline constexpr Call<LayerNormPostAllGather> layer_norm_post_all_gather;

struct RmsNormPostAllGather {
  Tensor input, stats;
  double epsilon = 1e-12;
  std::optional<Tensor> weight = {}, bias = {};

  static constexpr auto name = "rms_norm_post_all_gather";
  static constexpr auto doc =
      "x / sqrt(mean(x * x) + epsilon) * weight + bias, the mean over all devices' parts of a row.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &RmsNormPostAllGather::input, "[..., W / devices], a float dtype"),
      arg("stats", &RmsNormPostAllGather::stats,
          "[..., 32 * devices]: rms_norm_pre_all_gather's, gathered along the last dim"),
      kw("epsilon", &RmsNormPostAllGather::epsilon, "added to the mean square"),
      kw("weight", &RmsNormPostAllGather::weight,
         "the device's W / devices values: [1, W / devices] or [..., W / devices / 32, 32]"),
      kw("bias", &RmsNormPostAllGather::bias, "as weight"),
  };

  NormBySums norm() const { return {name, false, input, stats, epsilon, weight, bias}; }
  TensorSpec infer(const CallOptions&) const { return norm().infer(); }
  Placement place(std::span<const Placement> inputs) const { return norm().place(inputs); }
  void reference(Task task) const { norm().reference(task); }
  static std::vector<RmsNormPostAllGather> samples(Sampler&);
};
inline constexpr Call<RmsNormPostAllGather> rms_norm_post_all_gather;

}  // namespace ttnn
