#include "ttnn/ops/reduce.h"

#include <algorithm>
#include <limits>

#include "ttnn/runtime/moves.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {
namespace {

// Arguments that only some rows have.
enum ReductionField : unsigned { none = 0, scalar = 1, correction = 2, output_layout = 4 };

struct ReductionRow {
  const char *name, *doc;
  unsigned fields;
};

constexpr ReductionRow table[] = {
#define TTNN_REDUCTION(name, doc, fields) {#name, doc, fields},
#include "ttnn/ops/reduce_table.h"
};

OpInfo describe_row(Reduction op) {
  const ReductionRow& row = table[size_t(op)];
  ReduceDims prototype;
  prototype.op = op;
  std::vector<FieldInfo> fields;
  for (FieldInfo& field : detail::describe_fields<ReduceDims>()) {
    const unsigned needs = field.name == "scalar"          ? scalar
                           : field.name == "correction"    ? correction
                           : field.name == "output_layout" ? output_layout
                                                           : none;
    if ((row.fields & needs) == needs) fields.push_back(std::move(field));
  }
  return detail::erase(row.name, row.doc, std::move(fields), std::move(prototype));
}

// TT-NN keeps rows only where a 4-D tensor is summed within its matrices.
bool keeps_row_major(const ReduceDims& call) {
  if (call.op != Reduction::sum && call.op != Reduction::mean) return false;
  if (call.input.shape().rank() != 4 || call.input.layout() != Layout::ROW_MAJOR) return false;
  if (call.input.memory_config().memory_layout != TensorMemoryLayout::INTERLEAVED) return false;
  const auto reduced = call.reduced();
  return !reduced[0] && !reduced[1];
}

bool is_variance(Reduction op) { return op == Reduction::var || op == Reduction::std; }

// Whether the op of a sum is the sum of the op of its terms.
bool is_linear(const ReduceDims& call) {
  if (call.op != Reduction::sum && call.op != Reduction::mean) return false;
  return is_floating(call.input.dtype()) || (call.op == Reduction::sum && call.scalar == 1);
}

// Calls use(element, place in the result) for all elements of the input, in order.
template <class Use>
void each_element(const ReduceDims& call, Use&& use) {
  const Shape& shape = call.input.shape();
  const auto reduced = call.reduced();
  std::array<int64_t, Shape::max_rank> steps{};
  int64_t step = 1;
  for (int d = shape.rank() - 1; d >= 0; --d) {
    if (reduced[static_cast<size_t>(d)]) continue;
    steps[static_cast<size_t>(d)] = step;
    step *= shape[d];
  }
  const int64_t volume = shape.volume();
  for (int64_t i = 0; i < volume; ++i) {
    int64_t rest = i, place = 0;
    for (int d = shape.rank() - 1; d >= 0; --d) {
      place += rest % shape[d] * steps[static_cast<size_t>(d)];
      rest /= shape[d];
    }
    use(static_cast<size_t>(i), static_cast<size_t>(place));
  }
}

template <class T>
T start_of(Reduction op) {
  using Limits = std::numeric_limits<T>;
  constexpr bool has_infinity = Limits::has_infinity;
  if (op == Reduction::prod) return 1;
  if (op == Reduction::max) return has_infinity ? -Limits::infinity() : Limits::lowest();
  if (op == Reduction::min) return has_infinity ? Limits::infinity() : Limits::max();
  return 0;
}

template <class T>
T joined(Reduction op, T total, T x) {
  switch (op) {
    case Reduction::max:
      return x > total || x != x ? x : total;
    case Reduction::min:
      return x < total || x != x ? x : total;
    case Reduction::prod:
      if constexpr (std::is_same_v<T, int64_t>)  // wraps
        return static_cast<int64_t>(static_cast<uint64_t>(total) * static_cast<uint64_t>(x));
      return total * x;
    default:
      return total + x;
  }
}

}  // namespace

