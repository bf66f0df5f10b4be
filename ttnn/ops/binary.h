#pragma once
// The binary family: out[i] = f(a[i], b[i]) with NumPy's broadcasting, a tensor with a tensor or
// with a number. One op per line of binary_table.h, and one more per line that TT-NN also has in
// place (add_).
#include "ttnn/ops/activation.h"
#include "ttnn/runtime/op.h"

namespace ttnn {

struct BinaryElementwise {
  TensorOrScalar a, b;
  std::vector<UnaryStep> activations, a_activations, b_activations;
  Binary op = Binary::add;
  double parameters[max_row_parameters] = {};
  bool writes_a = false;  // in place: the result goes to `a`

  static constexpr auto name = "binary";
  static constexpr auto doc = "One op of the binary family.";
  static constexpr auto fields =
      std::tuple{arg("input_tensor_a", &BinaryElementwise::a, "any shape and dtype, or a number"),
                 arg("input_tensor_b", &BinaryElementwise::b,
                     "of a shape that broadcasts with the first one's, or a number"),
                 kw("activations", &BinaryElementwise::activations,
                    "unary ops applied to the result, in order"),
                 kw("input_tensor_a_activations", &BinaryElementwise::a_activations,
                    "unary ops applied to the first input before"),
                 kw("input_tensor_b_activations", &BinaryElementwise::b_activations,
                    "unary ops applied to the second input before")};
  static constexpr bool elementwise = true;
  static constexpr auto device_rule = "Input tensor A must be on device, got storage type: HOST.";

  TensorSpec infer(const CallOptions&) const;
  LabelPtr label(std::span<const LabelPtr* const> inputs) const;
  bool is_alike(const BinaryElementwise&) const;
  void reference(Task) const;
  std::vector<BinaryElementwise> samples(Sampler&) const;

  const Tensor* tensor_a() const { return std::get_if<Tensor>(&a); }
  const Tensor* tensor_b() const { return std::get_if<Tensor>(&b); }
  // The name by which users know the op: "add_", "floor_div".
  std::string called() const;
  Shape result_shape() const;
  // Whether the op computes in int64 rather than in float32 for these inputs.
  bool computes_integers() const;
  Placement placed(std::span<const Placement> inputs) const;  // along one mesh axis
};

// The shape that NumPy's rule gives two shapes, or an Error in TT-NN's words.
Shape broadcast_shape(const Shape& a, const Shape& b, std::string_view op);
// How far to step in `shape`, whose data is dense, for a step in each dim of `out`: 0 where it is
// repeated.
Shape broadcast_strides(const Shape& shape, const Shape& out);

// The descriptions of one row: the op itself first, then the same under other names of arguments.
OpInfo& op_info(Binary op, bool in_place = false);
const std::vector<OpInfo*>& all_binary_infos();

}  // namespace ttnn
