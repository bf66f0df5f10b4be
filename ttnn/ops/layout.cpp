#include "ttnn/ops/layout.h"

#include <algorithm>

#include "ttnn/ops/slice.h"
#include "ttnn/runtime/dispatch.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {
namespace {

void check_memory_config(std::string_view op, const TensorSpec& spec) {
  const MemoryConfig& config = spec.memory_config;
  expect(!config.is_sharded() || config.shard_spec || config.nd_shard_spec, op,
         ": Shard spec must not be None for sharded tensors: memory_config is ", config,
         ". Give one by ttnn.create_sharded_memory_config(...).");
}

// The bytes as they are under `spec`; the tensor itself where that is its own.
std::optional<Tensor> relabelled(const Tensor& input, const TensorSpec& spec) {
  if (spec.dtype != input.dtype()) return {};
  if (spec == input.spec()) return input;
  return share(input, spec);
}

}  // namespace

TensorSpec ToLayout::infer(const CallOptions&) const {
  TensorSpec spec = input.spec();
  const bool leaves_tiles = layout == Layout::ROW_MAJOR && spec.layout == Layout::TILE;
  if (leaves_tiles && is_block_float(spec.dtype) && input.mesh()) spec.dtype = DataType::BFLOAT16;
  if (dtype) spec.dtype = *dtype;
  if (memory_config) spec.memory_config = *memory_config;
  if (layout == Layout::TILE && spec.layout != layout)
    spec.pad_value = static_cast<float>(pad_value);
  spec.layout = layout;
  spec.check(name);
  check_memory_config(name, spec);
  return spec;
}

std::optional<Tensor> ToLayout::shortcut(const CallOptions& options) const {
  return relabelled(input, with_options(infer(options), options));
}

std::vector<ToLayout> ToLayout::samples(Sampler& s) {
  std::vector<ToLayout> all{
      {s({3, 5}), Layout::TILE, {}, {}},
      {s({2, 33, 70}), Layout::TILE, DataType::FLOAT32, {}},
      {s({0, 4}), Layout::TILE, {}, {}},
  };
  if (is_block_float(s.dtype())) return all;  // their golden functions cannot leave tiles
  all.push_back({s({9}), Layout::ROW_MAJOR, {}, {}});
  all.push_back({s({2, 1, 40}), Layout::ROW_MAJOR, {}, {}});
  all.push_back({s({2, 40, 33}), Layout::TILE, DataType::BFLOAT8_B, {}});
  return all;
}

TensorSpec ToMemoryConfig::infer(const CallOptions&) const {
  TensorSpec spec = input.spec();
  if (memory_config) spec.memory_config = *memory_config;
  if (dtype) spec.dtype = *dtype;
  spec.check(name);
  check_memory_config(name, spec);
  return spec;
}

std::optional<Tensor> ToMemoryConfig::shortcut(const CallOptions& options) const {
  return relabelled(input, with_options(infer(options), options));
}

std::vector<ToMemoryConfig> ToMemoryConfig::samples(Sampler& s) {
  MemoryConfig l1;
  l1.buffer_type = BufferType::L1;
  return {
      {s({3, 5}), MemoryConfig{}, {}},
      {s({2, 1, 33}), l1, {}},
      {s({7}), l1, DataType::FLOAT32},
      {s({2, 40, 50}), l1, DataType::BFLOAT16},
  };
}

namespace {

void check_on_device(std::string_view op, const Tensor& input) {
  check_usable(input, op, "input_tensor");
  expect(input.mesh() != nullptr, op,
         ": Input tensor must be on device, got storage type: HOST. input_tensor is ", input,
         " on the host. Upload it with ttnn.to_device.");
}

Outputs tilized(std::string_view op, const Tensor& input, double pad_value,
                std::optional<DataType> dtype, const CallOptions& options) {
  check_on_device(op, input);
  CallOptions rest = options;
  if (!dtype) dtype = options.dtype;
  rest.dtype.reset();
  return {run(ToLayout{input, Layout::TILE, dtype, options.memory_config, pad_value}, rest)};
}

void check_tiled(std::string_view op, const Tensor& input) {
  check_on_device(op, input);
  expect(input.layout() == Layout::TILE, op,
         ": Can only untilize tile major data: input_tensor is ", input, ". Leave the call out.");
}

// `config` as ToMemoryConfig takes it, with what it says about sharding.
Outputs placed(std::string_view op, const Tensor& input, const MemoryConfig& config, bool sharded,
               std::optional<DataType> dtype, const CallOptions& options) {
  check_on_device(op, input);
  expect(config.is_sharded() == sharded, op, ": the memory config of the result must be ",
         sharded ? "sharded" : "interleaved", ", not ", config,
         ". Use ttnn.to_memory_config for any.");
  return {run(ToMemoryConfig{input, config, dtype}, options)};
}

// All of a sample on one core.
MemoryConfig on_one_core(const Tensor& tensor) {
  return tensor.spec().height_sharded(CoreRangeSet(CoreRange{{0, 0}, {0, 0}})).memory_config;
}

}  // namespace

