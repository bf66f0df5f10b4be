// Element-wise ops of one input: the whole slab as one run of elements where shards lie without
// gaps, else shard by shard; block floats row by row.
#include "ttnn/ops/unary.h"

#include "ttnn/backends/cpu/accelerate.h"
#include "ttnn/backends/cpu/cpu_backend.h"
#include "ttnn/backends/cpu/flat.h"

namespace ttnn::cpu {
namespace {

const Kernel plain_kernel = {
    .work =
        [](const void* args, const Launch& launch) {
          const auto& op = detail::as<UnaryElementwise>(args);
          return Work{launch.shards() * op.input.volume(), flat_grain};
        },
    .run =
        [](const void* args, const Launch& launch, int64_t begin, int64_t end) {
          const auto& op = detail::as<UnaryElementwise>(args);
          const ttnn::Operand& in = launch.operand(op.input);
          const ttnn::Operand& out = launch.out[0];
          const DataType from = in.spec.dtype, to = out.spec.dtype;
          const Stores stores = stores_for(launch.shards() * out.spec.storage_bytes());
          each_run(launch, out.spec.volume(), begin, end, [&](int device, int64_t at, int64_t n) {
            kernels().map_unary({from, in.on_device(device) + at * item_bytes(from)}, {&op.step, 1},
                                to, out.on_device(device) + at * item_bytes(to), n,
                                !op.computes_integers(), stores);
          });
        },
    .accepts =
        [](const void*, const Launch& launch) {
          return !is_block_float(launch.in[0].spec.dtype) &&
                 !is_block_float(launch.out[0].spec.dtype);
        },
};

}  // namespace

void accelerate_unary() {
  for (int i = 0; i < int(Unary::count); ++i) accelerate(op_info(Unary(i)), plain_kernel);
}

}  // namespace ttnn::cpu
