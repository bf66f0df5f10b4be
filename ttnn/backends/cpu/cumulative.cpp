// cumsum and cumprod: a row of one dim is a serial chain; rows side by side go together, one
// stretch of columns per task.
#include <algorithm>
#include <type_traits>

#include "ttnn/backends/cpu/accelerate.h"
#include "ttnn/backends/cpu/cpu_backend.h"
#include "ttnn/ops/cumprod.h"
#include "ttnn/ops/cumsum.h"
#include "ttnn/ops/numbers.h"

namespace ttnn::cpu {
namespace {

constexpr int64_t stretch = 512;
constexpr int64_t task_items = int64_t{1} << 16;

void load(DataType dtype, const std::byte* from, int64_t n, float* x) {
  kernels().to_float(dtype, from, n, x);
}
void load(DataType dtype, const std::byte* from, int64_t n, int64_t* x) {
  kernels().to_int(dtype, from, n, x);
}
void store(DataType dtype, const float* x, int64_t n, std::byte* to) {
  kernels().from_float(dtype, x, n, to, Stores::cached);
}
void store(DataType dtype, const int64_t* x, int64_t n, std::byte* to) {
  kernels().from_int(dtype, x, n, to);
}

// Floats are carried as float64: a long chain of float32 loses its last digits.
template <class T>
using Carried = std::conditional_t<std::is_floating_point_v<T>, double, T>;

struct Sum {
  static constexpr int start = 0;
  template <class T>
  static T of(T a, T b) {
    return a + b;
  }
};
struct Product {
  static constexpr int start = 1;
  static double of(double a, double b) { return a * b; }
  static int64_t of(int64_t a, int64_t b) { return math::times(a, b); }
};

struct Ends {
  DataType from, to;
  const std::byte* in;
  std::byte* out;
  const std::byte* input(int64_t at) const { return in + at * item_bytes(from); }
  std::byte* output(int64_t at) const { return out + at * item_bytes(to); }
};

template <class Step, class T>
void scan_one(Carried<T>& total, T& x) {
  total = Step::of(total, static_cast<Carried<T>>(x));
  x = static_cast<T>(total);
}

// n elements one after the other.
template <class Step, class T>
void scan_row(const Ends& ends, int64_t first, int64_t n, bool reverse) {
  T x[stretch];
  Carried<T> total = Step::start;
  for (int64_t done = 0, count; done < n; done += count) {
    count = std::min(n - done, stretch);
    const int64_t at = first + (reverse ? n - done - count : done);
    load(ends.from, ends.input(at), count, x);
    if (reverse)
      for (int64_t i = count - 1; i >= 0; --i) scan_one<Step>(total, x[i]);
    else
      for (int64_t i = 0; i < count; ++i) scan_one<Step>(total, x[i]);
    store(ends.to, x, count, ends.output(at));
  }
}

// `count` columns of n rows, `pitch` elements apart.
template <class Step, class T>
void scan_columns(const Ends& ends, int64_t first, int64_t n, int64_t pitch, int64_t count,
                  bool reverse) {
  T x[stretch];
  Carried<T> totals[stretch];
  std::fill_n(totals, count, static_cast<Carried<T>>(Step::start));
  for (int64_t i = 0; i < n; ++i) {
    const int64_t at = first + (reverse ? n - 1 - i : i) * pitch;
    load(ends.from, ends.input(at), count, x);
    for (int64_t k = 0; k < count; ++k) scan_one<Step>(totals[k], x[k]);
    store(ends.to, x, count, ends.output(at));
  }
}

template <class Op>
Along along_of(const Op& op) {
  return Along(op.input.shape(), normalized_dim(Op::name, op.dim, op.input.shape().rank()));
}
int64_t stretches(const Along& along) { return (along.inner + stretch - 1) / stretch; }

template <class Op, class Step, class T>
void scan(const Op& op, const Launch& launch, int64_t begin, int64_t end) {
  const Along along = along_of(op);
  const ttnn::Operand &in = launch.operand(op.input), &out = launch.out[0];
  const int64_t per_slab = stretches(along), per_shard = along.outer * per_slab;
  for (; begin < end; ++begin) {
    const int device = launch.device_of(static_cast<int>(begin / per_shard));
    const int64_t slab = begin % per_shard / per_slab, column = begin % per_slab * stretch;
    const Ends ends{in.spec.dtype, out.spec.dtype, in.on_device(device), out.on_device(device)};
    const int64_t first = slab * along.n * along.inner + column;
    if (along.inner == 1)
      scan_row<Step, T>(ends, first, along.n, op.reverse_order);
    else
      scan_columns<Step, T>(ends, first, along.n, along.inner,
                            std::min(stretch, along.inner - column), op.reverse_order);
  }
}

template <class Op, class Step>
const Kernel kernel_of = {
    .work =
        [](const void* args, const Launch& launch) {
          const Along along = along_of(detail::as<Op>(args));
          const int64_t items = along.n * std::min(along.inner, stretch);
          return Work{launch.shards() * along.outer * stretches(along),
                      std::max<int64_t>(1, task_items / std::max<int64_t>(items, 1))};
        },
    .run =
        [](const void* args, const Launch& launch, int64_t begin, int64_t end) {
          const auto& op = detail::as<Op>(args);
          if (is_floating(op.input.dtype()))
            scan<Op, Step, float>(op, launch, begin, end);
          else
            scan<Op, Step, int64_t>(op, launch, begin, end);
        },
    .accepts =
        [](const void*, const Launch& launch) {
          return !is_block_float(launch.in[0].spec.dtype) &&
                 !is_block_float(launch.out[0].spec.dtype);
        },
};

}  // namespace

void accelerate_cumulative() {
  accelerate(op_info<Cumsum>(), kernel_of<Cumsum, Sum>);
  accelerate(op_info<Cumprod>(), kernel_of<Cumprod, Product>);
}

}  // namespace ttnn::cpu
