// clang-format off
// The binary family, one line per op; same rules as ttnn/ops/unary_table.h, the expression is in
// `a` and `b`, with the parameters p0, p1 and p2.
//
//   TTNN_BINARY(name, domain, in(low, high), "sentence.", (parameters), expression)
//
// Samples of both inputs lie in the range, or b's in one of its own: in(low, high, low_b, high_b).
// Integer division by zero gives 0 (torch raises, cards are undefined); nothing traps.
TTNN_BINARY(add, any, in(-4, 4), "a + b.", (), a + b)
TTNN_BINARY(subtract, any, in(-4, 4), "a - b.", (), a - b)
TTNN_BINARY(rsub, any, in(-4, 4), "b - a.", (), b - a)
TTNN_BINARY(multiply, any, in(-4, 4), "a * b.", (), times(a, b))
TTNN_BINARY(divide, floats, in(-4, 4), "a / b.", (), a / b)
TTNN_BINARY(rdiv, floats, in(-4, 4), "b / a.", (), b / a)
TTNN_BINARY(divide_floor, any, in(-20, 20), "floor(a / b).", (), divide_floor(a, b))
TTNN_BINARY(divide_trunc, any, in(-20, 20), "trunc(a / b).", (), divide_trunc(a, b))
TTNN_BINARY(rdiv_floor, any, in(-20, 20), "floor(b / a).", (), divide_floor(b, a))
TTNN_BINARY(rdiv_trunc, any, in(-20, 20), "trunc(b / a).", (), divide_trunc(b, a))
TTNN_BINARY(remainder, any, in(-20, 20), "a - b * floor(a / b): the sign of b, as Python's %.", (),
            remainder(a, b))
TTNN_BINARY(fmod, any, in(-20, 20), "a - b * trunc(a / b): the sign of a, as C's fmod.", (),
            fmod(a, b))
TTNN_BINARY(maximum, any, in(-4, 4), "The larger of a and b.", (), maximum(a, b))
TTNN_BINARY(minimum, any, in(-4, 4), "The smaller of a and b.", (), minimum(a, b))
TTNN_BINARY(pow, any, in(0, 4, -4, 4), "a to the b.", (), pow(a, b))
TTNN_BINARY(squared_difference, any, in(-4, 4), "(a - b) squared.", (), times(a - b, a - b))
TTNN_BINARY(addalpha, any, in(-4, 4), "a + alpha * b.", (param("alpha")),
            plus_product(a, p0, b))
TTNN_BINARY(subalpha, any, in(-4, 4), "a - alpha * b.", (param("alpha")),
            plus_product(a, -p0, b))
TTNN_BINARY(eq, any, in(-2, 2), "1 where a == b.", (), T(a == b))
TTNN_BINARY(ne, any, in(-2, 2), "1 where a != b.", (), T(a != b))
TTNN_BINARY(gt, any, in(-2, 2), "1 where a > b.", (), T(a > b))
TTNN_BINARY(ge, any, in(-2, 2), "1 where a >= b.", (), T(a >= b))
TTNN_BINARY(lt, any, in(-2, 2), "1 where a < b.", (), T(a < b))
TTNN_BINARY(le, any, in(-2, 2), "1 where a <= b.", (), T(a <= b))
TTNN_BINARY(isclose, floats, in(-2, 2), "1 where |a - b| <= atol + rtol * |b|.",
            (param("rtol", 1e-5), param("atol", 1e-8), param("equal_nan", 0)),
            T((a == b) | ((abs(a - b) <= p1 + p0 * abs(b)) & (abs(b) < infinity)) |
              ((p2 != 0) & (a != a) & (b != b))))
TTNN_BINARY(logical_and, any, in(-2, 2), "1 where a and b are not 0.", (), T((a != 0) & (b != 0)))
TTNN_BINARY(logical_or, any, in(-2, 2), "1 where a or b is not 0.", (), T((a != 0) | (b != 0)))
TTNN_BINARY(logical_xor, any, in(-2, 2), "1 where one of a and b is not 0.",
            (), T((a != 0) != (b != 0)))
TTNN_BINARY(bitwise_and, integers, in(-1000, 1000), "a & b.", (), a & b)
TTNN_BINARY(bitwise_or, integers, in(-1000, 1000), "a | b.", (), a | b)
TTNN_BINARY(bitwise_xor, integers, in(-1000, 1000), "a ^ b.", (), a ^ b)
TTNN_BINARY(bitwise_left_shift, integers, in(-100, 100, 0, 8), "a << b.", (), shift_left(a, b))
TTNN_BINARY(bitwise_right_shift, integers, in(-1000, 1000, 0, 8), "a >> b, keeping the sign.",
            (), shift_right(a, b))
TTNN_BINARY(atan2, floats, in(-4, 4), "The angle of the point (b, a).", (), atan2(a, b))
TTNN_BINARY(hypot, floats, in(-4, 4), "sqrt(a * a + b * b) without overflow.", (), hypot(a, b))
TTNN_BINARY(xlogy, floats, in(-4, 4, 0, 4), "a * log(b), 0 where a is 0.", (),
            b != b ? b : a == 0 ? T(0) : a * log(b))
TTNN_BINARY(ldexp, floats, in(-4, 4), "a times 2 to the b.", (), ldexp(a, b))
TTNN_BINARY(logaddexp, floats, in(-4, 4), "log(exp(a) + exp(b)).", (), logaddexp(a, b))
TTNN_BINARY(logaddexp2, floats, in(-4, 4), "log2(2**a + 2**b).", (), logaddexp2(a, b))
TTNN_BINARY(bias_gelu, floats, in(-4, 4), "gelu(a + b).", (), gelu(a + b))
TTNN_BINARY(prelu, floats, in(-4, 4), "a, times b below 0.", (), a < 0 ? a * b : a)
#undef TTNN_BINARY
