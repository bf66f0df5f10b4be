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
  static constexpr auto fields =
      std::tuple{arg("input_tensor", &UnaryElementwise::input, "any shape and dtype"),
                 kw("step", &UnaryElementwise::step, "which op, with its numbers")};
  static constexpr bool elementwise = true;

  TensorSpec infer(const CallOptions&) const;
  LabelPtr label(std::span<const LabelPtr* const>) const;
  bool settles_terms() const { return step.op == Unary::fill; }
  void reference(Task) const;
  std::vector<UnaryElementwise> samples(Sampler&) const;

  // Whether the op computes in int64 rather than in float32 for this input.
  bool computes_integers() const;
};

// The description of one row of the family.
OpInfo& op_info(Unary op);

}  // namespace ttnn
