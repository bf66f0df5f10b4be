// clang-format off
// The unary family, one line per op. Included again and again: define TTNN_UNARY first; it is
// undefined at the end.
//
//   TTNN_UNARY(name, domain, "sentence.", (parameters), expression)
//
// `domain`: floats, integers or any (see ttnn/ops/families.h). Parameters are `param("name")`
// (required) or `param("name", default)`. The expression is in `x`, of type T (float, or int64_t
// for integer dtypes), with the parameters p0 and p1 of type T in order. It may use every function of
// ttnn/ops/math.h and must be free of branches (?: is fine), because one and the same expression
// becomes the reference and the vector loop of each ISA. NaN goes through wherever torch lets it.
TTNN_UNARY(identity, any, "The input itself.", (), x)
TTNN_UNARY(fill, any, "`fill_value` everywhere.", (param("fill_value")), p0)
TTNN_UNARY(neg, any, "-x.", (), -x)
TTNN_UNARY(abs, any, "The absolute value.", (), abs(x))
TTNN_UNARY(sign, any, "-1, 0 or 1.", (), T(x > 0) - T(x < 0))
TTNN_UNARY(signbit, any, "1 where the sign bit is set.", (), signbit(x))
TTNN_UNARY(square, any, "x * x.", (), x * x)
TTNN_UNARY(sqrt, floats, "The square root.", (), sqrt(x))
TTNN_UNARY(rsqrt, floats, "1 / sqrt(x).", (), 1 / sqrt(x))
TTNN_UNARY(reciprocal, floats, "1 / x.", (), 1 / x)
TTNN_UNARY(cbrt, floats, "The cube root.", (), cbrt(x))
TTNN_UNARY(exp, floats, "e to the x.", (), exp(x))
TTNN_UNARY(exp2, floats, "2 to the x.", (), exp2(x))
TTNN_UNARY(expm1, floats, "exp(x) - 1, exact near 0.", (), expm1(x))
TTNN_UNARY(log, floats, "The natural logarithm.", (), log(x))
TTNN_UNARY(log2, floats, "The logarithm to base 2.", (), log2(x))
TTNN_UNARY(log10, floats, "The logarithm to base 10.", (), log10(x))
TTNN_UNARY(log1p, floats, "log(1 + x), exact near 0.", (), log1p(x))
TTNN_UNARY(sin, floats, "The sine.", (), sin(x))
TTNN_UNARY(cos, floats, "The cosine.", (), cos(x))
TTNN_UNARY(tan, floats, "The tangent.", (), tan(x))
TTNN_UNARY(asin, floats, "The arc sine.", (), asin(x))
TTNN_UNARY(acos, floats, "The arc cosine.", (), acos(x))
TTNN_UNARY(atan, floats, "The arc tangent.", (), atan(x))
TTNN_UNARY(sinh, floats, "The hyperbolic sine.", (), sinh(x))
TTNN_UNARY(cosh, floats, "The hyperbolic cosine.", (), cosh(x))
TTNN_UNARY(tanh, floats, "The hyperbolic tangent.", (), tanh(x))
TTNN_UNARY(asinh, floats, "The inverse hyperbolic sine.", (), asinh(x))
TTNN_UNARY(acosh, floats, "The inverse hyperbolic cosine.", (), acosh(x))
TTNN_UNARY(atanh, floats, "The inverse hyperbolic tangent.", (), atanh(x))
TTNN_UNARY(erf, floats, "The error function.", (), erf(x))
TTNN_UNARY(erfc, floats, "1 - erf(x).", (), erfc(x))
TTNN_UNARY(floor, any, "The largest whole number <= x.", (), floor(x))
TTNN_UNARY(ceil, any, "The smallest whole number >= x.", (), ceil(x))
TTNN_UNARY(round, any, "The nearest whole number, halves to even.", (), round(x))
TTNN_UNARY(round_decimals, floats, "The nearest multiple of 1 / `power`, halves to even.",
           (param("power")), abs(x) < whole_from ? round(x * p0) / p0 : x)
TTNN_UNARY(round_tens, floats, "The nearest multiple of `power`, halves to even.",
           (param("power")), round(x / p0) * p0)
TTNN_UNARY(trunc, any, "The whole part.", (), trunc(x))
TTNN_UNARY(frac, floats, "x - trunc(x).", (), x - trunc(x))
TTNN_UNARY(deg2rad, floats, "Degrees to radians.", (), x * T(0.017453292519943295))
TTNN_UNARY(rad2deg, floats, "Radians to degrees.", (), x * T(57.29577951308232))
TTNN_UNARY(relu, any, "max(x, 0).", (), x < 0 ? T(0) : x)
TTNN_UNARY(relu6, any, "x between 0 and 6.", (), clamp(x, T(0), T(6)))
TTNN_UNARY(relu_max, any, "relu(x), at most `upper_limit`.", (param("upper_limit")),
           clamp(x, T(0), p0))
TTNN_UNARY(relu_min, any, "x, at least `lower_limit`.", (param("lower_limit")), at_least(x, p0))
TTNN_UNARY(leaky_relu, floats, "x, times `negative_slope` below 0.", (param("negative_slope")),
           x < 0 ? p0 * x : x)
