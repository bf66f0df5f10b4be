#include "ttnn/ops/copy.h"

#include "ttnn/runtime/dispatch.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {
namespace {

Tensor moved_away(std::string_view op, const Tensor& input, std::optional<MemoryConfig> config) {
  check_usable(input, op, "tensor");
  expect(input.mesh() != nullptr, op, ": Input tensor must be on device, got storage type: HOST. ",
         input, " is on the host. Upload it with ttnn.to_device.");
  TensorSpec spec = input.spec();
  if (config) spec.memory_config = *config;
  Tensor tensor = share(input, std::move(spec));
  deallocate(input, true);
  return tensor;
}

}  // namespace

TensorSpec Clone::infer(const CallOptions&) const {
  TensorSpec spec = input.spec();
  if (dtype) spec.dtype = *dtype;
  spec.check(name);
  return spec;
}

std::optional<Tensor> Clone::shortcut(const CallOptions& options) const {
  const TensorSpec spec = with_options(infer(options), options);
  if (spec.dtype != input.dtype()) return {};
  return share(input, spec);
}

std::vector<Clone> Clone::samples(Sampler& s) {
  return {{s({3, 5})}, {s({2, 1, 40}), DataType::FLOAT32}, {s({7}), DataType::BFLOAT16}, {s({0})}};
}

TensorSpec Copy::infer(const CallOptions&) const {
  expect(input_a.shape() == input_b.shape(), name,
         ": the tensors must have the same shape: input_a is ", input_a, ", input_b ", input_b,
         ". Reshape input_a.");
  expect(input_a.dtype() == input_b.dtype(), name,
         ": the tensors must have the same dtype: input_a is ", input_a, ", input_b ", input_b,
         ". Convert input_a with ttnn.typecast.");
  expect(input_a.layout() == input_b.layout(), name,
         ": the tensors must have the same layout: input_a is ", input_a, ", input_b ", input_b,
         ". Convert input_a with ttnn.to_layout.");
  return input_b.spec();
}

std::vector<Copy> Copy::samples(Sampler& s) {
  return {{s({3, 5}), s({3, 5})}, {s({2, 1, 40}), s({2, 1, 40})}, {s({7}), s({7})}};
}

Outputs Move::compose(const CallOptions& options) const {
  return {moved_away(name, input, options.memory_config)};
}
std::vector<Move> Move::samples(Sampler& s) { return {{s({3, 5})}, {s({7})}}; }

Outputs Reallocate::compose(const CallOptions&) const {
  return {moved_away(name, input, memory_config)};
}
std::vector<Reallocate> Reallocate::samples(Sampler& s) { return {{s({3, 5})}, {s({7})}}; }

Outputs AssignInto::compose(const CallOptions& options) const {
  return {run(Copy{input_a, input_b}, options)};
}
std::vector<AssignInto> AssignInto::samples(Sampler& s) { return {{s({3, 5}), s({3, 5})}}; }

Outputs Assign::compose(const CallOptions& options) const {
  return {run(Clone{input, dtype}, options)};
}

namespace ops {

void register_copy(Registry& registry) {
  registry.add<Clone>();
  registry.add<Copy>();
  registry.add<Move>();
  registry.add<Reallocate>();
  registry.add<Assign>();
  registry.add<AssignInto>();
}

}  // namespace ops
}  // namespace ttnn
