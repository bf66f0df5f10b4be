#pragma once
// where: one of two values per element.
#include "ttnn/ops/ternary.h"

namespace ttnn {

struct Where {
  Tensor predicate;
  TensorOrScalar true_value, false_value;

  static constexpr auto name = "where";
  static constexpr auto doc = "true_value where predicate is not zero, else false_value.";
  static constexpr TernaryRanges ranges = {{-2, 2}, {-4, 4}, {-4, 4}};
  static constexpr auto fields = std::tuple{
      arg("predicate", &Where::predicate, "any shape and dtype"),
      arg("true_value", &Where::true_value,
          "a tensor that broadcasts with the others, or a number"),
      arg("false_value", &Where::false_value,
          "likewise; the result has the dtype of the first tensor among the two, else the "
          "predicate's"),
  };
  static constexpr bool elementwise = true;

  TensorSpec infer(const CallOptions&) const;
  LabelPtr label(std::span<const LabelPtr* const>) const;
  void reference(Task) const;
  static std::vector<Where> samples(Sampler&);
};
inline constexpr Call<Where> where;

}  // namespace ttnn
