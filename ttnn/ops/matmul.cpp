#include "ttnn/ops/matmul.h"

#include <algorithm>

#include "ttnn/ops/binary.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {
namespace {

enum class Role { batch, row, column, contracted };

// What dim `dim` of an operand is for the product. The first operand's rows are the result's, the
// second one's columns are.
Role role_of(const Shape& shape, bool transpose, bool is_first, int dim) {
  const int rank = shape.rank();
  if (rank == 1) return Role::contracted;
  if (dim < rank - 2) return Role::batch;
  const bool is_last = dim == rank - 1;
  if (is_first) return is_last == transpose ? Role::row : Role::contracted;
  return is_last == transpose ? Role::contracted : Role::column;
}

int batch_rank(const Shape& shape) { return std::max(0, shape.rank() - 2); }

// Rows and columns of the last two dims, as the product sees them.
std::pair<int64_t, int64_t> matrix_of(const Shape& shape, bool transpose, bool is_first) {
  if (shape.rank() == 1)
    return is_first ? std::pair{int64_t{1}, shape[0]} : std::pair{shape[0], int64_t{1}};
  return transpose ? std::pair{shape[-1], shape[-2]} : std::pair{shape[-2], shape[-1]};
}

int64_t batches(const Shape& shape) {
  int64_t n = 1;
  for (int d = 0; d < batch_rank(shape); ++d) n *= shape[d];
  return n;
}

// A dim of the result counted in an operand that lines up with it from the right; 1 where it has
// none.
int64_t size_at(const Shape& shape, int added, int dim) {
  return dim < added ? 1 : shape[dim - added];
}

bool shards(const Tensor& tensor, int dim) {
  const Label& label = *tensor.label();
  for (int axis = 0; axis < label.distribution().dims(); ++axis)
    if (label.distribution()[axis] > 1 &&
        label.placements()[static_cast<size_t>(axis)] == Placement{Placement::shard, dim})
      return true;
  return false;
}

bool is_float(DataType dtype) {
  return dtype == DataType::BFLOAT16 || dtype == DataType::FLOAT32 || is_block_float(dtype);
}

constexpr Placement local{Placement::local};

// Shards of one operand against an other that is the same on all devices.
Placement place_one(const Tensor& sharded, bool transpose, bool is_first, int dim,
                    const Tensor& other, const Shape& out, int out_batch_rank) {
  switch (role_of(sharded.shape(), transpose, is_first, dim)) {
    case Role::contracted:
      return local;
    case Role::row:
      return {Placement::shard, out_batch_rank};
    case Role::column:
      return {Placement::shard, out.rank() - 1};
    default:
      break;
  }
  const int to = dim + out_batch_rank - batch_rank(sharded.shape());
  const int added = out_batch_rank - batch_rank(other.shape());
  const bool other_repeats =
      to < added || (other.shape()[to - added] == 1 && !shards(other, to - added));
  return other_repeats ? Placement{Placement::shard, to} : local;
}

}  // namespace

ProductSizes MatrixProduct::sizes() const {
  ProductSizes sizes;
  std::tie(sizes.M, sizes.K) = matrix_of(a.shape(), transpose_a, true);
  sizes.N = matrix_of(b.shape(), transpose_b, false).second;
  const int64_t a_batches = batches(a.shape()), b_batches = batches(b.shape());
  sizes.a_batched = a_batches != 1;
  sizes.b_batched = b_batches != 1;
  sizes.batch = sizes.a_batched ? a_batches : b_batches;
  return sizes;
}

Shape MatrixProduct::out_shape() const {
  const Shape& outer = batch_rank(a.shape()) >= batch_rank(b.shape()) ? a.shape() : b.shape();
  const Shape& inner = &outer == &a.shape() ? b.shape() : a.shape();
  const int added = batch_rank(outer) - batch_rank(inner);
  Shape out;
  for (int d = 0; d < batch_rank(outer); ++d)
    out.push_back(outer[d] != 1 ? outer[d] : size_at(inner, added, d));
  if (a.shape().rank() > 1) out.push_back(matrix_of(a.shape(), transpose_a, true).first);
  if (b.shape().rank() > 1) out.push_back(matrix_of(b.shape(), transpose_b, false).second);
  return out;
}

