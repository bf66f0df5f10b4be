// Products on gemm.h. The rows of all shards that multiply the same weight are one product where
// they lie one after another or are few, so that each block of the weight is read once; many rows
// in other places are a product per shard, whose tasks take turns on the same columns. With batches
// there is one product per shard and batch. Each is cut by gemm_plan. What gemm.h does not read or
// write itself (rows from several places, block floats in A, in C or transposed in B, a transposed
// A, addends other than a row) goes through chunks of this thread's scratch memory.
#include "ttnn/ops/matmul.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "ttnn/backends/cpu/accelerate.h"
#include "ttnn/backends/cpu/cpu_backend.h"
#include "ttnn/backends/cpu/row.h"
#include "ttnn/ops/binary.h"

namespace ttnn::cpu {
namespace {

constexpr int64_t scratch_limit = int64_t{4} << 20;   // bytes of converted A or B at a time
constexpr int64_t worth_packing = int64_t{64} << 10;  // bytes of a weight

constexpr int64_t most_copied_rows = 48;  // of a shard, so that shards share the weight

// The shards of a result, those that multiply the same weight side by side: groups of `size`.
struct WeightGroups {
  std::vector<int> shards;
  int size = 1;

  WeightGroups(const Launch& launch, const ttnn::Operand& weight) {
    const int count = launch.shards();
    shards.resize(static_cast<size_t>(count));
    std::iota(shards.begin(), shards.end(), 0);
    const auto weight_of = [&](int shard) {
      return weight.spread->shard_of[static_cast<size_t>(launch.device_of(shard))];
    };
    if (weight.spread->distinct > 0 && count % weight.spread->distinct == 0)
      size = count / weight.spread->distinct;
    if (size <= 1 || weight.spread->distinct == 1) return;
    std::ranges::stable_sort(shards, {}, weight_of);
    for (size_t i = 0; i < shards.size(); ++i)
      if (weight_of(shards[i]) != weight_of(shards[i - i % static_cast<size_t>(size)])) size = 1;
  }
  // Whether the shards of a group follow one another.
  bool are_runs() const {
    for (size_t i = 1; i < shards.size(); ++i)
      if (i % static_cast<size_t>(size) != 0 && shards[i] != shards[i - 1] + 1) return false;
    return true;
  }
  // Whether each group has one shard of the operand.
  bool share(const Launch& launch, const ttnn::Operand& operand) const {
    const auto shard_of = [&](size_t i) {
      return operand.spread->shard_of[static_cast<size_t>(launch.device_of(shards[i]))];
    };
    for (size_t i = 0; i < shards.size(); ++i)
      if (shard_of(i) != shard_of(i - i % static_cast<size_t>(size))) return false;
    return true;
  }
};

// Whether neighbouring shards of the result can be read or written as one run of rows.
bool is_one_run(const Launch& launch, const ttnn::Operand& operand) {
  if (operand.spread != launch.spread) return false;
  return is_block_float(operand.spec.dtype) || operand.is_slab();
}

DataType converted(DataType dtype) {
  return dtype == DataType::FLOAT32 ? DataType::FLOAT32 : DataType::BFLOAT16;
}

// This thread's memory, by purpose.
struct Decoded;
struct Sums;
struct Addends;
struct RowsOfA;
struct ColumnsOfA;
struct RowsOfB;

// Elements [at, at + n) of a shard as floats; they stay within one row.
void read_floats(const ttnn::Operand& operand, int device, int64_t at, int64_t n, float* x) {
  const TensorSpec& spec = operand.spec;
  std::byte* bytes = operand.on_device(device);
  if (!is_block_float(spec.dtype))
    return kernels().to_float(spec.dtype, bytes + at * item_bytes(spec.dtype), n, x);
  const int64_t width = spec.shape.width(), begin = at % width;
  float* row = thread_floats<Decoded>(width);
  read_rows(operand, device, at / width, 1, width, row);
  std::copy_n(row + begin, n, x);
}

// Columns [begin, end) of a row: plain as it is, block floats as bfloat16, which holds their values
// exactly.
void read_columns(const ttnn::Operand& operand, int device, int64_t row, Range columns,
                  std::byte* out) {
  const TensorSpec& spec = operand.spec;
  const int64_t width = spec.shape.width(), n = columns.end - columns.begin;
  if (!is_block_float(spec.dtype)) {
    const int64_t item = item_bytes(spec.dtype);
    std::copy_n(operand.on_device(device) + (row * width + columns.begin) * item, n * item, out);
    return;
  }
  float* x = thread_floats<Decoded>(width);
  read_rows(operand, device, row, 1, width, x);
  kernels().from_float(DataType::BFLOAT16, x + columns.begin, n, out, Stores::cached);
}

// One product of a launch, ready to be cut.
class Job {
 public:
  Job(const MatrixProduct& product, const Launch& launch)
      : product_(product),
        launch_(launch),
        a_(launch.operand(product.a)),
        b_(launch.operand(product.b)),
        addend_(product.addend ? &launch.operand(*product.addend) : nullptr),
        out_(launch.out[0]),
        steps_(product.steps()),
        sizes_(product.sizes()),
        groups_(launch, b_) {
    const bool same_weight = !sizes_.b_batched && !product.transpose_a;
    row_bias_ = addend_ && product.alpha == 1 && product.beta == 1 && is_row(addend_->spec.shape);
    finishes_ = is_block_float(out_.spec.dtype) || (addend_ && !row_bias_) || product.alpha != 1;
    converts_a_ = product.transpose_a || is_block_float(a_.spec.dtype);
    converts_b_ = product.transpose_b && is_block_float(b_.spec.dtype);
    rows_per_shard_ = sizes_.batch * sizes_.M;
    const bool may_join =
        same_weight && groups_.size > 1 && (!row_bias_ || groups_.share(launch, *addend_));
    const bool one_run =
        may_join && is_one_run(launch, a_) && is_one_run(launch, out_) && groups_.are_runs();
    const bool gathers = may_join && !one_run && rows_per_shard_ <= most_copied_rows;
    if (gathers) converts_a_ = finishes_ = true;
    joined_ = one_run || gathers ? groups_.size : 1;
    turns_ = same_weight ? groups_.size / joined_ : 1;
    rows_ = same_weight ? joined_ * rows_per_shard_ : sizes_.M;
    products_per_shard_ = same_weight ? 1 : sizes_.batch;
    products_ = launch.shards() / joined_ * products_per_shard_;
    by_ = multiplier(converted(a_.spec.dtype), b_dtype(), b_arrangement(), launch_rows());
    plan_ = gemm_plan(rows_, sizes_.N, sizes_.K, b_.spec.dtype, by_.library, products_);
    // What is converted again for every range of columns should be used by many.
    if (converts_a_) widen_columns(512);
  }