TTNN_UNARY(elu, floats, "x, below 0 alpha * (exp(x) - 1).", (param("alpha", 1)),
           x <= 0 ? p0 * expm1(x) : x)
TTNN_UNARY(celu, floats, "x, below 0 alpha * (exp(x / alpha) - 1).", (param("alpha", 1)),
           x <= 0 ? p0 * expm1(x / p0) : x)
TTNN_UNARY(selu, floats, "scale * elu(x, alpha).",
           (param("scale", 1.0507), param("alpha", 1.67326)), p0 * (x <= 0 ? p1 * expm1(x) : x))
TTNN_UNARY(gelu, floats, "x times the normal distribution's P(X <= x), by erf.", (), gelu(x))
TTNN_UNARY(gelu_tanh, floats, "gelu by its tanh formula.", (), gelu_tanh(x))
TTNN_UNARY(silu, floats, "x * sigmoid(x).", (), silu(x))
TTNN_UNARY(sigmoid, floats, "1 / (1 + exp(-x)).", (), sigmoid(x))
TTNN_UNARY(log_sigmoid, floats, "log(sigmoid(x)).", (), minimum(x, T(0)) - log1p(exp(-abs(x))))
TTNN_UNARY(softplus, floats, "log(1 + exp(beta * x)) / beta, x above `threshold`.",
           (param("beta", 1), param("threshold", 20)), softplus(x, p0, p1))
TTNN_UNARY(mish, floats, "x * tanh(log(1 + exp(x))).", (), mish(x))
TTNN_UNARY(hardtanh, any, "x between `min_val` and `max_val`.",
           (param("min_val", -1), param("max_val", 1)), clamp(x, p0, p1))
TTNN_UNARY(clamp, any, "x between `min` and `max`.", (param("min", lowest), param("max", highest)),
           clamp(x, p0, p1))
TTNN_UNARY(hardsigmoid, floats, "x / 6 + 1/2, between 0 and 1.", (), clamp(x + 3, T(0), T(6)) / 6)
TTNN_UNARY(hardswish, floats, "x * hardsigmoid(x).", (), x * (clamp(x + 3, T(0), T(6)) / 6))
TTNN_UNARY(hardmish, floats, "x * clamp(x + 2.8, 0, 5) / 5.", (),
           x * (clamp(x + T(2.8), T(0), T(5)) / 5))
TTNN_UNARY(softsign, floats, "x / (1 + |x|).", (), softsign(x))
TTNN_UNARY(softshrink, floats, "x moved towards 0 by `lambd`.", (param("lambd", 0.5)),
           abs(x) <= p0 ? T(0) : x - copysign(p0, x))
TTNN_UNARY(hardshrink, floats, "x, 0 where |x| <= lambd.", (param("lambd", 0.5)),
           abs(x) <= p0 ? T(0) : x)
TTNN_UNARY(tanhshrink, floats, "x - tanh(x).", (), tanhshrink(x))
TTNN_UNARY(threshold, any, "x above `threshold`, else `value`.",
           (param("threshold"), param("value")), x <= p0 ? p1 : x)
TTNN_UNARY(heaviside, floats, "0 below 0, `value` at 0, 1 above.", (param("value")),
           x == 0 ? p0 : T(x > 0))
TTNN_UNARY(softcap, floats, "beta * tanh(x / beta).", (param("beta")), p0 * tanh(x / p0))
TTNN_UNARY(logit, floats, "log(x / (1 - x)), x held in [eps, 1 - eps] if eps >= 0.",
           (param("eps", -1)), logit(x, p0))
TTNN_UNARY(rpow, floats, "`exponent` to the x: exponent ** x.", (param("exponent")), pow(p0, x))
TTNN_UNARY(logical_not, any, "1 where x is 0.", (), T(x == 0))
TTNN_UNARY(eqz, any, "1 where x == 0.", (), T(x == 0))
TTNN_UNARY(nez, any, "1 where x != 0.", (), T(x != 0))
TTNN_UNARY(gtz, any, "1 where x > 0.", (), T(x > 0))
TTNN_UNARY(ltz, any, "1 where x < 0.", (), T(x < 0))
TTNN_UNARY(gez, any, "1 where x >= 0.", (), T(x >= 0))
TTNN_UNARY(lez, any, "1 where x <= 0.", (), T(x <= 0))
TTNN_UNARY(isnan, any, "1 where x is not a number.", (), T(x != x))
TTNN_UNARY(isinf, floats, "1 where x is infinite.", (), T(abs(x) == infinity))
TTNN_UNARY(isposinf, floats, "1 where x is +infinity.", (), T(x == infinity))
TTNN_UNARY(isneginf, floats, "1 where x is -infinity.", (), T(x == -infinity))
TTNN_UNARY(isfinite, floats, "1 where x is neither infinite nor NaN.", (), T(abs(x) < infinity))
TTNN_UNARY(bitwise_not, integers, "Every bit inverted.", (), ~x)
#undef TTNN_UNARY
