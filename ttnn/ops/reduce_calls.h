#pragma once
// C++'s functions of the reductions: ttnn::sum(x), ttnn::max(x, -1, true). For programs.
#include "ttnn/ops/reduce.h"

namespace ttnn {

struct ReductionCall {
  Reduction op;
  Tensor operator()(const Tensor& input, std::optional<Dims> dim = {}, bool keepdim = false,
                    CallOptions options = {}) const {
    ReduceDims call;
    call.input = input;
    call.dim = std::move(dim);
    call.keepdim = keepdim;
    call.op = op;
    return dispatch(op_info(op), std::make_shared<ReduceDims>(std::move(call)), std::move(options))
        .at(0);
  }
};

#define TTNN_REDUCTION(name, ...) inline constexpr ReductionCall name{Reduction::name};
#include "ttnn/ops/reduce_table.h"

}  // namespace ttnn
