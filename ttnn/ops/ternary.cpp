#include "ttnn/ops/ternary.h"

#include "ttnn/ops/binary.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {
namespace {

Tensor combined(Binary op, TensorOrScalar a, TensorOrScalar b, CallOptions options) {
  BinaryElementwise call{std::move(a), std::move(b), {}, {}, {}, op, {}, false};
  return dispatch(op_info(op), std::make_shared<BinaryElementwise>(std::move(call)),
                  std::move(options))
      .at(0);
}

// a + factor * b, rounded once to a's dtype.
Tensor plus(const Tensor& a, const Tensor& b, double factor, const CallOptions& options) {
  if (factor == 1) return combined(Binary::add, a, b, options);
  BinaryElementwise call{a, b, {}, {}, {}, Binary::addalpha, {factor}, false};
  return dispatch(op_info(Binary::addalpha), std::make_shared<BinaryElementwise>(std::move(call)),
                  options)
      .at(0);
}

// Of a result that another op takes up.
CallOptions between(const Tensor& like) {
  CallOptions options;
  if (is_floating(like.dtype())) options.dtype = DataType::FLOAT32;
  return options;
}

void expect_floats(std::string_view op, std::string_view argument, const Tensor& tensor) {
  expect(is_floating(tensor.dtype()), op, ": ", argument, " ", tensor, " is of dtype ",
         tensor.dtype(), ", but ", op,
         " is defined on floats. Convert it: ttnn.typecast(x, ttnn.float32).");
}

}  // namespace

Outputs AddCMul::compose(const CallOptions& options) const {
  return {plus(a, combined(Binary::multiply, b, c, between(b)), value, options)};
}
std::vector<AddCMul> AddCMul::samples(Sampler& s) {
  const auto call = [&](Shape a, Shape b, Shape c, double value) {
    return AddCMul{ranges.a(s, a), ranges.b(s, b), ranges.c(s, c), value};
  };
  std::vector<AddCMul> all{call({3, 5}, {3, 5}, {3, 5}, 1),
                           call({2, 33, 40}, {2, 33, 40}, {2, 33, 40}, 3),
                           call({3, 5}, {3, 1}, {3, 5}, 1)};
  add_special(all, s);
  return all;
}

Outputs AddCDiv::compose(const CallOptions& options) const {
  expect_floats(name, "input_a", a);
  return {plus(a, combined(Binary::divide, b, c, between(b)), value, options)};
}
std::vector<AddCDiv> AddCDiv::samples(Sampler& s) {
  const auto call = [&](Shape shape, double value) {
    return AddCDiv{ranges.a(s, shape), ranges.b(s, shape), ranges.c(s, shape), value};
  };
  std::vector<AddCDiv> all{call({3, 5}, 1), call({2, 33, 40}, 0.5)};
  add_special(all, s);
  return all;
}

Outputs Lerp::compose(const CallOptions& options) const {
  expect_floats(name, "input", input);
  const Tensor way = combined(Binary::subtract, end, input, between(input));
  const Tensor part = combined(Binary::multiply, way, weight, between(input));
  return {plus(input, part, 1, options)};
}
std::vector<Lerp> Lerp::samples(Sampler& s) {
  const Shape small{3, 5}, large{2, 33, 40};
  std::vector<Lerp> all{{ranges.a(s, small), ranges.b(s, small), ranges.c(s, small)},
                        {ranges.a(s, large), ranges.b(s, large), Scalar{0.25, false}}};
  add_special(all, s);
  return all;
}

Outputs MultiplyAdd::compose(const CallOptions& options) const {
  const Tensor product = combined(Binary::multiply, a, b, between(a));
  CallOptions last = options;
  if (!last.dtype && last.outputs.empty()) last.dtype = a.dtype();
  return {combined(Binary::add, product, c, last)};
}
std::vector<MultiplyAdd> MultiplyAdd::samples(Sampler& s) {
  const Shape small{3, 5}, large{2, 33, 40};
  std::vector<MultiplyAdd> all{{ranges.a(s, small), ranges.b(s, small), ranges.c(s, small)},
                               {ranges.a(s, large), ranges.b(s, large), Scalar{2, true}},
                               {ranges.a(s, small), Scalar{2, true}, ranges.c(s, small)},
                               {ranges.a(s, small), Scalar{2, true}, Scalar{3, true}}};
  add_special(all, s);
  return all;
}

Outputs ClampBetween::compose(const CallOptions& options) const {
  expect(min || max, name,
         ": Only one of min or max can be omitted. Give a number or a tensor for one of them.");
  if (!max) return {combined(Binary::maximum, input, *min, options)};
  if (!min) return {combined(Binary::minimum, input, *max, options)};
  return {combined(Binary::minimum, combined(Binary::maximum, input, *min, {}), *max, options)};
}
std::vector<ClampBetween> ClampBetween::samples(Sampler& s) {
  const Shape small{3, 5}, large{2, 33, 40};
  std::vector<ClampBetween> all{{ranges.a(s, small), ranges.b(s, small), ranges.c(s, small)},
                                {ranges.a(s, large), ranges.b(s, large), {}}};
  add_special(all, s);
  return all;
}

namespace ops {

void register_ternary(Registry& registry) {
  registry.add<AddCMul>();
  registry.add<AddCDiv>();
  registry.add<Lerp>();
  registry.add<MultiplyAdd>();
  registry.add<ClampBetween>();  // numbers fit none of its fields, None fits both
}

}  // namespace ops
}  // namespace ttnn
