// Softmax: along the last dim row by row; along another dim in blocks of neighbouring columns, each
// pass running over the rows of a block. Block floats are floats of this thread meanwhile.
#include "ttnn/ops/softmax.h"

#include <algorithm>

#include "ttnn/backends/cpu/accelerate.h"
#include "ttnn/backends/cpu/row.h"
#include "ttnn/ops/binary.h"

namespace ttnn::cpu {
namespace {

constexpr int64_t block_values = 32768;  // in float32, in L2
constexpr int64_t row_values = 4096;     // of short rows done together, in L1
constexpr int64_t line_columns = 64;     // of a block at least: whole lines of memory

class Job {
 public:
  Job(const MaskedSoftmax& op, const Launch& launch)
      : op_(op),
        launch_(launch),
        in_(launch.operand(op.input)),
        out_(launch.out[0]),
        stores_(stores_for(launch.shards() * out_.spec.storage_bytes())) {
    const Shape& shape = in_.spec.shape;
    const int axis = op.axis();
    n_ = shape[axis];
    for (int d = axis + 1; d < shape.rank(); ++d) inner_ *= shape[d];
    outer_ = shape.volume() == 0 ? 0 : shape.volume() / (n_ * inner_);
    // Block floats are read and written in whole rows.
    const bool whole_rows = is_block_float(in_.spec.dtype) || is_block_float(out_.spec.dtype);
    columns_ = whole_rows && inner_ > 1
                   ? shape.width()
                   : std::clamp<int64_t>(
                         block_values / std::max<int64_t>(n_, 1) / line_columns * line_columns,
                         line_columns, std::max<int64_t>(inner_, line_columns));
    blocks_ = (inner_ + columns_ - 1) / columns_;
    along_rows_ = axis == shape.rank() - 1;
  }

  Work work() const {
    const int64_t each = along_rows_ ? n_ : n_ * std::min(columns_, inner_);
    return {launch_.shards() * outer_ * blocks_,
            std::max<int64_t>(1, block_values / std::max<int64_t>(each, 1))};
  }

  void run(int64_t begin, int64_t end) const {
    const int64_t per_shard = outer_ * blocks_;
    while (begin < end) {
      const int device = launch_.device_of(static_cast<int>(begin / per_shard));
      const int64_t in_shard = begin % per_shard;
      int64_t count = 1;
      if (along_rows_)
        rows(device, in_shard,
             count = std::min({end - begin, per_shard - in_shard, rows_at_once()}));
      else
        block(device, in_shard / blocks_, in_shard % blocks_ * columns_);
      begin += count;
    }
    if (past_caches(stores_)) kernels().fence();
  }

 private:
  int64_t rows_at_once() const {
    if (reads() && writes()) return INT64_MAX;
    return std::max<int64_t>(1, row_values / std::max<int64_t>(n_, 1));
  }

  // What the kernel reads and writes itself lies where it is; the rest is floats of this thread.
  bool reads() const { return !is_block_float(in_.spec.dtype) && op_.scale == 1 && !op_.mask; }
  bool writes() const { return !is_block_float(out_.spec.dtype); }

  void rows(int device, int64_t first, int64_t count) const {
    struct Row;
    struct Scratch;
    const auto at_row = [&](const ttnn::Operand& operand) -> void* {
      return operand.on_device(device) + first * n_ * item_bytes(operand.spec.dtype);
    };
    float* x = reads() && writes() ? nullptr : thread_floats<Row>(count * n_);
    if (!reads()) {
      read_rows(in_, device, first, count, n_, x);
      if (op_.scale != 1)
        for (int64_t i = 0; i < count * n_; ++i) x[i] *= static_cast<float>(op_.scale);
      if (op_.mask)
        for (int64_t r = 0; r < count; ++r) add_mask(device, first + r, x + r * n_);
    }
    kernels().softmax_rows(reads() ? in_.spec.dtype : DataType::FLOAT32, reads() ? at_row(in_) : x,
                           count, n_, thread_floats<Scratch>(n_ + softmax_padding),
                           writes() ? out_.spec.dtype : DataType::FLOAT32,
                           writes() ? at_row(out_) : x, unfenced(stores_));
    if (!writes()) write_rows(out_, device, first, count, n_, x);
  }