  Work work() const {
    if (rows_ == 0 || sizes_.N == 0 || products_ == 0) return {0, 1};
    const int64_t least = int64_t{1} << 20;  // multiply-adds in a task, some 20 us
    const int64_t each = std::max<int64_t>(
        1, std::min(plan_.rows, rows_) * std::min(plan_.columns, sizes_.N) * (sizes_.K + 64));
    const int64_t grain = plan_.tasks() == 1 ? std::max<int64_t>(1, least / each) : 1;
    return {products_ * plan_.tasks(), grain};
  }

  // Products of the same weight take turns, range of columns by range of columns.
  void run(int64_t begin, int64_t end) const {
    const int64_t in_turn = turns_ * plan_.row_tasks;
    for (int64_t i = begin; i < end; ++i) {
      const int64_t columns = i / in_turn, within = i % in_turn;
      const int64_t task =
          columns % plan_.column_tasks * plan_.row_tasks + within % plan_.row_tasks;
      const int64_t product = columns / plan_.column_tasks * turns_ + within / plan_.row_tasks;
      multiply(product, plan_.row_range(task, rows_), plan_.column_range(task, sizes_.N));
    }
  }

 private:
  bool is_row(const Shape& shape) const {
    return shape.volume() == sizes_.N && (shape.rank() == 0 || shape.width() == sizes_.N);
  }

