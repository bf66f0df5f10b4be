// clang-format off
// The unary family, one line per op. Included again and again: define TTNN_UNARY first; it is
// undefined at the end.
//
//   TTNN_UNARY(name, domain, in(low, high), "sentence.", (parameters), expression)
//
// `domain`: floats, integers or any (see ttnn/ops/families.h). The samples of the op lie in the
// range, which holds what the op is for and where it bends; special values are tried besides.
// Parameters are `param("name")` (required) or `param("name", default)`. The expression is in `x`,
// of type T (float, or int64_t for integer dtypes), with the parameters p0 and p1 of type T in
// order. It may use every function of ttnn/ops/math.h and must be free of branches (?: is fine),
// because one and the same expression becomes the reference and the vector loop of each ISA. NaN
// goes through wherever torch lets it.
TTNN_UNARY(identity, any, in(-4, 4), "The input itself.", (), x)
TTNN_UNARY(fill, any, in(-4, 4), "`fill_value` everywhere.", (param("fill_value")), p0)
TTNN_UNARY(neg, any, in(-4, 4), "-x.", (), -x)
TTNN_UNARY(abs, any, in(-4, 4), "The absolute value.", (), abs(x))
TTNN_UNARY(sign, any, in(-4, 4), "-1, 0 or 1.", (), T(x > 0) - T(x < 0))
TTNN_UNARY(signbit, any, in(-4, 4), "1 where the sign bit is set.", (), signbit(x))
TTNN_UNARY(square, any, in(-4, 4), "x * x.", (), times(x, x))
TTNN_UNARY(sqrt, floats, in(0, 100), "The square root.", (), sqrt(x))
TTNN_UNARY(rsqrt, floats, in(0.01, 100), "1 / sqrt(x).", (), 1 / sqrt(x))
TTNN_UNARY(reciprocal, floats, in(-4, 4), "1 / x.", (), 1 / x)
TTNN_UNARY(cbrt, floats, in(-100, 100), "The cube root.", (), cbrt(x))
TTNN_UNARY(exp, floats, in(-20, 20), "e to the x.", (), exp(x))
TTNN_UNARY(exp2, floats, in(-20, 20), "2 to the x.", (), exp2(x))
TTNN_UNARY(expm1, floats, in(-20, 20), "exp(x) - 1, exact near 0.", (), expm1(x))
TTNN_UNARY(log, floats, in(0, 100), "The natural logarithm.", (), log(x))
TTNN_UNARY(log2, floats, in(0, 100), "The logarithm to base 2.", (), log2(x))
TTNN_UNARY(log10, floats, in(0, 100), "The logarithm to base 10.", (), log10(x))
TTNN_UNARY(log1p, floats, in(-1, 100), "log(1 + x), exact near 0.", (), log1p(x))
TTNN_UNARY(sin, floats, in(-100, 100), "The sine.", (), sin(x))
TTNN_UNARY(cos, floats, in(-100, 100), "The cosine.", (), cos(x))
TTNN_UNARY(tan, floats, in(-100, 100), "The tangent.", (), tan(x))
TTNN_UNARY(asin, floats, in(-1, 1), "The arc sine.", (), asin(x))
TTNN_UNARY(acos, floats, in(-1, 1), "The arc cosine.", (), acos(x))
TTNN_UNARY(atan, floats, in(-10, 10), "The arc tangent.", (), atan(x))
TTNN_UNARY(sinh, floats, in(-20, 20), "The hyperbolic sine.", (), sinh(x))
TTNN_UNARY(cosh, floats, in(-20, 20), "The hyperbolic cosine.", (), cosh(x))
TTNN_UNARY(tanh, floats, in(-4, 4), "The hyperbolic tangent.", (), tanh(x))
TTNN_UNARY(asinh, floats, in(-100, 100), "The inverse hyperbolic sine.", (), asinh(x))
TTNN_UNARY(acosh, floats, in(1, 100), "The inverse hyperbolic cosine.", (), acosh(x))
TTNN_UNARY(atanh, floats, in(-1, 1), "The inverse hyperbolic tangent.", (), atanh(x))
TTNN_UNARY(erf, floats, in(-4, 4), "The error function.", (), erf(x))
TTNN_UNARY(erfc, floats, in(-4, 9), "1 - erf(x).", (), erfc(x))
TTNN_UNARY(floor, any, in(-100, 100), "The largest whole number <= x.", (), floor(x))
TTNN_UNARY(ceil, any, in(-100, 100), "The smallest whole number >= x.", (), ceil(x))
TTNN_UNARY(round, any, in(-100, 100), "The nearest whole number, halves to even.", (), round(x))
TTNN_UNARY(round_decimals, floats, in(-100, 100),
           "The nearest multiple of 1 / `power`, halves to even.",
           (param("power")), abs(x) < whole_from ? round(x * p0) / p0 : x)
