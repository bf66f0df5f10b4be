#include "ttnn/runtime/sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ttnn/runtime/transfer.h"

namespace ttnn {
namespace {

// The integer dtype's least and largest.
std::pair<double, double> extremes(DataType dtype) {
  switch (dtype) {
    case DataType::UINT8:
      return {0, UINT8_MAX};
    case DataType::INT8:
      return {INT8_MIN, INT8_MAX};
    case DataType::UINT16:
      return {0, UINT16_MAX};
    case DataType::UINT32:
      return {0, UINT32_MAX};
    default:
      return {INT32_MIN, INT32_MAX};
  }
}

std::vector<double> special_integers(DataType dtype) {
  const auto [least, largest] = extremes(dtype);
  std::vector<double> all{0, least, largest, least + 1, largest - 1};
  for (double power = 1; power < largest; power *= power < 8 ? 2 : 8)
    for (double x : {power, power - 1, power + 1, -power, 1 - power})
      if (x >= least) all.push_back(x);
  return all;
}

std::vector<double> special_floats(DataType dtype) {
  const bool is_narrow = dtype == DataType::BFLOAT16;
  const double unit = is_narrow ? 0x1p-7 : 0x1p-23;  // between 1 and what comes next
  const double smallest = 0x1p-126, infinity = std::numeric_limits<double>::infinity();
  std::vector<double> sizes{0, infinity, 0x1p127 * (2 - unit), smallest * unit,
                            smallest * (1 - unit)};
  for (int power : {-126, -24, -12, -3, -1, 0, 1, 2, 3, 6, 10, 24, 64, 127})
    for (double x : {1.0, 1 + unit, 1 - unit / 2}) sizes.push_back(std::ldexp(x, power));
  std::vector<double> all{std::numeric_limits<double>::quiet_NaN()};
  for (double size : sizes) all.insert(all.end(), {size, -size});
  return all;
}

std::vector<double> special_values(DataType dtype) {
  if (is_block_float(dtype)) return {};
  return is_floating(dtype) ? special_floats(dtype) : special_integers(dtype);
}

}  // namespace

Tensor Sampler::make(const Shape& shape, DataType dtype, Layout layout, bool sharded, double low,
                     double high) {
  std::uniform_real_distribution<double> values(low, high);
  const bool is_integer = !is_floating(dtype);
  return make(shape, dtype, layout, sharded, [&](int64_t) {
    const double x = values(random_);
    return is_integer ? std::floor(x) : x;
  });
}

Tensor Sampler::make(const Shape& shape, DataType dtype, Layout layout, bool sharded,
                     const std::function<double(int64_t)>& value) {
  const int devices = mesh_->num_devices();
  const bool differs = sharded && devices > 1 && shape.rank() > 0;
  // Shards differ: the whole has one shard per device along the first dim.
  const Shape whole = differs ? shape.with(0, shape[0] * devices) : shape;
  std::vector<double> data;
  for (int64_t i = 0; i < whole.volume(); ++i) data.push_back(value(i));
  TensorSpec spec;
  spec.shape = whole;
  spec.dtype = dtype;
  spec.layout = is_block_float(dtype) ? Layout::TILE : layout;
  const HostArray array = HostArray::dense(data.data(), HostType::float64, whole);
  const Distribution plan =
      differs && shape[0] > 0
          ? distribute(whole, shard_tensor_to_mesh_mapper(mesh_->shape(), 0), "sampler")
          : replicate(shape, mesh_->shape());
  return upload(array, std::move(spec), plan, mesh_, "sampler");
}

Tensor Sampler::uniform(Shape shape, double low, double high) {
  return make(shape, dtype_, layout_, sharded_, low, high);
}

Tensor Sampler::between(Shape shape, double low, double high) {
  if (is_floating(dtype_)) return uniform(shape, low, high);
  const auto [least, largest] = extremes(dtype_);
  return uniform(shape, std::max(std::ceil(low), least), std::min(std::floor(high), largest) + 1);
}

Tensor Sampler::special(Shape shape, int64_t times) {
  const std::vector<double> values = special_values(dtype_);
  const auto count = static_cast<int64_t>(values.size());
  return make(shape, dtype_, layout_, sharded_,
              [&](int64_t i) { return values[static_cast<size_t>(i / times % count)]; });
}
int64_t Sampler::special_count() const {
  return static_cast<int64_t>(special_values(dtype_).size());
}

Tensor Sampler::replicated(Shape shape) { return make(shape, dtype_, layout_, false, -2, 2); }

Tensor Sampler::indices(Shape shape, int64_t low, int64_t high, DataType dtype) {
  return make(shape, dtype, Layout::ROW_MAJOR, sharded_, static_cast<double>(low),
              static_cast<double>(high));
}

}  // namespace ttnn