  void widen_columns(int64_t least) {
    plan_.columns = std::max({plan_.columns, plan_.wide_columns, least});
    plan_.wide_tasks = 0;
    plan_.column_tasks = std::max<int64_t>(1, (sizes_.N + plan_.columns - 1) / plan_.columns);
  }

  // Rows that multiply a weight on all devices: a shard's times distinct shards, whoever has them
  // and however they lie, so that every part of the launch is multiplied alike. A batch that has a
  // B of its own is multiplied by that alone.
  int64_t launch_rows() const {
    return sizes_.b_batched ? sizes_.M : rows_per_shard_ * std::max(a_.spread->distinct, 1);
  }

  bool b_is_transposed() const { return product_.transpose_b || b_.spec.shape.rank() == 1; }
  // What B is when it is multiplied.
  DataType b_dtype() const { return converts_b_ ? DataType::BFLOAT16 : b_.spec.dtype; }
  Arrangement b_arrangement() const {
    if (b_.form) return Arrangement::packed;
    return b_is_transposed() ? Arrangement::transposed : Arrangement::plain;
  }

  // The shard of the result that a row of a product belongs to.
  int shard_of(int64_t index, int64_t row) const {
    const int64_t of_group = joined_ > 1 ? row / rows_per_shard_ : 0;
    return groups_.shards[static_cast<size_t>(index / products_per_shard_ * joined_ + of_group)];
  }
  int device_of(int64_t index, int64_t row = 0) const {
    return launch_.device_of(shard_of(index, row));
  }

  void multiply(int64_t index, Range rows, Range columns) const {
    const int64_t row_bytes = sizes_.K * item_bytes(converted(a_.spec.dtype));
    const int64_t column_bytes = sizes_.K * item_bytes(converted(b_.spec.dtype));
    int64_t row_step = rows.end - rows.begin, column_step = columns.end - columns.begin;
    if (converts_a_)
      row_step = std::min(row_step,
                          std::max<int64_t>(24, scratch_limit / std::max<int64_t>(row_bytes, 1)));
    if (finishes_) {
      row_step = std::min<int64_t>(row_step, 96);
      column_step = std::min<int64_t>(column_step, 1024);
    }
    if (converts_b_)
      column_step = std::min(
          column_step,
          std::max<int64_t>(64, scratch_limit / std::max<int64_t>(column_bytes, 1) / 64 * 64));
    for (int64_t n = columns.begin; n < columns.end; n += column_step) {
      const Range part{n, std::min(columns.end, n + column_step)};
      const Matrix b = matrix_b(index, part);
      for (int64_t m = rows.begin; m < rows.end; m += row_step)
        multiply_part(index, {m, std::min(rows.end, m + row_step)}, part, b);
    }
  }

  void multiply_part(int64_t index, Range rows, Range columns, const Matrix& b) const {
    const int device = device_of(index);
    Gemm g;
    g.by = by_;
    g.M = rows_;
    g.N = sizes_.N;
    g.K = sizes_.K;
    g.a = matrix_a(index, rows);
    g.b = b;
    if (row_bias_) g.epilogue.bias = bias(device, columns);
    if (!finishes_) {
      g.epilogue.activations = {steps_.data(), static_cast<int>(steps_.size())};
      g.c_dtype = out_.spec.dtype;
      g.c = out_.on_device(device) +
            index % products_per_shard_ * rows_ * sizes_.N * item_bytes(g.c_dtype);
      g.ldc = sizes_.N;
      return gemm(g, rows, columns);
    }
    const int64_t width = columns.end - columns.begin;
    float* sums = thread_floats<Sums>((rows.end - rows.begin) * width);
    g.c_dtype = DataType::FLOAT32;
    g.c = sums - rows.begin * width - columns.begin;
    g.ldc = width;
    gemm(g, rows, columns);
    for (int64_t row = rows.begin; row < rows.end; ++row, sums += width)
      finish(index, row, columns, sums);
  }

