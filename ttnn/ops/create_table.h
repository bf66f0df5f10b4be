// clang-format off
// Tensors made of one number, one line per op; each line gives `name` and `name_like`. Included
// again and again: define TTNN_CREATE first; it is undefined at the end.
//
//   TTNN_CREATE(name, "what the elements are", contents)
//
// `contents`: a number, `given` (the argument fill_value) or `undefined`.
TTNN_CREATE(zeros, "zeros", number(0))
TTNN_CREATE(ones, "ones", number(1))
TTNN_CREATE(full, "`fill_value`", given)
TTNN_CREATE(empty, "undefined", undefined)
#undef TTNN_CREATE
