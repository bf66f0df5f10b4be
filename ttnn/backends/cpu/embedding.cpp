// embedding: copies rows of the table; converts them where the result has another dtype.
#include "ttnn/ops/embedding.h"

#include <algorithm>
#include <cstring>

#include "ttnn/backends/cpu/accelerate.h"
#include "ttnn/backends/cpu/row.h"

namespace ttnn::cpu {
namespace {

double index_at(const ttnn::Operand& indices, int device, int64_t i) {
  const std::byte* bytes = indices.on_device(device);
  if (indices.spec.dtype == DataType::UINT32) {
    uint32_t index;
    std::memcpy(&index, bytes + i * int64_t{sizeof index}, sizeof index);
    return index;
  }
  float index;
  kernels().to_float(indices.spec.dtype, bytes + i * item_bytes(indices.spec.dtype), 1, &index);
  return static_cast<double>(index);
}

const Kernel row_kernel = {
    .work =
        [](const void* args, const Launch& launch) {
          const auto& op = detail::as<Embedding>(args);
          const int64_t width = std::max<int64_t>(op.weight.shape().width(), 1);
          return Work{launch.shards() * op.indices.volume(), std::max<int64_t>(1, 65536 / width)};
        },
    .run =
        [](const void* args, const Launch& launch, int64_t begin, int64_t end) {
          struct Row;
          const auto& op = detail::as<Embedding>(args);
          const ttnn::Operand &indices = launch.operand(op.indices),
                              &table = launch.operand(op.weight), &out = launch.out[0];
          const DataType from = table.spec.dtype, to = out.spec.dtype;
          const int64_t width = op.weight.shape().width(), per_shard = op.indices.volume();
          const bool copies = from == to && !is_block_float(from);
          const int64_t bytes = copies ? width * item_bytes(from) : 0;
          const Stores stores = stores_for(launch.shards() * out.spec.storage_bytes());
          float* x = copies ? nullptr : thread_floats<Row>(width);
          for (int64_t i = begin; i < end; ++i) {
            const int device = launch.device_of(static_cast<int>(i / per_shard));
            const int64_t at = i % per_shard, row = op.row_of(index_at(indices, device, at));
            if (copies) {
              kernels().copy(out.on_device(device) + at * bytes,
                             table.on_device(device) + row * bytes, bytes, stores);
              continue;
            }
            read_rows(table, device, row, 1, width, x);
            write_rows(out, device, at, 1, width, x);
          }
        },
};

}  // namespace

void accelerate_embedding() { accelerate(op_info<Embedding>(), row_kernel); }

}  // namespace ttnn::cpu