std::string_view name(Reduction op) { return table[size_t(op)].name; }

OpInfo& op_info(Reduction op) {
  static auto& all = *new std::vector<OpInfo>([] {
    std::vector<OpInfo> infos;
    for (int i = 0; i < int(Reduction::count); ++i) infos.push_back(describe_row(Reduction(i)));
    return infos;
  }());
  return all[size_t(op)];
}

std::array<bool, Shape::max_rank> ReduceDims::reduced() const {
  const int rank = input.shape().rank();
  std::array<bool, Shape::max_rank> out{};
  std::vector<int64_t> dims;
  if (dim && std::holds_alternative<int64_t>(*dim)) dims = {std::get<int64_t>(*dim)};
  if (dim && !std::holds_alternative<int64_t>(*dim)) dims = std::get<std::vector<int64_t>>(*dim);
  if (dims.empty()) std::fill_n(out.begin(), rank, true);
  for (int64_t given : dims) {
    const auto d = static_cast<size_t>(normalized_dim(ttnn::name(op), given, rank));
    expect(!out[d], ttnn::name(op), ": dim ", given,
           " appears multiple times in the list of dims. ", "Name every dim of input_tensor ",
           input, " at most once.");
    out[d] = true;
  }
  return out;
}

int64_t ReduceDims::count() const {
  const auto is_reduced = reduced();
  int64_t n = 1;
  for (int d = 0; d < input.shape().rank(); ++d)
    if (is_reduced[static_cast<size_t>(d)]) n *= input.shape()[d];
  return n;
}

bool ReduceDims::computes_integers() const {
  return !is_floating(input.dtype()) && !is_variance(op);
}

TensorSpec ReduceDims::infer(const CallOptions&) const {
  const auto is_reduced = reduced();
  const int64_t n = count();
  const bool has_result_of_nothing =
      op == Reduction::sum || op == Reduction::prod || op == Reduction::mean;
  expect(n > 0 || has_result_of_nothing, ttnn::name(op), ": input_tensor ", input,
         " has no elements along dim, and nothing has no ", ttnn::name(op),
         ". Leave out tensors of size 0.");
  const int64_t divisor = n - (correction ? 1 : 0);
  expect(!is_variance(op) || divisor > 0, ttnn::name(op),
         ": Reduction is performed on too few elements, yielding divisor of ", divisor,
         ": input_tensor ", input, " has ", n,
         " along dim. Give correction=False, or more elements.");
  TensorSpec spec = input.spec();
  spec.shape = {};
  for (int d = 0; d < input.shape().rank(); ++d) {
    if (!is_reduced[static_cast<size_t>(d)])
      spec.shape.push_back(input.shape()[d]);
    else if (keepdim)
      spec.shape.push_back(1);
  }
  spec.layout = output_layout            ? *output_layout
                : keeps_row_major(*this) ? Layout::ROW_MAJOR
                                         : Layout::TILE;
  spec.pad_value = 0;
  return spec;
}

Placement ReduceDims::place(std::span<const Placement> inputs) const {
  const Placement in = inputs[0];
  const Placement local{Placement::local};
  if (in.kind == Placement::partial) return is_linear(*this) ? in : local;
  if (in.kind != Placement::shard) return in;
  const auto is_reduced = reduced();
  // Sums over slices are the terms of the sum; means over slices are not, nor are extremes.
  if (is_reduced[static_cast<size_t>(in.dim)])
    return op == Reduction::sum && is_linear(*this) ? Placement{Placement::partial} : local;
  const auto before = is_reduced.begin() + in.dim;
  const auto gone = keepdim ? 0 : std::count(is_reduced.begin(), before, true);
  return {Placement::shard, in.dim - static_cast<int>(gone)};
}

ReduceDims::Finish ReduceDims::finish() const {
  Finish out{1, scalar, op == Reduction::std};
  if (op == Reduction::mean) out.divisor = static_cast<double>(count());
  if (is_variance(op)) out.divisor = static_cast<double>(count() - (correction ? 1 : 0));
  return out;
}

