#include "ttnn/ops/where.h"

#include <algorithm>

#include "ttnn/ops/binary.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {
namespace {

const Tensor* tensor_of(const TensorOrScalar& value) { return std::get_if<Tensor>(&value); }

// An input's elements in the order of the result's, as T.
template <class T>
class Elements {
 public:
  Elements(const Task& task, const TensorOrScalar& given) {
    if (const Scalar* scalar = std::get_if<Scalar>(&given)) {
      data_ = {static_cast<T>(scalar->value)};
      strides_ = Shape::filled(task.out().shape.rank(), 0);
      return;
    }
    const Tensor& tensor = std::get<Tensor>(given);
    if constexpr (std::is_same_v<T, float>)
      data_ = task.floats(tensor);
    else
      data_ = task.integers(tensor);
    strides_ = broadcast_strides(task.launch.operand(tensor).spec.shape, task.out().shape);
  }
  T at(int64_t i, const Shape& shape) const {
    int64_t offset = 0;
    for (int d = shape.rank() - 1; d >= 0; --d) {
      offset += i % shape[d] * strides_[d];
      i /= shape[d];
    }
    return data_[static_cast<size_t>(offset)];
  }

 private:
  std::vector<T> data_;
  Shape strides_;
};

template <class T>
void choose(const Where& op, const Task& task) {
  const Elements<float> predicate(task, op.predicate);
  const Elements<T> a(task, op.true_value), b(task, op.false_value);
  const Shape& shape = task.out().shape;
  std::vector<T> out(static_cast<size_t>(shape.volume()));
  for (int64_t i = 0; i < shape.volume(); ++i)
    out[static_cast<size_t>(i)] = (predicate.at(i, shape) != 0 ? a : b).at(i, shape);
  task.write(std::span<const T>(out));
}

}  // namespace

TensorSpec Where::infer(const CallOptions&) const {
  TensorSpec spec = predicate.spec();
  const Tensor* first = nullptr;
  for (const TensorOrScalar* value : {&true_value, &false_value}) {
    const Tensor* tensor = tensor_of(*value);
    if (!tensor) continue;
    spec.shape = broadcast_shape(spec.shape, tensor->shape(), name);
    if (tensor->layout() == Layout::TILE) spec.layout = Layout::TILE;
    if (!first) {
      first = tensor;
      continue;
    }
    const bool floats = is_floating(first->dtype()) && is_floating(tensor->dtype());
    expect(floats || first->dtype() == tensor->dtype(), name,
           ": dtypes of true_value and false_value must match: true_value is ", *first,
           ", false_value ", *tensor, ". Convert one of them with ttnn.typecast.");
  }
  if (first) spec.dtype = first->dtype();
  return spec;
}

// A choice that all devices make alike is linear: terms of sums, and zeros, on both sides.
LabelPtr Where::label(std::span<const LabelPtr* const> inputs) const {
  const LabelPtr& first = *inputs[0];
  if (first->is_replicated() &&
      std::ranges::all_of(inputs, [&](const LabelPtr* label) { return *label == first; }))
    return first;
  const auto is_zero = [](const TensorOrScalar& value) {
    const Scalar* scalar = std::get_if<Scalar>(&value);
    return scalar && scalar->value == 0;
  };
  const bool linear = (tensor_of(true_value) || is_zero(true_value)) &&
                      (tensor_of(false_value) || is_zero(false_value));
  return elementwise_label(inputs, [&](std::span<const Placement> p) {
    const auto values = p.subspan(1);
    const bool all_partial = !values.empty() && std::ranges::all_of(values, [](Placement value) {
      return value.kind == Placement::partial;
    });
    const bool keeps = linear && all_partial && p[0].kind == Placement::replicate;
    return keeps ? values[0] : elementwise_placement(p);
  });
}

void Where::reference(Task task) const {
  if (is_floating(task.out().dtype))
    choose<float>(*this, task);
  else
    choose<int64_t>(*this, task);
}

std::vector<Where> Where::samples(Sampler& s) {
  const auto half = [&](Shape shape) { return s.indices(shape, 0, 2, DataType::INT32); };
  const auto a = [&](Shape shape) { return ranges.b(s, shape); };
  const auto b = [&](Shape shape) { return ranges.c(s, shape); };
  std::vector<Where> all{
      {ranges.a(s, {3, 5}), a({3, 5}), b({3, 5})},
      {ranges.a(s, {2, 1, 40}), a({2, 1, 40}), Scalar{2, true}},
      {half({2, 33}), Scalar{1, true}, b({2, 33})},
      {ranges.a(s, {7}), Scalar{3, true}, Scalar{0, true}},
      {half({3, 1}), a({1, 40}), b({3, 40})},
      {half({40}), a({2, 3, 1}), Scalar{-1, true}},
      {ranges.a(s, {0, 3}), a({0, 3}), b({1, 3})},
  };
  add_special(all, s);
  return all;
}

namespace ops {

void register_where(Registry& registry) { registry.add<Where>(); }

}  // namespace ops
}  // namespace ttnn
