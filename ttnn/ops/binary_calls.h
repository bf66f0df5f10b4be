#pragma once
// C++'s functions of the binary family. For programs: kernels and references use ttnn::math, whose
// names are the same.
#include "ttnn/ops/binary.h"

namespace ttnn {

// C++'s function of a row: ttnn::add(x, y), ttnn::multiply(x, 2), ttnn::addalpha(x, y, 0.5), each
// also with CallOptions as the last argument.
struct BinaryCall {
  Binary op;
  bool in_place = false;

  template <class A, class B, class... Rest>
  Tensor operator()(const A& a, const B& b, const Rest&... rest) const {
    BinaryElementwise call{operand(a), operand(b), {}, {}, {}, op, {}, in_place};
    for (int i = 0; i < row(op).parameter_count; ++i)
      call.parameters[i] = row(op).parameters[i].value;
    CallOptions options;
    [[maybe_unused]] int next = 0;
    (take(call, options, next, rest), ...);
    return dispatch(op_info(op, in_place), std::make_shared<BinaryElementwise>(std::move(call)),
                    std::move(options))
        .at(0);
  }

 private:
  static TensorOrScalar operand(const Tensor& tensor) { return tensor; }
  template <class Number>
    requires std::is_arithmetic_v<Number>
  static TensorOrScalar operand(Number number) {
    return Scalar{static_cast<double>(number), std::is_integral_v<Number>};
  }
  template <class T>
  static void take(BinaryElementwise& call, CallOptions& options, int& next, const T& value) {
    if constexpr (std::is_same_v<T, CallOptions>)
      options = value;
    else
      call.parameters[next++] = static_cast<double>(value);
  }
};

#define TTNN_BINARY(name, ...) inline constexpr BinaryCall name{Binary::name};
#include "ttnn/ops/binary_table.h"

inline constexpr BinaryCall sub{Binary::subtract}, mul{Binary::multiply}, div{Binary::divide};
inline constexpr BinaryCall floor_div{Binary::divide_floor};
inline constexpr BinaryCall add_{Binary::add, true}, subtract_{Binary::subtract, true},
    sub_{Binary::subtract, true};
inline constexpr BinaryCall multiply_{Binary::multiply, true}, mul_{Binary::multiply, true};
inline constexpr BinaryCall divide_{Binary::divide, true}, div_{Binary::divide, true},
    rsub_{Binary::rsub, true};

}  // namespace ttnn
