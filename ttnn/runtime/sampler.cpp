#include "ttnn/runtime/sampler.h"

#include "ttnn/runtime/transfer.h"

namespace ttnn {

Tensor Sampler::make(const Shape& shape, DataType dtype, Layout layout, bool sharded, double low,
                     double high) {
  const int devices = mesh_->num_devices();
  const bool differs = sharded && devices > 1 && shape.rank() > 0;
  // Shards differ: the whole has one shard per device along the first dim.
  const Shape whole = differs ? shape.with(0, shape[0] * devices) : shape;
  std::uniform_real_distribution<double> values(low, high);
  const bool is_integer = !is_floating(dtype);
  std::vector<float> data(static_cast<size_t>(whole.volume()));
  for (float& x : data)
    x = static_cast<float>(is_integer ? std::floor(values(random_)) : values(random_));
  TensorSpec spec;
  spec.shape = whole;
  spec.dtype = dtype;
  spec.layout = is_block_float(dtype) ? Layout::TILE : layout;
  const HostArray array = HostArray::dense(data.data(), HostType::float32, whole);
  const Distribution plan =
      differs && shape[0] > 0
          ? distribute(whole, shard_tensor_to_mesh_mapper(mesh_->shape(), 0), "sampler")
          : replicate(shape, mesh_->shape());
  return upload(array, std::move(spec), plan, mesh_, "sampler");
}

Tensor Sampler::uniform(Shape shape, double low, double high) {
  return make(shape, dtype_, layout_, sharded_, low, high);
}

Tensor Sampler::replicated(Shape shape) { return make(shape, dtype_, layout_, false, -2, 2); }

Tensor Sampler::indices(Shape shape, int64_t low, int64_t high, DataType dtype) {
  return make(shape, dtype, Layout::ROW_MAJOR, sharded_, static_cast<double>(low),
              static_cast<double>(high));
}

}  // namespace ttnn
