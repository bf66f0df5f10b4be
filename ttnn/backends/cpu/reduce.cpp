// Reductions. Dims of one kind that lie side by side are one group, so that a shard is
// [kept, reduced, kept, reduced] at most (what has more groups is left to the reference). The
// inner reduced group is a row of elements; the outer one is added up element by element, over
// runs that stay in L1. Tasks cut kept groups only.
#include "ttnn/ops/reduce.h"

#include <algorithm>

#include "ttnn/backends/cpu/accelerate.h"
#include "ttnn/backends/cpu/cpu_backend.h"
#include "ttnn/ops/numbers.h"

namespace ttnn::cpu {
namespace {

constexpr int64_t task_items = int64_t{1} << 16;
constexpr int64_t run_bytes = 4096;   // added up together where the outer reduced group has a size
constexpr int64_t block_steps = 256;  // whose totals are joined, so that no chain is long
constexpr int64_t narrow_run = 256;   // narrower runs are added up several at a time

struct Groups {
  int64_t outer = 1, steps = 1, inner = 1, row = 1;  // kept, reduced, kept, reduced
  bool fits = true;
};

Groups grouped(const ReduceDims& op) {
  Groups g;
  const std::array<int64_t*, 4> sizes{&g.row, &g.inner, &g.steps, &g.outer};
  const auto reduced = op.reduced();
  size_t at = 0;
  for (int d = op.input.shape().rank() - 1; d >= 0; --d) {
    if (op.input.shape()[d] == 1) continue;
    while (at < sizes.size() && (at % 2 == 0) != reduced[static_cast<size_t>(d)]) ++at;
    if (at == sizes.size()) {
      g.fits = false;
      break;
    }
    *sizes[at] *= op.input.shape()[d];
  }
  return g;
}

// How the elements of the result are dealt to tasks: by `chunk` of the inner kept group.
struct Cut {
  Cut(const Groups& g, const TensorSpec& in, const TensorSpec& out) {
    const int64_t item = is_block_float(in.dtype) ? sizeof(float) : item_bytes(in.dtype);
    const int64_t items = g.steps == 1 ? task_items / 2 : run_bytes / item;
    chunk =
        std::clamp<int64_t>(items / std::max<int64_t>(g.row, 1), 1, std::max<int64_t>(g.inner, 1));
    const int64_t width = std::max<int64_t>(out.shape.width(), 1);
    // Rows of block floats stay whole.
    if (is_block_float(in.dtype) || is_block_float(out.dtype))
      chunk = (chunk + width - 1) / width * width;
    chunks = g.inner == 0 ? 0 : (g.inner + chunk - 1) / chunk;
    units = g.outer * chunks;
    grain = std::max<int64_t>(1, task_items / std::max<int64_t>(1, g.steps * chunk * g.row));
  }
  int64_t chunk, chunks, units, grain;
};

Reduce step_of(Reduction op) {
  switch (op) {
    case Reduction::max:
      return Reduce::max;
    case Reduction::min:
      return Reduce::min;
    case Reduction::prod:
      return Reduce::prod;
    default:
      return Reduce::sum;
  }
}
// How totals join totals.
Reduce joining(Reduce kind) { return kind == Reduce::sum_of_squares ? Reduce::sum : kind; }

bool is_variance(Reduction op) { return op == Reduction::var || op == Reduction::std; }

// One shard's elements, any run of them at a time.
class Elements {
 public:
  Elements(const ttnn::Operand& operand, int device)
      : spec_(operand.spec), bytes_(operand.on_device(device)) {}

  // Values of dtype(), valid until the next call.
  const void* read(int64_t at, int64_t n) {
    if (is_plain()) return plain(at);
    buffer_.resize(static_cast<size_t>(n));
    load(at, n);
    if (!means_.empty()) take_means_out(n);
    return buffer_.data();
  }
  // Whether values are what lies in memory.
  bool is_plain() const { return means_.empty() && !is_block_float(spec_.dtype); }
  DataType dtype() const { return is_plain() ? spec_.dtype : DataType::FLOAT32; }
  const std::byte* plain(int64_t at) const { return bytes_ + at * item_bytes(spec_.dtype); }

  // From here on values are distances: mean i / row (repeating) is taken from value i.
  void subtract(std::vector<float> means, int64_t row) {
    means_ = std::move(means);
    row_ = row;
  }

