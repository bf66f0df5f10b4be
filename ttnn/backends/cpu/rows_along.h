#pragma once
// The rows of a shard along one of its dims as consecutive values: where they lie, or gathered
// some at a time; block floats decoded.
#include <algorithm>
#include <vector>

#include "ttnn/backends/cpu/kernels.h"
#include "ttnn/ops/along.h"
#include "ttnn/runtime/command.h"

namespace ttnn::cpu {

class RowsAlong {
 public:
  RowsAlong(const ttnn::Operand& operand, int device, const Along& along)
      : spec_(operand.spec), bytes_(operand.on_device(device)), along_(along) {}

  DataType dtype() const { return is_block_float(spec_.dtype) ? DataType::FLOAT32 : spec_.dtype; }
  int item() const { return item_bytes(dtype()); }

  // Row r, of which rows up to `end` are asked for next. Valid until the next call.
  const std::byte* row(int64_t r, int64_t end) {
    if (along_.inner == 1) return straight(r);
    if (r < first_ || r >= last_) gather(r, end);
    return buffer_.data() + (r - first_) * along_.n * item();
  }

 private:
  static constexpr int64_t gathered_items = int64_t{1} << 17;

  const std::byte* straight(int64_t r) {
    const int64_t at = r * along_.n;
    if (!is_block_float(spec_.dtype)) return bytes_ + at * item();
    decoded_.resize(static_cast<size_t>(along_.n));
    const int64_t width = std::max<int64_t>(spec_.shape.width(), 1);
    decode(at / width, along_.n / width, decoded_.data());
    return reinterpret_cast<const std::byte*>(decoded_.data());
  }

  void gather(int64_t r, int64_t end) {
    const int64_t n = along_.n, inner = along_.inner, column = r % inner;
    const std::byte* from = bytes_ + along_.first(r) * item_or_zero();
    int64_t pitch = inner;
    int64_t count = std::clamp<int64_t>(gathered_items / n, 4, 64);
    if (is_block_float(spec_.dtype)) {
      // Rows of block floats are decoded whole, from the one that holds this column on.
      const int64_t width = spec_.shape.width();
      pitch = width;
      count = width - column % width;
      decoded_.resize(static_cast<size_t>(n * width));
      for (int64_t i = 0; i < n; ++i)
        decode((along_.first(r) + i * inner) / width, 1, decoded_.data() + i * width);
      from = reinterpret_cast<const std::byte*>(decoded_.data() + column % width);
    }
    count = std::min({count, inner - column, end - r});
    buffer_.resize(static_cast<size_t>(count * n * item()));
    kernels().transpose_2d(item(), from, {pitch}, buffer_.data(), n, n, count, Stores::cached);
    first_ = r;
    last_ = r + count;
  }
  int64_t item_or_zero() const { return is_block_float(spec_.dtype) ? 0 : item(); }

  void decode(int64_t row, int64_t rows, float* out) {
    kernels().decode_rows(spec_.dtype, block_float_view(bytes_, spec_.shape, spec_.dtype),
                          std::max<int64_t>(spec_.shape.width(), 1), row, rows, out);
  }

  const TensorSpec& spec_;
  std::byte* bytes_;
  const Along along_;
  std::vector<float> decoded_;
  std::vector<std::byte> buffer_;
  int64_t first_ = 0, last_ = 0;
};

// Rows of all shards as the items of a launch.
inline constexpr int64_t rows_task_items = int64_t{1} << 16;
inline Work work_along(const Launch& launch, const Along& along) {
  return {launch.shards() * along.rows(),
          std::max<int64_t>(1, rows_task_items / std::max<int64_t>(along.n, 1))};
}
// Calls use(device, first row, last row) for the items [begin, end).
template <class Use>
void each_shard(const Launch& launch, const Along& along, int64_t begin, int64_t end, Use&& use) {
  while (begin < end) {
    const int64_t row = begin % along.rows();
    const int64_t n = std::min(end - begin, along.rows() - row);
    use(launch.device_of(static_cast<int>(begin / along.rows())), row, row + n);
    begin += n;
  }
}

}  // namespace ttnn::cpu