std::vector<UnaryStep> MatrixProduct::steps() const {
  std::vector<UnaryStep> steps;
  if (program) steps.push_back(*program);
  if (activation) steps.push_back(*activation);
  return steps;
}

TensorSpec MatrixProduct::infer(const CallOptions& options) const {
  const Shape &left = a.shape(), &right = b.shape();
  expect(left.rank() > 0 && right.rank() > 0, op, ": ",
         "ttnn.matmul: Both arguments to matmul need to be at least 1D, but got shapes ", left,
         " and ", right, ". Give scalars a dim with ttnn.reshape, or use ttnn.multiply.");
  expect(!(transpose_a && left.rank() == 1) && !(transpose_b && right.rank() == 1), op, ": ",
         transpose_a && left.rank() == 1 ? "transpose_a" : "transpose_b",
         " needs two dims to exchange, but the tensor has one: ", left, " x ", right,
         ". Leave it out.");
  for (const Tensor* tensor : {&a, &b}) {
    expect(is_float(tensor->dtype()), op, ": the dtypes of a product are BFLOAT16, FLOAT32, ",
           "BFLOAT8_B and BFLOAT4_B, but got ", a, " x ", b, ". Convert with ttnn.typecast.");
    expect(tensor->layout() == Layout::TILE, op, ": Inputs to matmul must be tilized, but got ", a,
           " x ", b, ". Convert with ttnn.to_layout(tensor, ttnn.TILE_LAYOUT).");
  }
  if (addend && !is_float(addend->dtype()))
    fail(op, ": ", addend_name, " must have a float dtype, but is ", *addend,
         ". Convert it with ttnn.typecast.");
  expect(!options.dtype || is_float(*options.dtype), op,
         ": dtype must be one of BFLOAT16, FLOAT32, BFLOAT8_B and BFLOAT4_B, but is ",
         options.dtype.value_or(DataType::INVALID),
         ". Convert the result with ttnn.typecast instead.");
  for (const Tensor& out : options.outputs)
    expect(is_float(out.dtype()), op, ": the output tensor must have a float dtype, but is ", out,
           ". Give one of BFLOAT16, FLOAT32, BFLOAT8_B or BFLOAT4_B.");
  const int64_t width = matrix_of(left, transpose_a, true).second;
  const int64_t height = matrix_of(right, transpose_b, false).first;
  expect(width == height, op, ": The width of the first tensor must be equal to the height of the ",
         "second tensor. Mismatch: width=", width, " height=", height, ", from ", left,
         transpose_a ? " transposed" : "", " x ", right, transpose_b ? " transposed" : "",
         ". A weight is [K, N]; with transpose_b=True it is [N, K].");

  const bool a_alone = batches(left) == 1, b_alone = batches(right) == 1;
  bool fits = a_alone || b_alone;
  if (!fits && batch_rank(left) == batch_rank(right))
    fits = std::equal(left.begin(), left.end() - 2, right.begin());
  expect(fits, op, ": the batch dims of ", left, " x ", right,
         " neither are the same nor all 1 in one of the two. Repeat one of them first, for example "
         "with ttnn.repeat.");

  const bool is_sharded = a.spec().memory_config.is_sharded() ||
                          b.spec().memory_config.is_sharded() ||
                          (options.memory_config && options.memory_config->is_sharded());
  expect(!(is_sharded && activation), op, ": Sharded matmul run with ",
         activation ? row(activation->op).name : "",
         " activation: give it as the program_config's fused_activation, or apply it to the "
         "result.");

  TensorSpec spec;
  spec.shape = out_shape();
  spec.dtype = a.dtype();
  spec.layout = Layout::TILE;
  if (addend) {
    const Shape& shape = addend->shape();
    const int added = spec.shape.rank() - shape.rank();
    bool broadcasts = added >= 0;
    for (int d = 0; broadcasts && d < shape.rank(); ++d)
      broadcasts = shape[d] == 1 || shape[d] == spec.shape[d + added];
    expect(broadcasts, op, ": ", addend_name, " ", shape, " does not broadcast to the result ",
           spec.shape, ". Give one of shape [", spec.shape.width(), "] or [1, ", spec.shape.width(),
           "].");
  }
  return spec;
}