Outputs Tilize::compose(const CallOptions& options) const {
  check_on_device(name, input);
  const Shape& shape = input.shape();
  const Tile& tile = input.spec().tile;
  expect(shape.rank() >= 2 && shape[-1] % tile.width == 0 && shape[-2] % tile.height == 0, name,
         ": the last two dims must be multiples of the tile's ", tile.height, " x ", tile.width,
         ": input_tensor is ", input, ". Use ttnn.tilize_with_zero_padding, or ttnn.to_layout.");
  return tilized(name, input, 0, dtype, options);
}

std::vector<Tilize> Tilize::samples(Sampler& s) {
  return {{s({32, 64})}, {s({2, 1, 64, 32}), DataType::BFLOAT16}};
}

Outputs TilizeWithValPadding::compose(const CallOptions& options) const {
  check_on_device(name, input);
  TensorSpec spec = input.spec();
  spec.layout = Layout::TILE;
  const Shape padded = spec.padded_shape();
  const int rank = std::max(padded.rank(), output_tensor_shape.rank());
  expect_as<ErrorKind::not_implemented>(
      padded.to_rank(rank) == output_tensor_shape.to_rank(rank), name, ": output_tensor_shape ",
      output_tensor_shape, " is not the padded shape ", padded, " of input_tensor ", input,
      "; other paddings are not implemented. Use ttnn.pad.");
  return tilized(name, input, pad_value, dtype, options);
}

std::vector<TilizeWithValPadding> TilizeWithValPadding::samples(Sampler& s) {
  return {{s({3, 5}), {32, 32}, 1}, {s({2, 33, 64}), {2, 64, 64}, 0, DataType::BFLOAT16}};
}

Outputs TilizeWithZeroPadding::compose(const CallOptions& options) const {
  return tilized(name, input, 0, {}, options);
}

std::vector<TilizeWithZeroPadding> TilizeWithZeroPadding::samples(Sampler& s) {
  return {{s({3, 5})}, {s({2, 33, 64})}, {s({7})}};
}

Outputs Untilize::compose(const CallOptions& options) const {
  check_tiled(name, input);
  return {run(ToLayout{input, Layout::ROW_MAJOR, {}, options.memory_config}, options)};
}

std::vector<Untilize> Untilize::samples(Sampler& s) {
  if (is_block_float(s.dtype())) return {};  // their golden functions cannot leave tiles
  const auto tiled = [&](Shape shape) { return run(ToLayout{s(shape), Layout::TILE, {}, {}}); };
  return {{tiled({3, 5})}, {tiled({2, 64, 32})}};
}

Outputs UntilizeWithUnpadding::compose(const CallOptions& options) const {
  check_tiled(name, input);
  Slice part{input, std::vector<int64_t>(static_cast<size_t>(output_tensor_end.rank())), {}};
  for (int64_t last : output_tensor_end) part.slice_end.push_back(last + 1);
  return {run(Untilize{run(std::move(part))}, options)};
}

std::vector<UntilizeWithUnpadding> UntilizeWithUnpadding::samples(Sampler& s) {
  if (is_block_float(s.dtype())) return {};
  const auto tiled = [&](Shape shape) { return run(ToLayout{s(shape), Layout::TILE, {}, {}}); };
  return {{tiled({3, 5}), {1, 4}}, {tiled({2, 64, 32}), {1, 39, 31}}};
}

Outputs InterleavedToSharded::compose(const CallOptions& options) const {
  return placed(name, input, sharded_memory_config, true, output_dtype, options);
}

std::vector<InterleavedToSharded> InterleavedToSharded::samples(Sampler& s) {
  const Tensor a = s({64, 32}), b = s({2, 33, 40});
  return {{a, on_one_core(a)}, {b, on_one_core(b), DataType::BFLOAT16}};
}

Outputs ShardedToInterleaved::compose(const CallOptions& options) const {
  return placed(name, input, memory_config.value_or(MemoryConfig{}), false, output_dtype, options);
}

std::vector<ShardedToInterleaved> ShardedToInterleaved::samples(Sampler& s) {
  const Tensor a = s({64, 32});
  return {{run(ToMemoryConfig{a, on_one_core(a), {}})}, {s({7})}};
}

Outputs Reshard::compose(const CallOptions& options) const {
  return placed(name, input, output_memory_config, true, {}, options);
}

std::vector<Reshard> Reshard::samples(Sampler& s) {
  const Tensor a = s({64, 32});
  return {{run(ToMemoryConfig{a, on_one_core(a), {}}), on_one_core(a)}};
}

namespace ops {

void register_layout(Registry& registry) {
  registry.add<ToLayout>();
  registry.add<ToMemoryConfig>();
  registry.add<Tilize>();
  registry.add<TilizeWithValPadding>();
  registry.add<TilizeWithZeroPadding>();
  registry.add<Untilize>();
  registry.add<UntilizeWithUnpadding>();
  registry.add<InterleavedToSharded>();
  registry.add<ShardedToInterleaved>();
  registry.add<Reshard>();
}

}  // namespace ops
}  // namespace ttnn
