// layer_norm and rms_norm row by row, in float32 in this thread's memory.
#include "ttnn/ops/layer_norm.h"

#include <algorithm>

#include "ttnn/backends/cpu/accelerate.h"
#include "ttnn/backends/cpu/row.h"

namespace ttnn::cpu {
namespace {

void normalise_rows(const Normalization& norm, const Launch& launch, int64_t begin, int64_t end) {
  struct Parameters;
  struct Row;
  const int64_t width = norm.input.shape().width(), per_shard = norm.input.shape().rows();
  float* parameters = thread_floats<Parameters>(2 * width);
  float* row = thread_floats<Row>(2 * width);
  float* added = row + width;
  const Stores stores = stores_for(launch.shards() * launch.out[0].spec.storage_bytes());
  const auto one = norm.centred ? kernels().layer_norm_row : kernels().rms_norm_row;
  int of_device = -1;
  for (int64_t i = begin; i < end; ++i) {
    const int device = launch.device_of(static_cast<int>(i / per_shard));
    const int64_t in_shard = i % per_shard;
    // Parameters may be written as [W / 32, 32]: read as the rows that they have.
    const auto read = [&](const Tensor& tensor, float* x) {
      const Shape& shape = tensor.shape();
      read_rows(launch.operand(tensor), device, 0, shape.rows(), shape.width(), x);
    };
    if (device != of_device) {
      if (norm.weight) read(*norm.weight, parameters);
      if (norm.bias) read(*norm.bias, parameters + width);
      of_device = device;
    }
    const ttnn::Operand &in = launch.operand(norm.input), &out = launch.out[0];
    const bool decodes = is_block_float(in.spec.dtype), encodes = is_block_float(out.spec.dtype);
    DataType from = in.spec.dtype, to = out.spec.dtype;
    const void* x = in.on_device(device) + in_shard * width * (decodes ? 0 : item_bytes(from));
    void* y = out.on_device(device) + in_shard * width * (encodes ? 0 : item_bytes(to));
    if (norm.residual || decodes) {
      read_rows(in, device, in_shard, 1, width, row);
      x = row, from = DataType::FLOAT32;
    }
    if (norm.residual) {
      read_rows(launch.operand(*norm.residual), device, in_shard, 1, width, added);
      kernels().binary[int(Binary::add)](row, 1, added, 1, row, width, nullptr);
    }
    if (encodes) y = added, to = DataType::FLOAT32;
    one(from, x, norm.weight ? parameters : nullptr, norm.bias ? parameters + width : nullptr,
        static_cast<float>(norm.epsilon), row, to, y, width,
        encodes ? Stores::cached : unfenced(stores));
    if (encodes) write_rows(out, device, in_shard, 1, width, added);
  }
  if (past_caches(stores)) kernels().fence();
}

template <class Op>
constexpr Kernel norm_kernel = {
    .work =
        [](const void* args, const Launch& launch) {
          const Shape& shape = detail::as<Op>(args).input.shape();
          if (shape.volume() == 0) return Work{0, 1};
          return Work{launch.shards() * shape.rows(),
                      std::max<int64_t>(8, 65536 / std::max<int64_t>(shape.width(), 1))};
        },
    .run = [](const void* args, const Launch& launch, int64_t begin,
              int64_t end) { normalise_rows(detail::as<Op>(args).norm(), launch, begin, end); },
};

}  // namespace

void accelerate_layer_norm() {
  accelerate(op_info<LayerNorm>(), norm_kernel<LayerNorm>);
  accelerate(op_info<RmsNorm>(), norm_kernel<RmsNorm>);
}

}  // namespace ttnn::cpu
