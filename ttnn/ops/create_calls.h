#pragma once
// C++'s functions of creation, arguments as in Python: ttnn::zeros({2, 3}, DataType::FLOAT32, {},
// mesh), ttnn::full({4}, 0.5), ttnn::ones_like(x). For programs.
#include "ttnn/ops/create.h"

namespace ttnn {

using WantedDataType = std::optional<DataType>;
using WantedLayout = std::optional<Layout>;
using WantedMemory = std::optional<MemoryConfig>;

template <class Op, class First>
struct CreateCall {
  Create op;
  double fill_value;

  Tensor operator()(First first, WantedDataType dtype = {}, WantedLayout layout = {},
                    std::shared_ptr<MeshDevice> device = {}, WantedMemory memory = {}) const {
    return filled({std::move(first),
                   {fill_value, true},
                   dtype,
                   layout,
                   std::move(device),
                   std::move(memory),
                   {},
                   op});
  }
  static Tensor filled(Op call) {
    OpInfo& info = std::is_same_v<Op, Filled> ? op_info(call.op) : op_info_like(call.op);
    return dispatch(info, std::make_shared<Op>(std::move(call)), {}).at(0);
  }
};

template <class Op, class First>
struct FullCall {
  template <class Number>
  Tensor operator()(First first, Number value, WantedDataType dtype = {}, WantedLayout layout = {},
                    std::shared_ptr<MeshDevice> device = {}, WantedMemory memory = {}) const {
    const Scalar number{static_cast<double>(value), std::is_integral_v<Number>};
    return CreateCall<Op, First>::filled({std::move(first),
                                          number,
                                          dtype,
                                          layout,
                                          std::move(device),
                                          std::move(memory),
                                          {},
                                          Create::full});
  }
};

inline constexpr CreateCall<Filled, Shape> zeros{Create::zeros, 0}, ones{Create::ones, 1},
    empty{Create::empty, 0};
inline constexpr CreateCall<FilledLike, Tensor> zeros_like{Create::zeros, 0},
    ones_like{Create::ones, 1}, empty_like{Create::empty, 0};
inline constexpr FullCall<Filled, Shape> full;
inline constexpr FullCall<FilledLike, Tensor> full_like;

}  // namespace ttnn
