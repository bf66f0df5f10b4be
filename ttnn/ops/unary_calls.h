#pragma once
// C++'s functions of the unary family. For programs: kernels and references use ttnn::math, whose
// names are the same.
#include "ttnn/ops/unary.h"

namespace ttnn {

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
