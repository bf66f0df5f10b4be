// argmax: one row at a time.
#include "ttnn/ops/argmax.h"

#include "ttnn/backends/cpu/accelerate.h"
#include "ttnn/backends/cpu/cpu_backend.h"
#include "ttnn/backends/cpu/rows_along.h"

namespace ttnn::cpu {
namespace {

const Kernel kernel = {
    .work =
        [](const void* args, const Launch& launch) {
          return work_along(launch, detail::as<ArgMax>(args).along());
        },
    .run =
        [](const void* args, const Launch& launch, int64_t begin, int64_t end) {
          const auto& op = detail::as<ArgMax>(args);
          const Along along = op.along();
          const ttnn::Operand& out = launch.out[0];
          const int bytes = item_bytes(out.spec.dtype);
          each_shard(launch, along, begin, end, [&](int device, int64_t first, int64_t last) {
            RowsAlong rows(launch.operand(op.input), device, along);
            for (int64_t r = first; r < last; ++r) {
              const int64_t at = kernels().argmax_row(rows.dtype(), rows.row(r, last), along.n);
              kernels().from_int(out.spec.dtype, &at, 1, out.on_device(device) + r * bytes);
            }
          });
        },
    .accepts = [](const void*,
                  const Launch& launch) { return !is_block_float(launch.out[0].spec.dtype); },
};

}  // namespace

void accelerate_argmax() { accelerate(op_info<ArgMax>(), kernel); }

}  // namespace ttnn::cpu
