#include "ttnn/ops/distributed_norm.h"

#include <cmath>

#include "ttnn/runtime/registry.h"

namespace ttnn {
namespace {

void expect_rows(std::string_view op, std::string_view argument, const Tensor& tensor) {
  expect(tensor.shape().rank() > 0, op, ": ", argument, " ", tensor,
         " has no dim to normalise. Give it one with ttnn.reshape.");
  expect(is_floating(tensor.dtype()), op, ": ", argument, " must have a float dtype, but is ",
         tensor, ". Convert it with ttnn.typecast.");
}

// Whether slices of a parameter along `dim` are slices of the row that it is read as.
bool cuts_the_row(const Shape& shape, int dim) {
  for (int d = 0; d < dim; ++d)
    if (shape[d] != 1) return false;
  return true;
}

}  // namespace

TensorSpec NormSums::infer() const {
  expect_rows(op, "input_tensor", input);
  expect(!residual || residual->shape() == input.shape(), op, ": residual_input_tensor ",
         residual ? residual->shape() : Shape{}, " is added to input_tensor ", input.shape(),
         " and must have its shape. Use ttnn.add first where it should be broadcast.");
  TensorSpec spec = input.spec();
  spec.shape.at(spec.shape.rank() - 1) = width();
  spec.dtype = DataType::BFLOAT16;
  return spec;
}

// Sums of slices of a row are slices of what the gather makes.
Placement NormSums::place(std::span<const Placement> inputs) const {
  const Placement x = inputs[0];
  if (residual && inputs[1] != x) return {Placement::local};
  return x.kind == Placement::partial ? Placement{Placement::local} : x;
}

void NormSums::reference(Task task) const {
  std::vector<float> x = task.floats(input);
  if (residual) {
    const std::vector<float> added = task.floats(*residual);
    for (size_t i = 0; i < x.size(); ++i) x[i] += added[i];
  }
  const auto rows = static_cast<size_t>(task.out().shape.rows());
  const auto n = static_cast<size_t>(input.shape().width());
  std::vector<float> out(rows * static_cast<size_t>(width()));
  for (size_t row = 0; row < rows; ++row) {
    float* sums = out.data() + row * static_cast<size_t>(width());
    double squares = 0, sum = 0;
    for (size_t i = row * n; i < (row + 1) * n; ++i) {
      squares += x[i] * x[i];
      sum += x[i];
    }
    sums[0] = static_cast<float>(squares);
    if (centred) sums[tile_width] = static_cast<float>(sum);
  }
  task.write(std::span<const float>(out));
}

TensorSpec NormBySums::infer() const {
  expect_rows(op, "input_tensor", input);
  expect_rows(op, "stats", stats);
  const Shape& shape = input.shape();
  const int last = shape.rank() - 1;
  const std::string_view before = centred ? "layer_norm_pre_all_gather" : "rms_norm_pre_all_gather";
  expect(stats.shape().rank() == shape.rank() && stats.shape().with(last, 1) == shape.with(last, 1),
         op, ": stats ", stats.shape(), " must have a row for each row of input_tensor ", shape,
         ". Give what ", before, " made of it, gathered along the last dim.");
  expect(stats.shape().width() > 0 && stats.shape().width() % width_per_device() == 0, op,
         ": stats ", stats.shape(), " must have ", width_per_device(),
         " columns for each device. Give what ", before,
         " made of input_tensor, gathered along the last dim.");
  for (const auto& [name, parameter] : {std::pair{"weight", &weight}, {"bias", &bias}}) {
    if (!*parameter) continue;
    expect((*parameter)->volume() == shape.width(), op, ": ", name, " ", **parameter, " has ",
           (*parameter)->volume(), " values, but a device has ", shape.width(),
           " columns of input_tensor. Shard it over the devices as input_tensor is.");
    expect(is_floating((*parameter)->dtype()), op, ": ", name, " must have a float dtype, but is ",
           **parameter, ". Convert it with ttnn.typecast.");
  }
  return input.spec();
}

// Slices of rows stay slices where all devices know all sums and parameters are cut alike. Whole
// rows are a norm of their own.
Placement NormBySums::place(std::span<const Placement> inputs) const {
  constexpr Placement local{Placement::local};
  const Placement x = inputs[0], sums = inputs[1];
  const bool is_cut = x.kind == Placement::shard && x.dim == input.shape().rank() - 1;
  if (x.kind == Placement::partial || x.kind == Placement::local) return local;
  if (sums != (is_cut ? Placement{} : x)) return local;
  size_t next = 2;
  for (const std::optional<Tensor>* parameter : {&weight, &bias}) {
    if (!*parameter) continue;
    const Placement p = inputs[next++];
    const bool fits = is_cut
                          ? p.kind == Placement::shard && cuts_the_row((*parameter)->shape(), p.dim)
                          : p.kind == Placement::replicate;
    if (!fits) return local;
  }
  return x;
}

NormBySums::Moments NormBySums::moments(const float* sums) const {
  const int64_t devices = stats.shape().width() / width_per_device();
  // In double: what is left of the squares' mean without the mean's square may be little.
  double squares = 0, total = 0;
  for (int64_t i = 0; i < devices; ++i, sums += width_per_device()) {
    squares += static_cast<double>(sums[0]);
    if (centred) total += static_cast<double>(sums[NormSums::tile_width]);
  }
  const double n = static_cast<double>(devices * input.shape().width());
  const double mean = total / n, variance = std::max(0.0, squares / n - mean * mean);
  return {static_cast<float>(mean), static_cast<float>(1 / std::sqrt(variance + epsilon))};
}

void NormBySums::reference(Task task) const {
  std::vector<float> x = task.floats(input);
  const std::vector<float> sums = task.floats(stats);
  const std::vector<float> scale = weight ? task.floats(*weight) : std::vector<float>{};
  const std::vector<float> shift = bias ? task.floats(*bias) : std::vector<float>{};
  const auto width = static_cast<size_t>(input.shape().width());
  const auto stats_width = static_cast<size_t>(stats.shape().width());
  for (size_t i = 0; i < x.size(); ++i) {
    const auto [mean, factor] = moments(sums.data() + i / width * stats_width);
    x[i] = (x[i] - mean) * factor * (weight ? scale[i % width] : 1) + (bias ? shift[i % width] : 0);
  }
  task.write(std::span<const float>(x));
}

namespace {

template <class Op>
std::vector<Op> samples_before(Sampler& s) {
  return {
      {s({1, 33}), {}},   {s({2, 3, 70}), s({2, 3, 70})}, {s({1, 1, 40, 568}), {}}, {s({40}), {}},
      {s({3, 0, 8}), {}},
  };
}

// As if four devices had each a quarter of the rows. Sums this small are of rows whose mean square
// exceeds the mean's.
template <class Op>
std::vector<Op> samples_after(Sampler& s, int64_t width_per_device) {
  constexpr double epsilon = 1e-5;
  const auto stats = [&](Shape rows) {
    rows.push_back(4 * width_per_device);
    return s.uniform(rows, 5, 10);
  };
  return {
      {s({1, 33}), stats({1}), epsilon, {}, {}},
      {s({2, 3, 70}), stats({2, 3}), epsilon, s.replicated({1, 70}), {}},
      {s({1, 1, 40, 96}), stats({1, 1, 40}), epsilon, s.replicated({1, 1, 3, 32}),
       s.replicated({96})},
      {s({40}), stats({}), 1e-12, {}, s.replicated({40})},
  };
}

}  // namespace

std::vector<LayerNormPreAllGather> LayerNormPreAllGather::samples(Sampler& s) {
  return samples_before<LayerNormPreAllGather>(s);
}
std::vector<RmsNormPreAllGather> RmsNormPreAllGather::samples(Sampler& s) {
  return samples_before<RmsNormPreAllGather>(s);
}
std::vector<LayerNormPostAllGather> LayerNormPostAllGather::samples(Sampler& s) {
  return samples_after<LayerNormPostAllGather>(s, 2 * NormSums::tile_width);
}
std::vector<RmsNormPostAllGather> RmsNormPostAllGather::samples(Sampler& s) {
  return samples_after<RmsNormPostAllGather>(s, NormSums::tile_width);
}

namespace ops {

void register_distributed_norm(Registry& registry) {
  registry.add<LayerNormPreAllGather>();
  registry.add<LayerNormPostAllGather>();
  registry.add<RmsNormPreAllGather>();
  registry.add<RmsNormPostAllGather>();
}

}  // namespace ops
}  // namespace ttnn
