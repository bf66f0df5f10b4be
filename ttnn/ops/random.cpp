#include "ttnn/ops/random.h"

#include <atomic>
#include <cmath>
#include <numbers>
#include <random>

#include "ttnn/runtime/registry.h"

namespace ttnn {

uint64_t fresh_seed() {
  static const uint64_t start = std::random_device{}() | uint64_t{std::random_device{}()} << 32;
  static std::atomic<uint64_t> calls{0};
  return mix(start, calls.fetch_add(1, std::memory_order_relaxed));
}

namespace {

// 64 bits for place i of a stream: SplitMix64's finaliser of a counter.
uint64_t bits_at(uint64_t stream, uint64_t i) {
  uint64_t z = stream + (i + 1) * 0x9e3779b97f4a7c15ull;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

uint64_t stream_of(uint64_t seed, int shard) {
  return bits_at(bits_at(seed, 0), static_cast<uint64_t>(shard));
}

// 24 bits as a number in [0, 1).
float unit(uint64_t bits) { return static_cast<float>(bits >> 40) * 0x1p-24f; }

// The largest bfloat16 or float32 below `high`, which rounding up must not reach.
float below(double high, DataType dtype) {
  const float nearest = static_cast<float>(high);
  float x = nearest < high ? nearest : std::nextafter(nearest, -INFINITY);
  if (dtype != DataType::BFLOAT16) return x;
  auto bits = __builtin_bit_cast(uint32_t, x);
  if (x < 0 && (bits & 0xffff)) bits += 0x10000;  // away from 0 is down
  return __builtin_bit_cast(float, bits & 0xffff0000u);
}

TensorSpec random_spec(std::string_view op, const Shape& shape, DataType dtype, Layout layout,
                       const MemoryConfig& memory_config) {
  TensorSpec spec;
  spec.shape = shape;
  spec.dtype = dtype;
  spec.layout = is_block_float(dtype) ? Layout::TILE : layout;
  spec.memory_config = memory_config;
  spec.check(op);
  return spec;
}

void check_device(std::string_view op, const std::shared_ptr<MeshDevice>& device) {
  expect(device != nullptr, op, ": device is None, but random numbers are made on a device. ",
         "Give one, and ttnn.from_device for a tensor of the host.");
}

// Devices that the label calls replicas draw the same numbers, all others their own.
int part_of(const Label& label, int device) {
  int position = 0;
  while (position < label.num_devices() && label.device(position) != device) ++position;
  int part = 0, inner = 1;
  const MeshShape& shape = label.distribution();
  for (int axis = shape.dims() - 1; axis >= 0; --axis) {
    const int at = position % shape[axis];
    position /= shape[axis];
    if (label.placements()[static_cast<size_t>(axis)].kind == Placement::replicate) continue;
    part += at * inner;
    inner *= shape[axis];
  }
  return part;
}

uint64_t stream_for(const Task& task, const Tensor& input, int64_t seed, uint64_t fresh) {
  const int device = task.launch.device_of(task.shard);
  return stream_of(seed ? static_cast<uint64_t>(seed) : fresh, part_of(*input.label(), device));
}

void fill_evenly(const Task& task, uint64_t stream, double low, double high) {
  std::vector<float> x(static_cast<size_t>(task.out().volume()));
  const auto from = static_cast<float>(low), range = static_cast<float>(high - low);
  const float most = below(high, task.out().dtype);
  for (size_t i = 0; i < x.size(); ++i)
    x[i] = std::min(from + unit(bits_at(stream, i)) * range, most);
  if (!is_floating(task.out().dtype))
    for (float& v : x) v = std::floor(v);
  task.write(x);
}

template <class Op>
OpInfo& with_fresh_seeds() {
  OpInfo& info = op_info<Op>();
  info.make = [](const OpInfo&) -> std::shared_ptr<void> { return std::make_shared<Op>(); };
  return info;
}

}  // namespace

TensorSpec Rand::infer(const CallOptions&) const {
  check_device(name, device);
  expect(dtype != DataType::UINT8 && dtype != DataType::FP8_E4M3, name, ": dtype ", dtype,
         " is not supported. Make another one and convert it: ttnn.typecast(x, dtype).");
  expect(low < high, name, ": low=", low, " is not below high=", high,
         ". Give the smaller number as low.");
  return random_spec(name, shape, dtype, layout, memory_config);
}

void Rand::reference(Task task) const {
  fill_evenly(task, stream_of(seed ? static_cast<uint64_t>(seed) : fresh, task.shard), low, high);
}

std::vector<Rand> Rand::samples(Sampler& s) {
  std::vector<Rand> all;
  for (const Shape& shape : {Shape{3, 5}, Shape{1}, Shape{2, 1, 33, 70}, Shape{0, 4}}) {
    Rand call;
    call.shape = shape;
    call.device = s.mesh();
    call.dtype = s.dtype();
    call.seed = 5;
    all.push_back(call);
  }
  return all;
}

TensorSpec RandN::infer(const CallOptions&) const {
  check_device(name, device);
  expect(is_floating(dtype) && dtype != DataType::FP8_E4M3, name, ": dtype ", dtype,
         " is not supported: normal numbers are bfloat16, float32 or block floats.");
  return random_spec(name, shape, dtype, layout, memory_config);
}

// Box and Muller's: two numbers, evenly spread, make two normal ones.
void RandN::reference(Task task) const {
  const uint64_t stream = stream_of(seed ? static_cast<uint64_t>(*seed) : fresh, task.shard);
  std::vector<float> x(static_cast<size_t>(task.out().volume()));
  for (size_t i = 0; i < x.size(); i += 2) {
    const uint64_t bits = bits_at(stream, i);
    const float radius = std::sqrt(-2 * std::log(1 - unit(bits)));
    const float angle = 2 * std::numbers::pi_v<float> * unit(bits << 32);
    x[i] = radius * std::cos(angle);
    if (i + 1 < x.size()) x[i + 1] = radius * std::sin(angle);
  }
  task.write(x);
}

std::vector<RandN> RandN::samples(Sampler& s) {
  std::vector<RandN> all;
  for (const Shape& shape : {Shape{3, 5}, Shape{1}, Shape{2, 1, 33, 70}, Shape{0, 4}}) {
    RandN call;
    call.shape = shape;
    call.device = s.mesh();
    call.dtype = s.dtype();
    call.seed = 5;
    all.push_back(call);
  }
  return all;
}

TensorSpec Uniform::infer(const CallOptions&) const {
  expect(input.dtype() == DataType::BFLOAT16 || input.dtype() == DataType::FLOAT32, name,
         ": input ", input, " is of dtype ", input.dtype(),
         ", but uniform fills bfloat16 and float32 tensors. Convert it: ttnn.typecast(x, dtype).");
  expect(from < to, name, ": from=", from, " is not below to=", to,
         ". Give the smaller number as from.");
  return input.spec();
}

// Slices of random numbers are random numbers; each term of a sum gets numbers of its own.
Placement Uniform::place(std::span<const Placement> inputs) const {
  return inputs[0].kind == Placement::partial ? Placement{Placement::local} : inputs[0];
}

void Uniform::reference(Task task) const {
  fill_evenly(task, stream_for(task, input, seed, fresh), from, to);
}

std::vector<Uniform> Uniform::samples(Sampler& s) {
  std::vector<Uniform> all;
  for (const Shape& shape : {Shape{3, 5}, Shape{2, 1, 33, 70}, Shape{0, 4}}) {
    Uniform call;
    call.input = s(shape);
    call.seed = 5;
    all.push_back(call);
  }
  return all;
}

TensorSpec Bernoulli::infer(const CallOptions& options) const {
  TensorSpec spec = input.spec();
  if (!options.dtype) spec.dtype = DataType::FLOAT32;
  return spec;
}

void Bernoulli::reference(Task task) const {
  const uint64_t stream = stream_for(task, input, seed, fresh);
  std::vector<float> x = task.floats(input);
  for (size_t i = 0; i < x.size(); ++i) x[i] = unit(bits_at(stream, i)) < x[i] ? 1.0f : 0.0f;
  task.write(x);
}

std::vector<Bernoulli> Bernoulli::samples(Sampler& s) {
  std::vector<Bernoulli> all;
  for (const Shape& shape : {Shape{3, 5}, Shape{2, 1, 33, 70}, Shape{0, 4}}) {
    Bernoulli call;
    call.input = s.uniform(shape, 0, 1);
    call.seed = 5;
    all.push_back(call);
  }
  return all;
}

namespace ops {

void register_random(Registry& registry) {
  registry.add(with_fresh_seeds<Rand>());
  registry.add(with_fresh_seeds<RandN>());
  registry.add(with_fresh_seeds<Uniform>());
  registry.add(with_fresh_seeds<Bernoulli>());
}

}  // namespace ops
}  // namespace ttnn
