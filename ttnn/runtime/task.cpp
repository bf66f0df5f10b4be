// How reference implementations read and write whole shards, whatever their dtype.
#include "ttnn/core/block_float.h"
#include "ttnn/runtime/backend.h"
#include "ttnn/runtime/op.h"

namespace ttnn {

std::vector<float> Task::floats(const Tensor& tensor, int device) const {
  const TensorSpec& spec = launch.operand(tensor).spec;
  std::byte* bytes = launch.operand(tensor).on_device(device);
  std::vector<float> out(static_cast<size_t>(spec.volume()));
  if (is_block_float(spec.dtype))
    backend().decode_rows(spec.dtype, block_float_view(bytes, spec.shape, spec.dtype),
                          spec.shape.width(), 0, spec.shape.rows(), out.data());
  else
    backend().to_float(spec.dtype, bytes, spec.volume(), out.data());
  return out;
}

std::vector<int64_t> Task::integers(const Tensor& tensor, int device) const {
  const TensorSpec& spec = launch.operand(tensor).spec;
  std::vector<int64_t> out(static_cast<size_t>(spec.volume()));
  if (is_block_float(spec.dtype)) {
    const std::vector<float> x = floats(tensor, device);
    std::copy(x.begin(), x.end(), out.begin());
  } else {
    backend().to_int(spec.dtype, launch.operand(tensor).on_device(device), spec.volume(),
                     out.data());
  }
  return out;
}

void Task::write(std::span<const float> x, int k) const {
  const TensorSpec& spec = launch.out[static_cast<size_t>(k)].spec;
  std::byte* bytes = launch.output(shard, k);
  if (is_block_float(spec.dtype))
    backend().encode_rows(spec.dtype, x.data(), spec.shape.width(), 0, spec.shape.rows(),
                          block_float_view(bytes, spec.shape, spec.dtype));
  else
    backend().from_float(spec.dtype, x.data(), spec.volume(), bytes);
}

void Task::write(std::span<const int64_t> x, int k) const {
  const TensorSpec& spec = launch.out[static_cast<size_t>(k)].spec;
  if (is_block_float(spec.dtype)) {
    const std::vector<float> values(x.begin(), x.end());
    return write(std::span<const float>(values), k);
  }
  backend().from_int(spec.dtype, x.data(), spec.volume(), launch.output(shard, k));
}

}  // namespace ttnn