TTNN_UNARY(round_tens, floats, in(-1000, 1000), "The nearest multiple of `power`, halves to even.",
           (param("power")), round(x / p0) * p0)
TTNN_UNARY(trunc, any, in(-100, 100), "The whole part.", (), trunc(x))
TTNN_UNARY(frac, floats, in(-100, 100), "x - trunc(x).", (), x - trunc(x))
TTNN_UNARY(deg2rad, floats, in(-360, 360), "Degrees to radians.", (), x * T(0.017453292519943295))
TTNN_UNARY(rad2deg, floats, in(-7, 7), "Radians to degrees.", (), x * T(57.29577951308232))
TTNN_UNARY(relu, any, in(-4, 4), "max(x, 0).", (), x < 0 ? T(0) : x)
TTNN_UNARY(relu6, any, in(-4, 10), "x between 0 and 6.", (), clamp(x, T(0), T(6)))
TTNN_UNARY(relu_max, any, in(-4, 10), "relu(x), at most `upper_limit`.", (param("upper_limit")),
           clamp(x, T(0), p0))
TTNN_UNARY(relu_min, any, in(-4, 4), "x, at least `lower_limit`.",
           (param("lower_limit")), at_least(x, p0))
TTNN_UNARY(leaky_relu, floats, in(-4, 4), "x, times `negative_slope` below 0.",
           (param("negative_slope")), x < 0 ? p0 * x : x)
TTNN_UNARY(elu, floats, in(-10, 4), "x, below 0 alpha * (exp(x) - 1).", (param("alpha", 1)),
           x <= 0 ? p0 * expm1(x) : x)
TTNN_UNARY(celu, floats, in(-10, 4), "x, below 0 alpha * (exp(x / alpha) - 1).",
           (param("alpha", 1)), x <= 0 ? p0 * expm1(x / p0) : x)
TTNN_UNARY(selu, floats, in(-10, 4), "scale * elu(x, alpha).",
           (param("scale", 1.0507), param("alpha", 1.67326)), p0 * (x <= 0 ? p1 * expm1(x) : x))
TTNN_UNARY(gelu, floats, in(-8, 8), "x times the normal distribution's P(X <= x), by erf.",
           (), gelu(x))
TTNN_UNARY(gelu_tanh, floats, in(-8, 8), "gelu by its tanh formula.", (), gelu_tanh(x))
TTNN_UNARY(silu, floats, in(-20, 20), "x * sigmoid(x).", (), silu(x))
TTNN_UNARY(sigmoid, floats, in(-20, 20), "1 / (1 + exp(-x)).", (), sigmoid(x))
TTNN_UNARY(log_sigmoid, floats, in(-20, 20), "log(sigmoid(x)).",
           (), minimum(x, T(0)) - log1p(exp(-abs(x))))
TTNN_UNARY(softplus, floats, in(-20, 30), "log(1 + exp(beta * x)) / beta, x above `threshold`.",
           (param("beta", 1), param("threshold", 20)), softplus(x, p0, p1))