  void add_mask(int device, int64_t r, float* x) const {
    struct Mask;
    const ttnn::Operand& mask = launch_.operand(*op_.mask);
    const Shape &shape = in_.spec.shape, &given = mask.spec.shape;
    const Shape strides = broadcast_strides(given, shape);
    int64_t at = 0;
    for (int d = shape.rank() - 2; d >= 0; r /= shape[d--]) at += r % shape[d] * strides[d];
    const int64_t width = std::max<int64_t>(given.width(), 1);
    float* added = thread_floats<Mask>(width);
    read_rows(mask, device, at / width, 1, width, added);
    kernels().binary[int(Binary::add)](x, 1, added, width == 1 ? 0 : 1, x, n_, nullptr);
  }

  // Columns [first, first + columns_) of the inner dims, all n of them.
  void block(int device, int64_t outer, int64_t first) const {
    struct Block;
    const Kernels& k = kernels();
    const int64_t columns = std::min(columns_, inner_ - first);
    const DataType from = in_.spec.dtype, to = out_.spec.dtype;
    if ((from == DataType::BFLOAT16 || from == DataType::FLOAT32) && !is_block_float(to)) {
      const int64_t at = outer * n_ * inner_ + first;
      k.softmax_columns(from, in_.on_device(device) + at * item_bytes(from), inner_, n_, columns,
                        thread_floats<Block>(n_ * softmax_padding), to,
                        out_.on_device(device) + at * item_bytes(to), unfenced(stores_));
      return;
    }
    float* top = thread_floats<Block>((n_ + 2) * columns);
    float *sum = top + columns, *x = sum + columns;
    const auto row_of = [&](int64_t i) { return x + i * columns; };
    std::fill_n(top, columns, -std::numeric_limits<float>::infinity());
    std::fill_n(sum, columns, 0.0f);
    for (int64_t i = 0; i < n_; ++i) {
      read(device, (outer * n_ + i) * inner_ + first, columns, row_of(i));
      k.accumulate(Reduce::max, top, DataType::FLOAT32, row_of(i), columns);
    }
    for (int64_t i = 0; i < n_; ++i) {
      k.binary[int(Binary::subtract)](row_of(i), 1, top, 1, row_of(i), columns, nullptr);
      k.unary[int(Unary::exp)](row_of(i), row_of(i), columns, nullptr);
      k.accumulate(Reduce::sum, sum, DataType::FLOAT32, row_of(i), columns);
    }
    k.unary[int(Unary::reciprocal)](sum, sum, columns, nullptr);
    for (int64_t i = 0; i < n_; ++i) {
      k.binary[int(Binary::multiply)](row_of(i), 1, sum, 1, row_of(i), columns, nullptr);
      write(device, (outer * n_ + i) * inner_ + first, columns, row_of(i));
    }
  }

  // `n` elements from `at` on; whole rows where dtypes are block floats.
  void read(int device, int64_t at, int64_t n, float* x) const {
    const DataType dtype = in_.spec.dtype;
    if (is_block_float(dtype)) return read_rows(in_, device, at / n, 1, n, x);
    kernels().to_float(dtype, in_.on_device(device) + at * item_bytes(dtype), n, x);
  }
  void write(int device, int64_t at, int64_t n, const float* x) const {
    const DataType dtype = out_.spec.dtype;
    if (is_block_float(dtype)) return write_rows(out_, device, at / n, 1, n, x);
    kernels().from_float(dtype, x, n, out_.on_device(device) + at * item_bytes(dtype),
                         Stores::cached);
  }

  const MaskedSoftmax op_;
  const Launch& launch_;
  const ttnn::Operand &in_, &out_;
  Stores stores_;
  int64_t outer_, n_, inner_ = 1, columns_, blocks_;
  bool along_rows_;
};

template <class Op>
constexpr Kernel softmax_kernel = {
    .work = [](const void* args,
               const Launch& launch) { return Job(detail::as<Op>(args).masked(), launch).work(); },
    .run = [](const void* args, const Launch& launch, int64_t begin,
              int64_t end) { Job(detail::as<Op>(args).masked(), launch).run(begin, end); },
};

}  // namespace

void accelerate_softmax() {
  accelerate(op_info<Softmax>(), softmax_kernel<Softmax>);
  accelerate(op_info<SoftmaxInPlace>(), softmax_kernel<SoftmaxInPlace>);
  accelerate(op_info<ScaleMaskSoftmax>(), softmax_kernel<ScaleMaskSoftmax>);
  accelerate(op_info<ScaleMaskSoftmaxInPlace>(), softmax_kernel<ScaleMaskSoftmaxInPlace>);
}

}  // namespace ttnn::cpu
