#pragma once
// cumprod: running products along one dim.
#include "ttnn/ops/along.h"
#include "ttnn/runtime/op.h"

namespace ttnn {

struct Cumprod {
  Tensor input;
  int64_t dim = 0;
  bool reverse_order = false;

  static constexpr auto name = "cumprod";
  static constexpr auto doc = "Each element times all before it along `dim`.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &Cumprod::input, "any rank but 0"),
      arg("dim", &Cumprod::dim, "the dim to multiply along; may be negative").must(),
      kw("reverse_order", &Cumprod::reverse_order, "multiply from the last element to the first"),
  };

  TensorSpec infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  void reference(Task) const;
  static std::vector<Cumprod> samples(Sampler&);

 private:
  int axis() const { return normalized_dim(name, dim, input.shape().rank()); }
};
inline constexpr Call<Cumprod> cumprod;

}  // namespace ttnn
