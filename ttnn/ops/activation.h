#pragma once
// Fused activations: steps of the unary family as arguments of other ops. Users name them ("gelu",
// UnaryOpType.RELU, (UnaryOpType.LEAKY_RELU, 0.1)); ops carry them as UnaryStep.
#include "ttnn/ops/families.h"
#include "ttnn/runtime/field.h"
#include "ttnn/runtime/signature.h"

namespace ttnn {

// The step that a user's name means; an Error "Unknown unary op: ..." lists what there is.
UnaryStep unary_step(const NamedCall& call, std::string_view op);
NamedCall named_call(const UnaryStep& step);

template <>
struct FieldType<UnaryStep> {
  static std::string name() { return "str | ttnn.UnaryOpType | ttnn.UnaryWithParam"; }
  static std::optional<UnaryStep> read(const Value& v) {
    auto call = FieldType<NamedCall>::read(v);
    if (!call) return {};
    return unary_step(*call, "activation");
  }
  static Value write(const UnaryStep& step) { return {named_call(step)}; }
};

inline uint64_t hash_of(const UnaryStep& step) {
  uint64_t hash = static_cast<uint64_t>(step.op);
  for (double p : step.parameters) hash = mix(hash, hash_of(p));
  return hash;
}

// In float32, in place: the reference of fused chains.
void run_step(const UnaryStep& step, std::span<float> x);
void run_steps(std::span<const UnaryStep> steps, std::span<float> x);

}  // namespace ttnn
