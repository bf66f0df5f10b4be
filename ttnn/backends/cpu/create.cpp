// Tensors of one number: its bytes, repeated over the slab.
#include "ttnn/ops/create.h"

#include "ttnn/backends/cpu/accelerate.h"
#include "ttnn/backends/cpu/cpu_backend.h"
#include "ttnn/backends/cpu/flat.h"

namespace ttnn::cpu {
namespace {

// The value's bytes in the low bytes of a word.
uint64_t bits_of(Scalar value, DataType dtype) {
  uint64_t bits = 0;
  if (is_floating(dtype) || !value.is_integer) {
    const auto number = static_cast<float>(value.value);
    kernels().from_float(dtype, &number, 1, &bits, Stores::cached);
  } else {
    const auto number = static_cast<int64_t>(value.value);
    kernels().from_int(dtype, &number, 1, &bits);
  }
  return bits;
}

template <class Op>
void fill(const void* args, const Launch& launch, int64_t begin, int64_t end) {
  const ttnn::Operand& out = launch.out[0];
  const int bytes = item_bytes(out.spec.dtype);
  const uint64_t bits = bits_of(detail::as<Op>(args).fill_value, out.spec.dtype);
  const int64_t per_shard = out.spec.volume();
  const Stores stores = stores_for(launch.shards() * out.spec.storage_bytes());
  while (begin < end) {
    const int64_t at = begin % per_shard, n = std::min(end - begin, per_shard - at);
    const int device = launch.device_of(static_cast<int>(begin / per_shard));
    kernels().fill(out.on_device(device) + at * bytes, bytes, bits, n, stores);
    begin += n;
  }
}

Work items(const void*, const Launch& launch) {
  return {launch.shards() * launch.out[0].spec.volume(), flat_grain};
}
bool is_plain(const void*, const Launch& launch) {
  return !is_block_float(launch.out[0].spec.dtype);
}

template <class Op>
constexpr Kernel fill_kernel{.work = items, .run = fill<Op>, .accepts = is_plain};

}  // namespace

void accelerate_create() {
  for (Create op : {Create::zeros, Create::ones, Create::full}) {
    accelerate(op_info(op), fill_kernel<Filled>);
    accelerate(op_info_like(op), fill_kernel<FilledLike>);
  }
}

}  // namespace ttnn::cpu
