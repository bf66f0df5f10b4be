// Norms of rows that are cut over devices, row by row, in float32 in this thread's memory.
#include "ttnn/ops/distributed_norm.h"

#include <algorithm>

#include "ttnn/backends/cpu/accelerate.h"
#include "ttnn/backends/cpu/row.h"

namespace ttnn::cpu {
namespace {

struct Row;
struct Statistics;
struct Parameters;

// x = x op y, where y is a row or, with a step of 0, one value.
void combine(Binary op, float* x, const float* y, int step, int64_t n) {
  kernels().binary[int(op)](x, 1, y, step, x, n, nullptr);
}

void sum_rows(const NormSums& norm, const Launch& launch, int64_t begin, int64_t end) {
  const int64_t n = norm.input.shape().width(), per_shard = norm.input.shape().rows();
  float* row = thread_floats<Row>(2 * n);
  float* sums = thread_floats<Statistics>(norm.width());
  std::fill_n(sums, norm.width(), 0.0f);
  for (int64_t i = begin; i < end; ++i) {
    const int device = launch.device_of(static_cast<int>(i / per_shard));
    const int64_t in_shard = i % per_shard;
    read_rows(launch.operand(norm.input), device, in_shard, 1, n, row);
    if (norm.residual) {
      read_rows(launch.operand(*norm.residual), device, in_shard, 1, n, row + n);
      combine(Binary::add, row, row + n, 1, n);
    }
    sums[0] = kernels().reduce_row(Reduce::sum_of_squares, DataType::FLOAT32, row, n);
    if (norm.centred)
      sums[NormSums::tile_width] = kernels().reduce_row(Reduce::sum, DataType::FLOAT32, row, n);
    write_rows(launch.out[0], device, in_shard, 1, norm.width(), sums);
  }
}

void normalise_rows(const NormBySums& norm, const Launch& launch, int64_t begin, int64_t end) {
  const int64_t n = norm.input.shape().width(), per_shard = norm.input.shape().rows();
  const int64_t stats_width = norm.stats.shape().width();
  float* row = thread_floats<Row>(n);
  float* sums = thread_floats<Statistics>(stats_width);
  float* parameters = thread_floats<Parameters>(2 * n);
  int of_device = -1;
  for (int64_t i = begin; i < end; ++i) {
    const int device = launch.device_of(static_cast<int>(i / per_shard));
    const int64_t in_shard = i % per_shard;
    const auto read = [&](const std::optional<Tensor>& parameter, float* x) {
      if (!parameter) return;
      const Shape& shape = parameter->shape();
      read_rows(launch.operand(*parameter), device, 0, shape.rows(), shape.width(), x);
    };
    if (device != of_device) {
      read(norm.weight, parameters);
      read(norm.bias, parameters + n);
      of_device = device;
    }
    read_rows(launch.operand(norm.stats), device, in_shard, 1, stats_width, sums);
    const auto [mean, factor] = norm.moments(sums);
    read_rows(launch.operand(norm.input), device, in_shard, 1, n, row);
    if (norm.centred) combine(Binary::subtract, row, &mean, 0, n);
    combine(Binary::multiply, row, &factor, 0, n);
    if (norm.weight) combine(Binary::multiply, row, parameters, 1, n);
    if (norm.bias) combine(Binary::add, row, parameters + n, 1, n);
    write_rows(launch.out[0], device, in_shard, 1, n, row);
  }
}

Work by_rows(const Launch& launch, const Shape& input) {
  if (input.rows() == 0) return {0, 1};
  return {launch.shards() * input.rows(),
          std::max<int64_t>(8, 65536 / std::max<int64_t>(input.width(), 1))};
}

template <class Op>
constexpr Kernel sums_kernel = {
    .work =
        [](const void* args, const Launch& launch) {
          return by_rows(launch, detail::as<Op>(args).input.shape());
        },
    .run = [](const void* args, const Launch& launch, int64_t begin,
              int64_t end) { sum_rows(detail::as<Op>(args).sums(), launch, begin, end); },
};

template <class Op>
constexpr Kernel norm_kernel = {
    .work =
        [](const void* args, const Launch& launch) {
          return by_rows(launch, detail::as<Op>(args).input.shape());
        },
    .run = [](const void* args, const Launch& launch, int64_t begin,
              int64_t end) { normalise_rows(detail::as<Op>(args).norm(), launch, begin, end); },
};

}  // namespace

void accelerate_distributed_norm() {
  accelerate(op_info<LayerNormPreAllGather>(), sums_kernel<LayerNormPreAllGather>);
  accelerate(op_info<RmsNormPreAllGather>(), sums_kernel<RmsNormPreAllGather>);
  accelerate(op_info<LayerNormPostAllGather>(), norm_kernel<LayerNormPostAllGather>);
  accelerate(op_info<RmsNormPostAllGather>(), norm_kernel<RmsNormPostAllGather>);
}

}  // namespace ttnn::cpu