 private:
  void load(int64_t at, int64_t n) {
    const int64_t width = std::max<int64_t>(spec_.shape.width(), 1);
    if (is_block_float(spec_.dtype))
      kernels().decode_rows(spec_.dtype, block_float_view(bytes_, spec_.shape, spec_.dtype), width,
                            at / width, n / width, buffer_.data());
    else
      kernels().to_float(spec_.dtype, plain(at), n, buffer_.data());
  }
  void take_means_out(int64_t n) {
    const auto period = static_cast<int64_t>(means_.size());
    float* x = buffer_.data();
    for (; n > 0; n -= period * row_, x += period * row_) {
      if (row_ == 1) {
        for (int64_t k = 0; k < period; ++k) x[k] -= means_[static_cast<size_t>(k)];
        continue;
      }
      for (int64_t k = 0; k < period; ++k)
        for (int64_t i = 0; i < row_; ++i) x[k * row_ + i] -= means_[static_cast<size_t>(k)];
    }
  }

  const TensorSpec& spec_;
  std::byte* bytes_;
  std::vector<float> buffer_, means_;
  int64_t row_ = 1;
};

// Totals of `rows` rows of n values.
void reduce_rows(Reduce kind, DataType dtype, const void* x, int64_t rows, int64_t n, float* out) {
  const Kernels& k = kernels();
  const int bytes = item_bytes(dtype);
  const auto* from = static_cast<const std::byte*>(x);
  if (n >= short_row_values || n == 0) {
    for (int64_t r = 0; r < rows; ++r) out[r] = k.reduce_row(kind, dtype, from + r * n * bytes, n);
    return;
  }
  if (n == 1 && kind != Reduce::sum_of_squares) return k.to_float(dtype, x, rows, out);
  k.reduce_short_rows(kind, dtype, x, rows, n, out);
}

// Where a unit's elements lie: g.steps runs of count * g.row elements, g.inner * g.row apart.
struct Unit {
  Unit(const Groups& g, const Cut& cut, int64_t unit)
      : first(unit % cut.chunks * cut.chunk),
        count(std::min(cut.chunk, g.inner - first)),
        begin((unit / cut.chunks * g.steps * g.inner + first) * g.row),
        result(unit / cut.chunks * g.inner + first) {}
  int64_t first, count;   // of the inner kept group
  int64_t begin, result;  // element of the input, of the result
};

void reduce_unit(Reduce kind, Elements& in, const Groups& g, const Unit& unit, float* out) {
  const Kernels& k = kernels();
  const int64_t run = unit.count * g.row, stride = g.inner * g.row;
  if (g.steps == 1) {
    const void* x = in.read(unit.begin, run);
    return reduce_rows(kind, in.dtype(), x, unit.count, g.row, out);
  }
  // Narrow runs that follow each other are added up as one wide one, which is then folded.
  const bool follow = run == stride && run > 0 && run < narrow_run;
  const int64_t joint =
      follow ? std::clamp<int64_t>(narrow_run / run, 1, std::max<int64_t>(g.steps, 1)) : 1;
  const float start = k.reduce_row(joining(kind), DataType::FLOAT32, nullptr, 0);
  std::vector<float> totals(static_cast<size_t>(run * joint), start);
  const int64_t whole = in.is_plain() ? g.steps / joint * joint : 0;
  if (whole > 0)
    k.accumulate_rows(kind, totals.data(), in.dtype(), in.plain(unit.begin), stride * joint,
                      whole / joint, run * joint);
  for (int64_t s = whole; s < g.steps; s += joint * block_steps) {
    std::vector<float> block(totals.size(), start);
    const int64_t end = std::min(g.steps, s + joint * block_steps);
    for (int64_t at = s; at < end; at += joint) {
      const int64_t n = run * std::min(joint, end - at);
      const void* x = in.read(unit.begin + at * stride, n);
      k.accumulate(kind, block.data(), in.dtype(), x, n);
    }
    k.accumulate(joining(kind), totals.data(), DataType::FLOAT32, block.data(), run * joint);
  }
  for (int64_t j = 1; j < joint; ++j)
    k.accumulate(joining(kind), totals.data(), DataType::FLOAT32, totals.data() + j * run, run);
  reduce_rows(joining(kind), DataType::FLOAT32, totals.data(), unit.count, g.row, out);
}

int64_t joined(Reduce kind, int64_t a, int64_t b) {
  switch (kind) {
    case Reduce::max:
      return std::max(a, b);
    case Reduce::min:
      return std::min(a, b);
    case Reduce::prod:
      return math::times(a, b);
    default:
      return a + b;
  }
}

void reduce_unit(Reduce kind, Elements& in, const Groups& g, const Unit& unit, int64_t* out) {
  const Kernels& k = kernels();
  const int64_t run = unit.count * g.row;
  if (g.steps == 1) {
    for (int64_t i = 0; i < unit.count; ++i)
      out[i] = k.reduce_row_int(kind, in.dtype(), in.plain(unit.begin + i * g.row), g.row);
    return;
  }
  const int64_t start = k.reduce_row_int(kind, in.dtype(), nullptr, 0);
  std::vector<int64_t> totals(static_cast<size_t>(run), start), x(static_cast<size_t>(run));
  for (int64_t s = 0; s < g.steps; ++s) {
    k.to_int(in.dtype(), in.plain(unit.begin + s * g.inner * g.row), run, x.data());
    for (size_t i = 0; i < x.size(); ++i) totals[i] = joined(kind, totals[i], x[i]);
  }
  for (int64_t i = 0; i < unit.count; ++i) {
    out[i] = start;
    for (int64_t j = 0; j < g.row; ++j)
      out[i] = joined(kind, out[i], totals[static_cast<size_t>(i * g.row + j)]);
  }
}

void write(const TensorSpec& spec, std::byte* bytes, int64_t at, const std::vector<float>& x) {
  const auto n = static_cast<int64_t>(x.size());
  const int64_t width = std::max<int64_t>(spec.shape.width(), 1);
  if (is_block_float(spec.dtype))
    kernels().encode_rows(spec.dtype, x.data(), width, at / width, n / width,
                          block_float_view(bytes, spec.shape, spec.dtype));
  else
    kernels().from_float(spec.dtype, x.data(), n, bytes + at * item_bytes(spec.dtype),
                         Stores::cached);
}

void run_unit(const ReduceDims& op, const Launch& launch, const Groups& g, const Cut& cut,
              int64_t begin) {
  const int device = launch.device_of(static_cast<int>(begin / cut.units));
  const Unit unit(g, cut, begin % cut.units);
  const TensorSpec& out = launch.out[0].spec;
  std::byte* bytes = launch.out[0].on_device(device);
  Elements in(launch.operand(op.input), device);
  std::vector<float> totals(static_cast<size_t>(unit.count));
  const ReduceDims::Finish finish = op.finish();
  if (op.computes_integers()) {
    std::vector<int64_t> whole(totals.size());
    reduce_unit(step_of(op.op), in, g, unit, whole.data());
    if (finish.is_identity() && op.op != Reduction::mean && !is_block_float(out.dtype))
      return kernels().from_int(out.dtype, whole.data(), unit.count,
                                bytes + unit.result * item_bytes(out.dtype));
    std::copy(whole.begin(), whole.end(), totals.begin());
  } else {
    reduce_unit(step_of(op.op), in, g, unit, totals.data());
  }
  if (is_variance(op.op)) {
    const auto n = static_cast<float>(g.steps * g.row);
    for (float& x : totals) x /= n;
    in.subtract(totals, g.row);
    reduce_unit(Reduce::sum_of_squares, in, g, unit, totals.data());
  }
  if (!finish.is_identity())
    for (float& x : totals) x = static_cast<float>(finish(x));
  write(out, bytes, unit.result, totals);
}

const Kernel kernel = {
    .work =
        [](const void* args, const Launch& launch) {
          const auto& op = detail::as<ReduceDims>(args);
          const Cut cut(grouped(op), op.input.spec(), launch.out[0].spec);
          return Work{launch.shards() * cut.units, cut.grain};
        },
    .run =
        [](const void* args, const Launch& launch, int64_t begin, int64_t end) {
          const auto& op = detail::as<ReduceDims>(args);
          const Groups groups = grouped(op);
          const Cut cut(groups, op.input.spec(), launch.out[0].spec);
          for (; begin < end; ++begin) run_unit(op, launch, groups, cut, begin);
        },
    .accepts = [](const void* args,
                  const Launch&) { return grouped(detail::as<ReduceDims>(args)).fits; },
};

}  // namespace

void accelerate_reduce() {
  for (int i = 0; i < int(Reduction::count); ++i) accelerate(op_info(Reduction(i)), kernel);
}

}  // namespace ttnn::cpu