Placement MatrixProduct::place_product(std::span<const Placement> inputs) const {
  const Shape out = out_shape();
  const int outer = std::max(batch_rank(a.shape()), batch_rank(b.shape()));
  const Placement left = inputs[0], right = inputs[1];
  Placement result = local;
  if (left.kind == Placement::replicate && right.kind == Placement::replicate) {
    result = left;
  } else if (left.kind == Placement::partial || right.kind == Placement::partial) {
    // (x + y) w = x w + y w
    if (left.kind == Placement::replicate || right.kind == Placement::replicate)
      result = {Placement::partial};
  } else if (left.kind == Placement::shard && right.kind == Placement::replicate) {
    result = place_one(a, transpose_a, true, left.dim, b, out, outer);
  } else if (left.kind == Placement::replicate && right.kind == Placement::shard) {
    result = place_one(b, transpose_b, false, right.dim, a, out, outer);
  } else if (left.kind == Placement::shard && right.kind == Placement::shard) {
    const Role of_a = role_of(a.shape(), transpose_a, true, left.dim);
    const Role of_b = role_of(b.shape(), transpose_b, false, right.dim);
    const int to = left.dim + outer - batch_rank(a.shape());
    if (of_a == Role::contracted && of_b == Role::contracted) result = {Placement::partial};
    if (of_a == Role::batch && of_b == Role::batch &&
        to == right.dim + outer - batch_rank(b.shape()) &&
        a.shape()[left.dim] == b.shape()[right.dim])
      result = {Placement::shard, to};
  }
  return result;
}

Placement MatrixProduct::place(std::span<const Placement> inputs) const {
  const Shape out = out_shape();
  const Placement result = place_product(inputs);
  if (result.kind == Placement::partial && (program || activation)) return local;
  if (!addend) return result;

  const Placement added = inputs[2];
  const int shift = out.rank() - addend->shape().rank();
  if (result.kind == Placement::shard) {
    if (added.kind == Placement::replicate)
      return size_at(addend->shape(), shift, result.dim) == 1 ? result : local;
    const bool alongside = added == Placement{Placement::shard, result.dim - shift} &&
                           addend->shape()[added.dim] == out[result.dim];
    return alongside ? result : local;
  }
  return added.kind == result.kind ? result : local;
}

void MatrixProduct::reference(Task task) const {
  const ProductSizes s = sizes();
  const std::vector<float> x = task.floats(a), w = task.floats(b);
  const std::vector<float> addends = addend ? task.floats(*addend) : std::vector<float>{};
  const Shape out = task.out().shape.to_rank(std::max(task.out().shape.rank(), 1));
  std::vector<float> y(static_cast<size_t>(s.batch * s.M * s.N));
  for (int64_t i = 0; i < static_cast<int64_t>(y.size()); ++i) {
    const int64_t n = i % s.N, m = i / s.N % s.M, batch = i / (s.M * s.N);
    const float* left = x.data() + (s.a_batched ? batch * s.M * s.K : 0);
    const float* right = w.data() + (s.b_batched ? batch * s.K * s.N : 0);
    double sum = 0;  // a float32 added up over a long K is wrong
    for (int64_t k = 0; k < s.K; ++k)
      sum += static_cast<double>(left[transpose_a ? k * s.M + m : m * s.K + k]) *
             right[transpose_b ? n * s.K + k : k * s.N + n];
    y[static_cast<size_t>(i)] = static_cast<float>(alpha) * static_cast<float>(sum);
  }
  if (addend) {
    const Shape strides = broadcast_strides(addend->shape(), out);
    for (int64_t i = 0; i < static_cast<int64_t>(y.size()); ++i) {
      int64_t at = 0, rest = i;
      for (int d = out.rank() - 1; d >= 0; rest /= out[d--]) at += rest % out[d] * strides[d];
      y[static_cast<size_t>(i)] += static_cast<float>(beta) * addends[static_cast<size_t>(at)];
    }
  }
  run_steps(steps(), y);
  task.write(std::span<const float>(y));
}

