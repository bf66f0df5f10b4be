// tril and triu: of each row one stretch is copied and the rest is zero, which is zero bytes in
// every plain dtype.
#include "ttnn/ops/triangle.h"

#include <cstring>

#include "ttnn/backends/cpu/accelerate.h"
#include "ttnn/backends/cpu/cpu_backend.h"
#include "ttnn/backends/cpu/flat.h"

namespace ttnn::cpu {
namespace {

template <class Op>
constexpr Kernel kernel_of = {
    .work =
        [](const void* args, const Launch& launch) {
          const Shape& shape = detail::as<Op>(args).input.shape();
          return Work{shape.width() ? launch.shards() * shape.rows() : 0,
                      std::max<int64_t>(1, flat_grain / std::max<int64_t>(shape.width(), 1))};
        },
    .run =
        [](const void* args, const Launch& launch, int64_t begin, int64_t end) {
          const auto& op = detail::as<Op>(args);
          const ttnn::Operand &in = launch.operand(op.input), &out = launch.out[0];
          const Shape& shape = in.spec.shape;
          const int64_t rows = shape.rows(), height = shape[-2], width = shape[-1];
          const int64_t item = item_bytes(in.spec.dtype);
          for (; begin < end; ++begin) {
            const int device = launch.device_of(static_cast<int>(begin / rows));
            const int64_t row = begin % rows;
            const std::byte* from = in.on_device(device) + row * width * item;
            std::byte* to = out.on_device(device) + row * width * item;
            const auto [first, last] = op.triangle().kept(row % height, width);
            std::memset(to, 0, static_cast<size_t>(first * item));
            std::memmove(to + first * item, from + first * item,
                         static_cast<size_t>((last - first) * item));
            std::memset(to + last * item, 0, static_cast<size_t>((width - last) * item));
          }
        },
    .accepts =
        [](const void*, const Launch& launch) {
          const DataType dtype = launch.in[0].spec.dtype;
          return !is_block_float(dtype) && launch.out[0].spec.dtype == dtype;
        },
};

}  // namespace

void accelerate_triangle() {
  accelerate(op_info<TriL>(), kernel_of<TriL>);
  accelerate(op_info<TriU>(), kernel_of<TriU>);
}

}  // namespace ttnn::cpu
