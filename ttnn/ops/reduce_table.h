// clang-format off
// The reductions, one line per op. Included again and again: define TTNN_REDUCTION first; it is
// undefined at the end.
//
//   TTNN_REDUCTION(name, "sentence.", fields)
//
// `fields`: which arguments the op has beside input_tensor, dim and keepdim (see ReductionField).
TTNN_REDUCTION(sum, "The sum of the elements along `dim`.", scalar | output_layout)
TTNN_REDUCTION(mean, "The sum along `dim` by the number of elements.", scalar | output_layout)
TTNN_REDUCTION(max, "The largest element along `dim`; NaN where there is one.", scalar)
TTNN_REDUCTION(min, "The smallest element along `dim`; NaN where there is one.", scalar)
TTNN_REDUCTION(prod, "The product of the elements along `dim`.", none)
TTNN_REDUCTION(var, "The variance along `dim`: squared distances from the mean by n - correction.", scalar | correction)
TTNN_REDUCTION(std, "The square root of the variance along `dim`.", scalar | correction)
#undef TTNN_REDUCTION