std::vector<Matmul> Matmul::samples(Sampler& s) {
  const UnaryStep relu = step(Unary::relu);
  return {
      {s({1, 33}), s.replicated({33, 1})},
      {s({5, 70}), s.replicated({70, 33})},
      {s({7}), s.replicated({7})},
      {s({40}), s.replicated({40, 3})},
      {s({2, 3, 40}), s.replicated({40})},
      {s({2, 3, 17, 20}), s({2, 3, 20, 9})},
      {s({2, 3, 17, 20}), s.replicated({20, 65})},
      {s({2, 3, 17, 20}), s.replicated({1, 1, 20, 9})},
      {s({1, 1, 17, 20}), s({2, 3, 20, 9})},
      {s({20, 17}), s.replicated({20, 30}), true},
      {s({17, 20}), s.replicated({33, 20}), false, true},
      {s({2, 20, 17}), s({2, 33, 20}), true, true, {}, relu},
      {s({3, 0}), s.replicated({0, 4})},
      {s({0, 5}), s.replicated({5, 4})},
      {s({96, 128}), s.replicated({128, 160})},
  };
}

std::vector<Linear> Linear::samples(Sampler& s) {
  const UnaryStep gelu = step(Unary::gelu), relu = step(Unary::relu);
  return {
      {s({1, 1, 7, 33}), s.replicated({33, 5}), s.replicated({5})},
      {s({32, 64}), s.replicated({64, 32})},
      {s({3, 17, 64}), s.replicated({64, 100}), s.replicated({1, 100}), false, false, {}, gelu},
      {s({2, 3, 64}), s.replicated({24, 64}), s.replicated({1, 1, 24}), false, true, {}, relu},
      {s({3, 40}), s.replicated({40, 20}), s({3, 20})},
      {s({3, 40}), s.replicated({40, 20}), s({3, 1})},
      {s({2, 5, 12}), s({2, 12, 6}), s({2, 1, 6})},
      {s({12}), s.replicated({12, 6}), s.replicated({6})},
      {s({2, 0}), s.replicated({0, 3}), s.replicated({3})},
      {s({128, 256}), s.replicated({256, 192}), s.replicated({192})},
  };
}

MatrixProduct Addmm::product() const {
  static const std::optional<UnaryStep> none;
  return {name, a, b, false, false, &input, none, none, alpha, beta, "input_tensor"};
}

Placement Addmm::place(std::span<const Placement> inputs) const {
  const std::array<Placement, 3> in_order{inputs[1], inputs[2], inputs[0]};
  return product().place(in_order);
}

Placement Addmm::place_product(std::span<const Placement> inputs) const {
  return product().place_product(inputs.subspan(1));
}

std::vector<Addmm> Addmm::samples(Sampler& s) {
  return {
      {s({5, 33}), s({5, 40}), s.replicated({40, 33})},
      {s({1, 33}), s({5, 40}), s.replicated({40, 33}), 0.5, 2},
      {s({5, 1}), s({5, 40}), s.replicated({40, 33}), -1, 0},
  };
}

Outputs MatmulBatchedWeights::compose(const CallOptions& options) const {
  expect(options.outputs.empty(), name,
         ": output_tensor: the results are a list, one per weight. Leave it out.");
  Outputs results;
  for (const Tensor& weight : b)
    results.push_back(
        run(Matmul{a, weight, transpose_a, transpose_b, program_config, activation}, options));
  return results;
}

std::vector<MatmulBatchedWeights> MatmulBatchedWeights::samples(Sampler& s) {
  return {{s({5, 40}), {s.replicated({40, 3}), s.replicated({40, 33})}}};
}

namespace ops {

void register_matmul(Registry& registry) {
  registry.add<Matmul>();
  registry.add<Linear>();
  registry.add<Addmm>();
  registry.add<MatmulBatchedWeights>();
}

}  // namespace ops
}  // namespace ttnn
