// where on plain dtypes: rows of the result, along which an input steps or stays.
#include "ttnn/ops/where.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "ttnn/backends/cpu/accelerate.h"
#include "ttnn/backends/cpu/cpu_backend.h"
#include "ttnn/backends/cpu/flat.h"
#include "ttnn/ops/binary.h"

namespace ttnn::cpu {
namespace {

// The result's dims, those that all inputs step through alike merged into one.
struct Walk {
  static constexpr int inputs = 3;
  struct Dim {
    int64_t size;
    std::array<int64_t, inputs> strides;
  };
  std::array<Dim, Shape::max_rank> dims;
  int rank = 0;

  Walk(const Shape& out, const std::array<Shape, inputs>& strides) {
    for (int d = 0; d < out.rank(); ++d) {
      if (out[d] == 1) continue;
      bool joins = rank > 0;
      for (size_t k = 0; k < inputs; ++k)
        joins = joins && last().strides[k] == strides[k][d] * out[d];
      if (!joins) dims[static_cast<size_t>(rank++)].size = 1;
      last().size *= out[d];
      for (size_t k = 0; k < inputs; ++k) last().strides[k] = strides[k][d];
    }
    if (rank == 0) dims[static_cast<size_t>(rank++)] = {1, {0, 0, 0}};
  }
  Dim& last() { return dims[static_cast<size_t>(rank - 1)]; }
  const Dim& last() const { return dims[static_cast<size_t>(rank - 1)]; }
};

// One input: a tensor's operand, or a number as one item of the result's dtype.
class Input {
 public:
  Input(const TensorOrScalar& given, const Launch& launch) {
    const TensorSpec& out = launch.out[0].spec;
    dtype_ = out.dtype;
    strides_ = Shape::filled(out.shape.rank(), 0);
    if (const Tensor* tensor = std::get_if<Tensor>(&given)) {
      operand_ = &launch.operand(*tensor);
      dtype_ = operand_->spec.dtype;
      strides_ = broadcast_strides(operand_->spec.shape, out.shape);
      return;
    }
    const double value = std::get<Scalar>(given).value;
    const float number = static_cast<float>(value);
    const int64_t whole = static_cast<int64_t>(value);
    if (is_floating(dtype_))
      kernels().from_float(dtype_, &number, 1, item_, Stores::cached);
    else
      kernels().from_int(dtype_, &whole, 1, item_);
  }
  const Shape& strides() const { return strides_; }

  // Items from `offset` on, or one of them for all.
  Operand at(int device, int64_t offset, bool steps) const {
    const std::byte* bytes = operand_ ? operand_->on_device(device) : item_;
    return {dtype_, bytes + offset * item_bytes(dtype_), steps ? 1 : 0};
  }

 private:
  const ttnn::Operand* operand_ = nullptr;
  DataType dtype_;
  Shape strides_;
  alignas(8) std::byte item_[8] = {};
};

void choose(const Walk& walk, const std::array<Input, Walk::inputs>& inputs, int device,
            std::byte* out, int item, int64_t begin, int64_t end, Stores stores) {
  const Walk::Dim& row = walk.last();
  for (int64_t n; begin < end; begin += n) {
    int64_t at = begin / row.size;
    const int64_t column = begin % row.size;
    n = std::min(end - begin, row.size - column);
    std::array<int64_t, Walk::inputs> offsets;
    for (size_t k = 0; k < Walk::inputs; ++k) offsets[k] = column * row.strides[k];
    for (int d = walk.rank - 2; d >= 0; --d) {
      const Walk::Dim& dim = walk.dims[static_cast<size_t>(d)];
      for (size_t k = 0; k < Walk::inputs; ++k) offsets[k] += at % dim.size * dim.strides[k];
      at /= dim.size;
    }
    const auto part = [&](size_t k) {
      return inputs[k].at(device, offsets[k], row.strides[k] != 0);
    };
    kernels().select(part(0), part(1), part(2), out + begin * item, n, stores);
  }
}

const Kernel where_kernel = {
    .work =
        [](const void*, const Launch& launch) {
          return Work{launch.shards() * launch.out[0].spec.volume(), flat_grain};
        },
    .run =
        [](const void* args, const Launch& launch, int64_t begin, int64_t end) {
          const auto& op = detail::as<Where>(args);
          const std::array<Input, Walk::inputs> inputs{Input(op.predicate, launch),
                                                       Input(op.true_value, launch),
                                                       Input(op.false_value, launch)};
          const TensorSpec& spec = launch.out[0].spec;
          const Stores stores = stores_for(launch.shards() * spec.storage_bytes());
          const Walk walk(spec.shape,
                          {inputs[0].strides(), inputs[1].strides(), inputs[2].strides()});
          for (const int64_t per_shard = spec.volume(); begin < end;) {
            const int64_t at = begin % per_shard, n = std::min(end - begin, per_shard - at);
            const int device = launch.device_of(static_cast<int>(begin / per_shard));
            choose(walk, inputs, device, launch.out[0].on_device(device), item_bytes(spec.dtype),
                   at, at + n, stores);
            begin += n;
          }
        },
    .accepts =
        [](const void* args, const Launch& launch) {
          const auto& op = detail::as<Where>(args);
          const DataType dtype = launch.out[0].spec.dtype;
          const auto fits = [&](const TensorOrScalar& value) {
            const Tensor* tensor = std::get_if<Tensor>(&value);
            return !tensor || launch.operand(*tensor).spec.dtype == dtype;
          };
          return !is_block_float(dtype) &&
                 !is_block_float(launch.operand(op.predicate).spec.dtype) && fits(op.true_value) &&
                 fits(op.false_value);
        },
};

}  // namespace

void accelerate_where() { accelerate(op_info<Where>(), where_kernel); }

}  // namespace ttnn::cpu
