#pragma once
// matmul and linear: products of matrices, batch by batch, on every device. Both are one
// MatrixProduct; linear adds a bias.
#include "ttnn/ops/activation.h"
#include "ttnn/runtime/op.h"

namespace ttnn {

// The sizes of out[batch, M, N] = a[batch or one, M, K] x b[batch or one, K, N]. A rank-1 `a` is
// one row, a rank-1 `b` one column.
struct ProductSizes {
  int64_t batch = 1, M = 1, N = 1, K = 1;
  bool a_batched = false, b_batched = false;  // has a matrix per batch; else one for all
};

// What the ops have in common: their arguments, seen. `terms` is what a bias or another addend is
// called in messages.
struct MatrixProduct {
  std::string_view op;
  const Tensor& a;
  const Tensor& b;
  bool transpose_a, transpose_b;
  const Tensor* addend;                     // broadcast over the result; null: none
  const std::optional<UnaryStep>& program;  // a program config's fused activation
  const std::optional<UnaryStep>& activation;
  double alpha = 1, beta = 1;  // of the product and of the addend
  std::string_view addend_name = "bias";

  ProductSizes sizes() const;
  Shape out_shape() const;
  std::vector<UnaryStep> steps() const;  // after the addend, in this order
  TensorSpec infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  Placement place_product(std::span<const Placement>) const;  // before addend and activation
  void reference(Task) const;
};

struct Matmul {
  Tensor a, b;
  bool transpose_a = false, transpose_b = false;
  std::optional<UnaryStep> program_config = {}, activation = {};

  static constexpr auto name = "matmul";
  static constexpr auto doc =
      "Multiplies matrices as torch.matmul does, on every device. Accumulates in float32 and "
      "rounds once, to the dtype of input_tensor_a unless `dtype` says otherwise.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor_a", &Matmul::a, "[..., M, K] or [K], a float dtype in TILE layout"),
      arg("input_tensor_b", &Matmul::b, "[..., K, N] or [K]; batch dims as a's, or all 1 or none"),
      kw("transpose_a", &Matmul::transpose_a, "exchange the last two dims of input_tensor_a first"),
      kw("transpose_b", &Matmul::transpose_b, "exchange the last two dims of input_tensor_b first"),
      kw("program_config", &Matmul::program_config, "only its fused_activation has an effect"),
      kw("activation", &Matmul::activation, "applied before the rounding"),
  };
  static constexpr auto device_rule = "Operands to matmul need to be on device!";

  MatrixProduct product() const {
    return {name, a, b, transpose_a, transpose_b, nullptr, program_config, activation};
  }
  TensorSpec infer(const CallOptions& options) const { return product().infer(options); }
  Placement place(std::span<const Placement> inputs) const { return product().place(inputs); }
  Placement place_product(std::span<const Placement> inputs) const {
    return product().place_product(inputs);
  }
  void reference(Task task) const { product().reference(task); }
  static std::vector<Matmul> samples(Sampler&);
};
inline constexpr Call<Matmul> matmul;

struct Linear {
  Tensor a, b;
  std::optional<Tensor> bias = {};
  bool transpose_a = false, transpose_b = false;
  std::optional<UnaryStep> program_config = {}, activation = {};

  static constexpr auto name = "linear";
  static constexpr auto doc =
      "a @ b + bias, then the activation, on every device. The weight is [K, N]: transposed with "
      "respect to torch.nn.Linear's. Accumulates in float32 and rounds once.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor_a", &Linear::a, "activations [..., M, K], a float dtype in TILE layout"),
      arg("input_tensor_b", &Linear::b, "weight [K, N], or with a's batch dims"),
      kw("bias", &Linear::bias, "[N] or [1, N], or what else broadcasts to the result"),
      kw("transpose_a", &Linear::transpose_a, "exchange the last two dims of input_tensor_a first"),
      kw("transpose_b", &Linear::transpose_b, "exchange the last two dims of input_tensor_b first"),
      kw("program_config", &Linear::program_config, "only its fused_activation has an effect"),
      kw("activation", &Linear::activation, "applied to the sum, before the rounding"),
  };
  static constexpr auto device_rule = Matmul::device_rule;

  MatrixProduct product() const {
    return {name,           a,         b, transpose_a, transpose_b, bias ? &*bias : nullptr,
            program_config, activation};
  }
  TensorSpec infer(const CallOptions& options) const { return product().infer(options); }
  Placement place(std::span<const Placement> inputs) const { return product().place(inputs); }
  Placement place_product(std::span<const Placement> inputs) const {
    return product().place_product(inputs);
  }
  void reference(Task task) const { product().reference(task); }
  static std::vector<Linear> samples(Sampler&);
};
inline constexpr Call<Linear> linear;

struct Addmm {
  Tensor input, a, b;
  double alpha = 1, beta = 1;

  static constexpr auto name = "addmm";
  static constexpr auto doc = "beta * input + alpha * (mat1 @ mat2), rounded once.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &Addmm::input, "what broadcasts to the product"),
      arg("mat1_tensor", &Addmm::a, "[M, K], a float dtype in TILE layout"),
      arg("mat2_tensor", &Addmm::b, "[K, N]"),
      kw("alpha", &Addmm::alpha, "factor of the product"),
      kw("beta", &Addmm::beta, "factor of input_tensor"),
  };
  static constexpr auto device_rule = Matmul::device_rule;

  MatrixProduct product() const;
  TensorSpec infer(const CallOptions& options) const { return product().infer(options); }
  Placement place(std::span<const Placement>) const;
  Placement place_product(std::span<const Placement>) const;
  void reference(Task task) const { product().reference(task); }
  static std::vector<Addmm> samples(Sampler&);
};
inline constexpr Call<Addmm> addmm;

struct MatmulBatchedWeights {
  Tensor a;
  std::vector<Tensor> b;
  bool transpose_a = false, transpose_b = false;
  std::optional<UnaryStep> program_config = {}, activation = {};

  static constexpr auto name = "matmul_batched_weights";
  static constexpr auto doc = "One matmul of the same activations per weight: a list.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor_a", &MatmulBatchedWeights::a, "as matmul's"),
      arg("input_tensors_b", &MatmulBatchedWeights::b, "a list of what matmul takes"),
      kw("transpose_a", &MatmulBatchedWeights::transpose_a, "as matmul's"),
      kw("transpose_b", &MatmulBatchedWeights::transpose_b, "as matmul's"),
      kw("program_config", &MatmulBatchedWeights::program_config, "as matmul's"),
      kw("activation", &MatmulBatchedWeights::activation, "as matmul's"),
  };

  static constexpr bool returns_list = true;

  Outputs compose(const CallOptions&) const;
  static std::vector<MatmulBatchedWeights> samples(Sampler&);
};
inline constexpr Call<MatmulBatchedWeights> matmul_batched_weights;

}  // namespace ttnn