  // The addend, activations and the one rounding of a row's columns.
  void finish(int64_t index, int64_t row, Range columns, float* sums) const {
    const int64_t width = columns.end - columns.begin;
    const int64_t in_shard =
        (index % products_per_shard_ * rows_ + row) % std::max<int64_t>(rows_per_shard_, 1);
    const int device = device_of(index, row);
    if (product_.alpha != 1)
      for (int64_t n = 0; n < width; ++n) sums[n] *= static_cast<float>(product_.alpha);
    if (addend_ && !row_bias_) add(device, in_shard, columns, sums);
    apply(kernels(), {steps_.data(), static_cast<int>(steps_.size())}, sums, width);
    const TensorSpec& spec = out_.spec;
    std::byte* bytes = out_.on_device(device);
    if (!is_block_float(spec.dtype)) {
      const int64_t at = in_shard * sizes_.N + columns.begin;
      kernels().from_float(spec.dtype, sums, width, bytes + at * item_bytes(spec.dtype),
                           Stores::cached);
      return;
    }
    BlockFloatView view = block_float_view(bytes, spec.shape, spec.dtype);
    const int64_t group = columns.begin / block_float_group;  // ranges begin at multiples of 64
    view.mantissas += group * block_float_mantissa_bytes(spec.dtype);
    view.exponents += group;
    kernels().encode_rows(spec.dtype, sums, width, in_shard, 1, view);
  }

  void add(int device, int64_t row, Range columns, float* sums) const {
    const Shape out = out_.spec.shape.to_rank(std::max(out_.spec.shape.rank(), 1));
    const Shape strides = broadcast_strides(addend_->spec.shape, out);
    int64_t at = 0, rest = row * sizes_.N;
    for (int d = out.rank() - 1; d >= 0; rest /= out[d--]) at += rest % out[d] * strides[d];
    const int64_t width = columns.end - columns.begin;
    const bool repeats = width == 1 || strides[-1] == 0;
    float* x = thread_floats<Addends>(width);
    read_floats(*addend_, device, at + columns.begin * strides[-1], repeats ? 1 : width, x);
    const float beta = static_cast<float>(product_.beta);
    for (int64_t n = 0; n < width; ++n) sums[n] += beta * x[repeats ? 0 : n];
  }

  // The bias of some columns, at their places in a whole row.
  const float* bias(int device, Range columns) const {
    const int64_t width = columns.end - columns.begin;
    float* x = thread_floats<Addends>(width);
    read_floats(*addend_, device, columns.begin, width, x);
    return x - columns.begin;
  }

  Matrix matrix_a(int64_t index, Range rows) const {
    const DataType dtype = converted(a_.spec.dtype);
    const int64_t item = item_bytes(dtype), K = sizes_.K, count = rows.end - rows.begin;
    const int64_t batch = sizes_.a_batched ? index % products_per_shard_ : 0;
    const int device = device_of(index);
    if (!converts_a_)
      return {dtype, a_.on_device(device) + batch * sizes_.M * K * item, K, Arrangement::plain,
              nullptr};
    std::byte* to = thread_scratch<RowsOfA>(count * K * item);
    const Matrix made{dtype, to - rows.begin * K * item, K, Arrangement::plain, nullptr};
    if (!product_.transpose_a) {
      for (int64_t row = rows.begin; row < rows.end; ++row, to += K * item) {
        const int64_t in_shard = batch * rows_ + row % rows_per_shard_;
        read_columns(a_, device_of(index, row), in_shard, {0, K}, to);
      }
      return made;
    }
    const std::byte* from = nullptr;
    int64_t pitch = sizes_.M;
    if (is_block_float(a_.spec.dtype)) {
      std::byte* rows_of_a = thread_scratch<ColumnsOfA>(count * K * item);
      for (int64_t k = 0; k < K; ++k)
        read_columns(a_, device, batch * K + k, rows, rows_of_a + k * count * item);
      from = rows_of_a;
      pitch = count;
    } else {
      from = a_.on_device(device) + (batch * K * sizes_.M + rows.begin) * item;
    }
    kernels().transpose_2d(static_cast<int>(item), from, {pitch}, to, K, K, count, Stores::cached);
    return made;
  }

