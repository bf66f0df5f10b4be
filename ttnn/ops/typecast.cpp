#include "ttnn/ops/typecast.h"

#include "ttnn/runtime/registry.h"
#include "ttnn/runtime/transfer.h"

namespace ttnn {

TensorSpec Typecast::infer(const CallOptions&) const {
  expect_as<ErrorKind::not_implemented>(dtype != DataType::FP8_E4M3, name, ": dtype ", dtype,
                                        " is not implemented. Use bfloat8_b or bfloat16.");
  TensorSpec spec = input.spec();
  spec.dtype = dtype;
  spec.check(name);
  return spec;
}

// No bytes change: the result shares them until one of the two is written.
std::optional<Tensor> Typecast::shortcut(const CallOptions& options) const {
  if (dtype != input.dtype()) return {};
  return share(input, with_options(infer(options), options));
}

std::vector<Typecast> Typecast::samples(Sampler& s) {
  std::vector<Typecast> all;
  for (DataType to : {DataType::BFLOAT16, DataType::FLOAT32, DataType::INT32, DataType::UINT32,
                      DataType::UINT16, DataType::UINT8, DataType::INT8}) {
    all.push_back({s({3, 5}), to});
    all.push_back({s.uniform({2, 1, 33}, -300, 70000), to});
  }
  all.push_back({s({0, 4}), DataType::BFLOAT16});
  all.push_back({s({7}), DataType::FLOAT32});
  all.push_back({s({2, 40, 50}), DataType::BFLOAT8_B});
  all.push_back({s({2, 40, 50}), DataType::BFLOAT4_B});
  return all;
}

Outputs TypecastFrom::compose(const CallOptions& options) const {
  expect(input.dtype() == input_dtype, name, ": input_dtype is ", input_dtype,
         ", but input_tensor is ", input,
         ". Leave input_dtype out: ttnn.typecast(tensor, output_dtype).");
  return {run(Typecast{input, output_dtype}, options)};
}

Outputs ToDtype::compose(const CallOptions& options) const {
  check_usable(input, name, "tensor");
  expect(!input.mesh(), name,
         ": Input tensor must be on host, got storage type: DEVICE. tensor is ", input,
         ". Use ttnn.typecast for tensors of a device.");
  if (dtype == input.dtype()) return {input};
  Tensor tensor = input;
  if (is_block_float(dtype) && tensor.layout() != Layout::TILE) {
    TensorSpec spec = tensor.spec();
    spec.layout = Layout::TILE;
    tensor = share(tensor, std::move(spec));
  }
  return {run(Typecast{std::move(tensor), dtype}, options)};
}

std::vector<ToDtype> ToDtype::samples(Sampler& s) {
  const auto on_host = [&](Shape shape) { return to_host(s(shape), true); };
  return {{on_host({3, 5}), DataType::FLOAT32},
          {on_host({2, 1, 33}), DataType::INT32},
          {on_host({40, 50}), DataType::BFLOAT8_B}};
}

namespace ops {

void register_typecast(Registry& registry) {
  registry.add<Typecast>();
  registry.add<TypecastFrom>();
  registry.alias("experimental.typecast", "typecast");
  registry.add<ToDtype>();
}

}  // namespace ops
}  // namespace ttnn