TTNN_UNARY(mish, floats, in(-20, 30), "x * tanh(log(1 + exp(x))).", (), mish(x))
TTNN_UNARY(hardtanh, any, in(-4, 4), "x between `min_val` and `max_val`.",
           (param("min_val", -1), param("max_val", 1)), clamp(x, p0, p1))
TTNN_UNARY(clamp, any, in(-4, 4), "x between `min` and `max`.",
           (param("min", lowest), param("max", highest)), clamp(x, p0, p1))
TTNN_UNARY(hardsigmoid, floats, in(-5, 5), "x / 6 + 1/2, between 0 and 1.",
           (), clamp(x + 3, T(0), T(6)) / 6)
TTNN_UNARY(hardswish, floats, in(-5, 5), "x * hardsigmoid(x).",
           (), x * (clamp(x + 3, T(0), T(6)) / 6))
TTNN_UNARY(hardmish, floats, in(-4, 4), "x * clamp(x + 2.8, 0, 5) / 5.", (), hardmish(x))
TTNN_UNARY(softsign, floats, in(-100, 100), "x / (1 + |x|).", (), softsign(x))
TTNN_UNARY(softshrink, floats, in(-4, 4), "x moved towards 0 by `lambd`.", (param("lambd", 0.5)),
           abs(x) <= p0 ? T(0) : x - copysign(p0, x))
TTNN_UNARY(hardshrink, floats, in(-4, 4), "x, 0 where |x| <= lambd.", (param("lambd", 0.5)),
           abs(x) <= p0 ? T(0) : x)
TTNN_UNARY(tanhshrink, floats, in(-4, 4), "x - tanh(x).", (), tanhshrink(x))
TTNN_UNARY(threshold, any, in(-4, 4), "x above `threshold`, else `value`.",
           (param("threshold"), param("value")), x <= p0 ? p1 : x)
TTNN_UNARY(heaviside, floats, in(-2, 2), "0 below 0, `value` at 0, 1 above.", (param("value")),
           x == 0 ? p0 : T(x > 0))
TTNN_UNARY(softcap, floats, in(-4, 4), "beta * tanh(x / beta).", (param("beta")), softcap(x, p0))
TTNN_UNARY(logit, floats, in(0, 1), "log(x / (1 - x)), x held between eps and 1 - eps if eps >= 0.",
           (param("eps", -1)), logit(x, p0))
TTNN_UNARY(rpow, floats, in(-10, 10), "`exponent` to the x: exponent ** x.",
           (param("exponent")), pow(p0, x))
TTNN_UNARY(logical_not, any, in(-2, 2), "1 where x is 0.", (), T(x == 0))
TTNN_UNARY(eqz, any, in(-2, 2), "1 where x == 0.", (), T(x == 0))
TTNN_UNARY(nez, any, in(-2, 2), "1 where x != 0.", (), T(x != 0))
TTNN_UNARY(gtz, any, in(-2, 2), "1 where x > 0.", (), T(x > 0))
TTNN_UNARY(ltz, any, in(-2, 2), "1 where x < 0.", (), T(x < 0))
TTNN_UNARY(gez, any, in(-2, 2), "1 where x >= 0.", (), T(x >= 0))
TTNN_UNARY(lez, any, in(-2, 2), "1 where x <= 0.", (), T(x <= 0))
TTNN_UNARY(isnan, any, in(-2, 2), "1 where x is not a number.", (), T(x != x))
TTNN_UNARY(isinf, floats, in(-2, 2), "1 where x is infinite.", (), T(abs(x) == infinity))
TTNN_UNARY(isposinf, floats, in(-2, 2), "1 where x is +infinity.", (), T(x == infinity))
TTNN_UNARY(isneginf, floats, in(-2, 2), "1 where x is -infinity.", (), T(x == -infinity))
TTNN_UNARY(isfinite, floats, in(-2, 2), "1 where x is neither infinite nor NaN.",
           (), T(abs(x) < infinity))
TTNN_UNARY(bitwise_not, integers, in(-1000, 1000), "Every bit inverted.", (), ~x)
#undef TTNN_UNARY