  Matrix matrix_b(int64_t index, Range columns) const {
    const int64_t K = sizes_.K, N = sizes_.N;
    const int64_t batch = sizes_.b_batched ? index % products_per_shard_ : 0;
    const int device = device_of(index);
    std::byte* bytes = b_.on_device(device);
    const DataType dtype = b_.spec.dtype;
    if (b_.form) {
      const PackedFormat& format = static_cast<const PackedWeight&>(*b_.form).format;
      return {format.dtype, bytes, N, Arrangement::packed, nullptr};
    }
    const bool transposed = b_is_transposed();
    const int64_t ld = transposed ? K : N;
    const Arrangement arrangement = b_arrangement();
    if (!is_block_float(dtype))
      return {dtype, bytes + batch * K * N * item_bytes(dtype), ld, arrangement, nullptr};
    if (!transposed) {
      const BlockFloatView view = block_float_view(bytes, b_.spec.shape, dtype);
      const int64_t groups = batch * K * view.groups_per_row;
      return {dtype, view.mantissas + groups * block_float_mantissa_bytes(dtype), N, arrangement,
              view.exponents + groups};
    }
    constexpr int64_t item = 2;
    std::byte* to = thread_scratch<RowsOfB>((columns.end - columns.begin) * K * item);
    for (int64_t n = columns.begin; n < columns.end; ++n)
      read_columns(b_, device, batch * N + n, {0, K}, to + (n - columns.begin) * K * item);
    return {DataType::BFLOAT16, to - columns.begin * K * item, K, arrangement, nullptr};
  }

  const MatrixProduct product_;
  const Launch& launch_;
  const ttnn::Operand &a_, &b_, *addend_, &out_;
  const std::vector<UnaryStep> steps_;
  const ProductSizes sizes_;
  const WeightGroups groups_;
  // Shards whose rows are one product; products of one weight that take turns.
  int64_t joined_, turns_;
  int64_t rows_per_shard_, rows_, products_per_shard_, products_;
  Multiplier by_;
  GemmPlan plan_;
  bool row_bias_, finishes_, converts_a_, converts_b_;
};

// A weight that all batches share is kept in the products' own format, its shards one by one.
std::shared_ptr<const PackedForm> packed_weight(const MatrixProduct& product, const Launch& launch,
                                                int n) {
  if (n != product.b.operand() || product.b.operand() == product.a.operand()) return nullptr;
  const ttnn::Operand& b = launch.in[static_cast<size_t>(n)];
  const ProductSizes sizes = product.sizes();
  if (sizes.b_batched || b.spec.shape.rank() < 2) return nullptr;
  if (is_block_float(b.spec.dtype) && product.transpose_b) return nullptr;
  if (b.spec.storage_bytes() < worth_packing) return nullptr;
  bool read_elsewhere = false;
  for (size_t i = 0; i < launch.in.size(); ++i)
    launch.in[i].each_block([&](const BlockRef& block) {
      read_elsewhere = read_elsewhere || (static_cast<int>(i) != n && block == b.block);
    });
  if (read_elsewhere) return nullptr;
  PackedFormat format = packed_format(b.spec.dtype, sizes.K, sizes.N);
  if (format.bytes > b.spec.storage_bytes() + b.spec.storage_bytes() / 4) return nullptr;
  return std::make_shared<PackedWeight>(format, product.transpose_b);
}

template <class Op>
constexpr Kernel product_kernel = {
    .work = [](const void* args,
               const Launch& launch) { return Job(detail::as<Op>(args).product(), launch).work(); },
    .run = [](const void* args, const Launch& launch, int64_t begin,
              int64_t end) { Job(detail::as<Op>(args).product(), launch).run(begin, end); },
    .accepts =
        [](const void* args, const Launch& launch) {
          // A column without a dim of its own is one row of the result: block floats go together.
          const TensorSpec& out = launch.out[0].spec;
          return !is_block_float(out.dtype) ||
                 out.shape.width() == detail::as<Op>(args).product().sizes().N;
        },
    .wants = [](const void* args, const Launch& launch,
                int n) { return packed_weight(detail::as<Op>(args).product(), launch, n); },
    .uses_openmp = true,
};

}  // namespace

void accelerate_matmul() {
  accelerate(op_info<Matmul>(), product_kernel<Matmul>);
  accelerate(op_info<Linear>(), product_kernel<Linear>);
  accelerate(op_info<Addmm>(), product_kernel<Addmm>);
}

}  // namespace ttnn::cpu
