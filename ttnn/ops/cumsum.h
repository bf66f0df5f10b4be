#pragma once
// cumsum: running sums along one dim.
#include "ttnn/runtime/op.h"

namespace ttnn {

struct Cumsum {
  Tensor input;
  int64_t dim = 0;
  bool reverse_order = false;

  static constexpr auto name = "cumsum";
  static constexpr auto doc = "Each element plus all before it along `dim`.";
  static constexpr auto fields = std::tuple{
      arg("input", &Cumsum::input, "any rank but 0"),
      arg("dim", &Cumsum::dim, "the dim to add along; may be negative").must(),
      kw("reverse_order", &Cumsum::reverse_order, "add from the last element to the first"),
  };

  TensorSpec infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  void reference(Task) const;
  static std::vector<Cumsum> samples(Sampler&);

 private:
  int axis() const;  // dim, counted from the front
};
inline constexpr Call<Cumsum> cumsum;

}  // namespace ttnn
