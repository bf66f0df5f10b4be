// clang-format off
// The binary family, one line per op; same rules as ttnn/ops/unary_table.h, the expression is in
// `a` and `b`, with the parameters p0, p1 and p2.
//
//   TTNN_BINARY(name, domain, "sentence.", (parameters), expression)
//
// Integer division by zero gives 0 (torch raises, cards are undefined); nothing traps.
TTNN_BINARY(add, any, "a + b.", (), a + b)
TTNN_BINARY(subtract, any, "a - b.", (), a - b)
TTNN_BINARY(rsub, any, "b - a.", (), b - a)
TTNN_BINARY(multiply, any, "a * b.", (), a * b)
TTNN_BINARY(divide, floats, "a / b.", (), a / b)
TTNN_BINARY(rdiv, floats, "b / a.", (), b / a)
TTNN_BINARY(divide_floor, any, "floor(a / b).", (), divide_floor(a, b))
TTNN_BINARY(divide_trunc, any, "trunc(a / b).", (), divide_trunc(a, b))
TTNN_BINARY(rdiv_floor, any, "floor(b / a).", (), divide_floor(b, a))
TTNN_BINARY(rdiv_trunc, any, "trunc(b / a).", (), divide_trunc(b, a))
TTNN_BINARY(remainder, any, "a - b * floor(a / b): the sign of b, as Python's %.", (),
            remainder(a, b))
TTNN_BINARY(fmod, any, "a - b * trunc(a / b): the sign of a, as C's fmod.", (), fmod(a, b))
TTNN_BINARY(maximum, any, "The larger of a and b.", (), maximum(a, b))
TTNN_BINARY(minimum, any, "The smaller of a and b.", (), minimum(a, b))
TTNN_BINARY(pow, any, "a to the b.", (), pow(a, b))
TTNN_BINARY(squared_difference, any, "(a - b) squared.", (), (a - b) * (a - b))
TTNN_BINARY(addalpha, any, "a + alpha * b.", (param("alpha")), a + p0 * b)
TTNN_BINARY(subalpha, any, "a - alpha * b.", (param("alpha")), a - p0 * b)
TTNN_BINARY(eq, any, "1 where a == b.", (), T(a == b))
TTNN_BINARY(ne, any, "1 where a != b.", (), T(a != b))
TTNN_BINARY(gt, any, "1 where a > b.", (), T(a > b))
TTNN_BINARY(ge, any, "1 where a >= b.", (), T(a >= b))
TTNN_BINARY(lt, any, "1 where a < b.", (), T(a < b))
TTNN_BINARY(le, any, "1 where a <= b.", (), T(a <= b))
TTNN_BINARY(isclose, floats, "1 where |a - b| <= atol + rtol * |b|.",
            (param("rtol", 1e-5), param("atol", 1e-8), param("equal_nan", 0)),
            T((a == b) | ((abs(a - b) <= p1 + p0 * abs(b)) & (abs(b) < infinity)) |
              ((p2 != 0) & (a != a) & (b != b))))
TTNN_BINARY(logical_and, any, "1 where a and b are not 0.", (), T((a != 0) & (b != 0)))
TTNN_BINARY(logical_or, any, "1 where a or b is not 0.", (), T((a != 0) | (b != 0)))
TTNN_BINARY(logical_xor, any, "1 where one of a and b is not 0.", (), T((a != 0) != (b != 0)))
TTNN_BINARY(bitwise_and, integers, "a & b.", (), a & b)
TTNN_BINARY(bitwise_or, integers, "a | b.", (), a | b)
TTNN_BINARY(bitwise_xor, integers, "a ^ b.", (), a ^ b)
TTNN_BINARY(bitwise_left_shift, integers, "a << b.", (), shift_left(a, b))
TTNN_BINARY(bitwise_right_shift, integers, "a >> b, keeping the sign.", (), shift_right(a, b))
TTNN_BINARY(atan2, floats, "The angle of the point (b, a).", (), atan2(a, b))
TTNN_BINARY(hypot, floats, "sqrt(a * a + b * b) without overflow.", (), hypot(a, b))
TTNN_BINARY(xlogy, floats, "a * log(b), 0 where a is 0.", (),
            b != b ? b : a == 0 ? T(0) : a * log(b))
TTNN_BINARY(ldexp, floats, "a times 2 to the b.", (), a * exp2(b))
TTNN_BINARY(logaddexp, floats, "log(exp(a) + exp(b)).", (), logaddexp(a, b))
TTNN_BINARY(logaddexp2, floats, "log2(2**a + 2**b).", (), logaddexp2(a, b))
TTNN_BINARY(bias_gelu, floats, "gelu(a + b).", (), gelu(a + b))
TTNN_BINARY(prelu, floats, "a, times b below 0.", (), a < 0 ? a * b : a)
#undef TTNN_BINARY
