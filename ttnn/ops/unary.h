#pragma once
// The unary family: out[i] = f(x[i]). One op per line of unary_table.h.
#include "ttnn/ops/activation.h"
#include "ttnn/runtime/op.h"

namespace ttnn {

struct UnaryElementwise {
  Tensor input;
  UnaryStep step;

  static constexpr auto name = "unary";
  static constexpr auto doc = "One op of the unary family.";
  static constexpr auto fields = std::tuple{arg("input_tensor", &UnaryElementwise::input, "any shape and dtype"),
                                            kw("step", &UnaryElementwise::step, "which op, with its numbers")};
  static constexpr bool elementwise = true;

  TensorSpec infer(const CallOptions&) const;
  void reference(Task) const;
  std::vector<UnaryElementwise> samples(Sampler&) const;

  // Whether the op computes in int64 rather than in float32 for this input.
  bool computes_integers() const;
};

// The description of one row of the family.
OpInfo& op_info(Unary op);

// C++'s function of a row: ttnn::gelu(x), ttnn::leaky_relu(x, 0.1).
struct UnaryCall {
  Unary op;
  template <class... Numbers>
  Tensor operator()(const Tensor& input, Numbers... numbers) const {
    static_assert(sizeof...(numbers) <= max_row_parameters);
    UnaryElementwise call{input, step(op)};
    size_t i = 0;
    ((call.step.parameters[i++] = static_cast<double>(numbers)), ...);
    return dispatch(op_info(op), std::make_shared<UnaryElementwise>(std::move(call)), {}).at(0);
  }
};

#define TTNN_UNARY(name, ...) inline constexpr UnaryCall name{Unary::name};
#include "ttnn/ops/unary_table.h"

}  // namespace ttnn
