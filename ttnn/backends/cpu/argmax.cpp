// argmax: one row at a time.
#include "ttnn/ops/argmax.h"

#include "ttnn/backends/cpu/accelerate.h"
#include "ttnn/backends/cpu/cpu_backend.h"
#include "ttnn/backends/cpu/rows_along.h"

namespace ttnn::cpu {
namespace {

constexpr int64_t short_row = 64;       // of shorter ones columns are made, many at a time
constexpr int64_t block_values = 8192;  // of those

// Rows side by side in memory, or short ones that are turned: all at once. False: not done.
bool columns(const ArgMax& op, const Launch& launch, const Along& along, int device, int64_t first,
             int64_t last) {
  const ttnn::Operand &in = launch.operand(op.input), &out = launch.out[0];
  const DataType dtype = in.spec.dtype, to = out.spec.dtype;
  const bool is_wide = dtype == DataType::INT32 || dtype == DataType::UINT32;
  const bool turns = along.inner == 1;
  if (is_wide || is_block_float(dtype) || along.n == 0 || (turns && along.n >= short_row))
    return false;
  const int item = item_bytes(dtype);
  const int64_t most = turns ? block_values / along.n : block_values;
  alignas(64) std::byte block[block_values * 4];
  int32_t at[block_values];
  for (int64_t r = first, count; r < last; r += count) {
    count = std::min(last - r, most);
    const std::byte* x = in.on_device(device);
    int64_t pitch = along.inner;
    if (turns) {
      kernels().transpose_2d(item, x + r * along.n * item, {along.n}, block, count, count, along.n,
                             Stores::cached);
      x = block;
      pitch = count;
    } else {
      count = std::min(count, along.inner - r % along.inner);
      x += along.first(r) * item;
    }
    kernels().argmax_columns(dtype, x, pitch, along.n, count, at);
    kernels().convert(DataType::INT32, at, to, out.on_device(device) + r * item_bytes(to), count,
                      Stores::cached);
  }
  return true;
}

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
            if (columns(op, launch, along, device, first, last)) return;
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