// Adds in float64, so that its own rounding does not count when kernels are compared with it.
void ReduceDims::reference(Task task) const {
  const auto places = static_cast<size_t>(task.out().volume());
  const Finish finished = finish();
  if (computes_integers()) {
    const std::vector<int64_t> x = task.integers(input);
    std::vector<int64_t> totals(places, start_of<int64_t>(op));
    each_element(*this, [&](size_t i, size_t at) { totals[at] = joined(op, totals[at], x[i]); });
    if (finished.is_identity() && op != Reduction::mean) return task.write(totals);
    std::vector<float> results(places);
    for (size_t i = 0; i < places; ++i)
      results[i] = static_cast<float>(finished(static_cast<double>(totals[i])));
    return task.write(results);
  }
  const std::vector<float> x = task.floats(input);
  std::vector<double> totals(places, start_of<double>(op));
  each_element(*this, [&](size_t i, size_t at) {
    totals[at] = joined(op, totals[at], static_cast<double>(x[i]));
  });
  if (is_variance(op)) {
    const std::vector<double> sums = std::exchange(totals, std::vector<double>(places));
    const auto n = static_cast<double>(count());
    each_element(*this, [&](size_t i, size_t at) {
      const double distance = x[i] - sums[at] / n;
      totals[at] += distance * distance;
    });
  }
  std::vector<float> results(places);
  for (size_t i = 0; i < places; ++i) results[i] = static_cast<float>(finished(totals[i]));
  task.write(results);
}

std::vector<ReduceDims> ReduceDims::samples(Sampler& s) const {
  using List = std::vector<int64_t>;
  const bool is_product = op == Reduction::prod;
  std::vector<ReduceDims> all;
  const auto add = [&](Shape shape, std::optional<Dims> along, bool keep, double by = 1) {
    ReduceDims call = *this;
    call.input = is_product ? s.uniform(shape, 0.5, 1.5) : s(shape);
    call.dim = std::move(along);
    call.keepdim = keep;
    if (table[size_t(op)].fields & ttnn::scalar) call.scalar = by;
    all.push_back(std::move(call));
  };
  add({3, 5}, -1, false);
  add({3, 1, 5}, 0, true);
  add({37}, 0, false);
  add({2, 3, 33, 70}, -1, true);
  add({2, 3, 33, 70}, -2, false, 0.5);
  add({2, 3, 33, 70}, 1, false);
  add({2, 3, 4, 20}, List{-2, -1}, false);
  add({2, 3, 4, 20}, List{1, 3}, false);
  add({4, 3, 5, 6}, List{0, 2}, true);
  add({2, 2, 3, 2, 3}, List{0, 2, 4}, false);
  add({2, 3, 7}, {}, false);
  add({2, 3, 7}, List{}, true, 2);
  add({300, 3}, 0, false);
  add({90, 40}, 0, true);
  add({65, 200}, 1, false);
  if (!is_variance(op)) add({1, 1}, {}, false);
  if (!is_variance(op)) add({}, {}, false);
  if (op == Reduction::sum || is_product) add({0, 4}, 0, false);
  if (op == Reduction::sum || is_product) add({3, 2, 0}, List{0, 2}, false);
  if (!is_variance(op)) add({2, 0, 4}, -1, false);
  if (table[size_t(op)].fields & ttnn::output_layout) {
    add({2, 4, 6}, -1, false);
    all.back().output_layout = Layout::ROW_MAJOR;
  }
  if (is_variance(op)) {
    add({5, 9}, 0, false);
    all.back().correction = false;
  }
  return all;
}

namespace ops {

void register_reduce(Registry& registry) {
  for (int i = 0; i < int(Reduction::count); ++i) registry.add(op_info(Reduction(i)));
}

}  // namespace ops
}  // namespace ttnn
