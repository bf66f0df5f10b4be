#include "ttnn/ops/binary.h"

#include <array>
#include <cmath>

#include "ttnn/ops/math.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {
namespace {

// The table's expressions, compiled once more in plain loops: the meaning of the op, against which
// the vector loops are tested.
template <class T>
using Loop = void (*)(const T* a, const T* b, T* out, int64_t n, const double* parameters);

namespace reference {
using namespace ttnn::math;

#define TTNN_BINARY(name, domain, samples, doc, parameters, ...)                                 \
  struct name##_row {                                                                            \
    template <class T>                                                                           \
    static T of(T a, T b, [[maybe_unused]] T p0, [[maybe_unused]] T p1, [[maybe_unused]] T p2) { \
      return __VA_ARGS__;                                                                        \
    }                                                                                            \
  };
#include "ttnn/ops/binary_table.h"

template <class Row, class T>
void loop(const T* a, const T* b, T* out, int64_t n, const double* p) {
  for (int64_t i = 0; i < n; ++i)
    out[i] = Row::of(a[i], b[i], parameter<T>(p[0]), parameter<T>(p[1]), parameter<T>(p[2]));
}
}  // namespace reference

template <class T, Domain excluded>
constexpr std::array<Loop<T>, size_t(Binary::count)> loops() {
  std::array<Loop<T>, size_t(Binary::count)> all{};
#define TTNN_BINARY(name, domain, ...)      \
  if constexpr (Domain::domain != excluded) \
    all[size_t(Binary::name)] = reference::loop<reference::name##_row, T>;
#include "ttnn/ops/binary_table.h"
  return all;
}
constexpr auto float_loops = loops<float, Domain::integers>();
constexpr auto integer_loops = loops<int64_t, Domain::floats>();

bool is_whole(double x) { return std::floor(x) == x && std::abs(x) < 9e18; }

bool is_comparison(Binary op) {
  return (op >= Binary::eq && op <= Binary::le) ||
         (op >= Binary::logical_and && op <= Binary::logical_xor);
}
bool is_division(Binary op) { return op == Binary::divide || op == Binary::rdiv; }
bool is_product_or_quotient(Binary op) {
  return op == Binary::multiply || (op >= Binary::divide && op <= Binary::rdiv_trunc);
}

// ---- Rules of dtypes (TT-NN's): floats mix and take the first one's dtype, all others have to
// agree.

DataType joined_dtype(const BinaryElementwise& op, const Tensor& a, const Tensor& b) {
  const bool a_floats = is_floating(a.dtype()), b_floats = is_floating(b.dtype());
  if ((a_floats && b_floats) || a.dtype() == b.dtype()) return a.dtype();
  const DataType whole = a_floats ? b.dtype() : a.dtype();
  const bool is_word = whole == DataType::INT32 || whole == DataType::UINT32;
  if (a_floats != b_floats && is_word && is_product_or_quotient(op.op) && !op.writes_a)
    return a_floats ? a.dtype() : b.dtype();
  fail(op.called(), ": input_tensor_a ", a, " and input_tensor_b ", b,
       " have dtypes that do not mix: floating dtypes mix with each other, others must be the "
       "same. Convert one: "
       "ttnn.typecast(b, a.dtype).");
}

DataType scaled_dtype(const BinaryElementwise& op, const Tensor& a, const Scalar& b) {
  const bool becomes_float =
      a.dtype() == DataType::INT32 && !b.is_integer && !is_comparison(op.op) && !op.writes_a;
  return becomes_float ? DataType::FLOAT32 : a.dtype();
}

DataType result_dtype(const BinaryElementwise& op, const CallOptions& options) {
  const Tensor *a = op.tensor_a(), *b = op.tensor_b();
  DataType dtype = a && b ? joined_dtype(op, *a, *b)
                   : a    ? scaled_dtype(op, *a, std::get<Scalar>(op.b))
                          : scaled_dtype(op, *b, std::get<Scalar>(op.a));
  if (op.writes_a) return dtype;
  if (is_comparison(op.op) && dtype == DataType::UINT8) return DataType::UINT16;
  if (!is_division(op.op) || is_floating(dtype)) return dtype;
  if (options.dtype && *options.dtype != DataType::FLOAT32)
    fail(op.called(), ": For integer division, supported output dtype is FLOAT32, but dtype is ",
         *options.dtype, ". Give rounding_mode=\"floor\" or \"trunc\" for whole quotients.");
  return DataType::FLOAT32;
}

bool are_integer_steps(const std::vector<UnaryStep>& steps) {
  for (const UnaryStep& step : steps)
    if (row(step.op).domain == Domain::floats) return false;
  return true;
}

std::string op_name(Binary op, bool in_place) {
  if (op == Binary::divide_floor) return "floor_div";
  return std::string(row(op).name) + (in_place ? "_" : "");
}

}  // namespace

// ---- Shapes.

Shape broadcast_shape(const Shape& a, const Shape& b, std::string_view op) {
  const int rank = std::max(a.rank(), b.rank());
  Shape out = Shape::filled(rank, 1);
  for (int i = -1; i >= -rank; --i) {
    const int64_t x = -i <= a.rank() ? a[i] : 1, y = -i <= b.rank() ? b[i] : 1;
    if (x != y && i <= -7)
      fail(op, ": Broadcasting rule violation for rank >= 7 : dim ", i,
           ", Broadcast is supported up to rank 6, dim a: ", x, ", dim b: ", y, " (input_tensor_a ",
           a, ", input_tensor_b ", b, "). Make them equal with ttnn.repeat.");
    if (x != y && x != 1 && y != 1)
      fail(
          op, ": Broadcasting rule violation at dimension index ", i, " (output rank ", rank,
          "), dim a: ", x, ", dim b: ", y, " (input_tensor_a ", a, ", input_tensor_b ", b,
          "). Sizes must be equal or 1, counted from the last dim; reshape or repeat one of them.");
    out.at(i) = x == 1 ? y : x;
  }
  return out;
}

Shape broadcast_strides(const Shape& shape, const Shape& out) {
  Shape strides = Shape::filled(out.rank(), 0);
  int64_t step = 1;
  for (int i = -1; i >= -shape.rank(); --i) {
    strides.at(i) = shape[i] == 1 ? 0 : step;
    step *= shape[i];
  }
  return strides;
}

// ---- The op.

std::string BinaryElementwise::called() const { return op_name(op, writes_a); }

Shape BinaryElementwise::result_shape() const {
  const Tensor *x = tensor_a(), *y = tensor_b();
  return x && y ? broadcast_shape(x->shape(), y->shape(), row(op).name) : (x ? x : y)->shape();
}

bool BinaryElementwise::computes_integers() const {
  if (row(op).domain == Domain::floats) return false;
  for (const TensorOrScalar* operand : {&a, &b})
    if (const Tensor* tensor = std::get_if<Tensor>(operand); tensor && is_floating(tensor->dtype()))
      return false;
  const DataType dtype = (tensor_a() ? tensor_a() : tensor_b())->dtype();
  for (const TensorOrScalar* operand : {&a, &b})
    if (const Scalar* scalar = std::get_if<Scalar>(operand);
        scalar &&
        !(is_whole(scalar->value) && (scalar->is_integer || dtype != DataType::INT32 || writes_a)))
      return false;
  for (int i = 0; i < row(op).parameter_count; ++i)
    if (!is_whole(parameters[i])) return false;
  return are_integer_steps(activations) && are_integer_steps(a_activations) &&
         are_integer_steps(b_activations);
}

TensorSpec BinaryElementwise::infer(const CallOptions& options) const {
  const Tensor *x = tensor_a(), *y = tensor_b();
  if (!x && !y)
    fail_as<ErrorKind::type>(
        called(), ": both inputs are numbers; one of them must be a tensor. Use Python's own ",
        "arithmetic for numbers.");
  const Tensor& first = x ? *x : *y;
  TensorSpec spec = first.spec();
  spec.dtype = result_dtype(*this, options);
  for (const Tensor* t : {x, y})
    if (t && row(op).domain == Domain::integers && is_floating(t->dtype()))
      fail(called(), ": ", *t, " is of a floating dtype, but ", called(),
           " is defined on integers. Convert it: ttnn.typecast(x, ttnn.int32).");
  if (!x || !y) return spec;
  if (!(x->shape() == y->shape())) spec.shape = broadcast_shape(x->shape(), y->shape(), called());
  if (y->layout() == Layout::TILE) spec.layout = Layout::TILE;
  if (spec.memory_config.is_sharded() && !(spec.shape == x->shape()))
    spec.memory_config = y->memory_config();
  if (writes_a && !(spec.shape == x->shape()))
    fail(called(), ": the result ", spec.shape, " does not fit input_a ", *x,
         ", which it would overwrite. Use ", row(op).name, ", or make input_a that shape first.");
  return writes_a ? x->spec() : spec;
}

// Sums over devices: what is linear in an operand keeps a pending sum pending; anything else would
// have to see the sum.
Placement BinaryElementwise::placed(std::span<const Placement> inputs) const {
  const auto is_partial = [](Placement p) { return p.kind == Placement::partial; };
  const Placement first = inputs.front(), last = inputs.back();
  if (!is_partial(first) && !is_partial(last)) return elementwise_placement(inputs);
  constexpr Placement partial{Placement::partial, 0}, local{Placement::local, 0};
  if (!activations.empty()) return local;
  const bool two = inputs.size() == 2;
  const bool a_partial = tensor_a() && is_partial(first),
             b_partial = tensor_b() && is_partial(last);
  if ((a_partial && !a_activations.empty()) || (b_partial && !b_activations.empty())) return local;
  const bool one_and_replicated =
      !two || (is_partial(first) ? last : first).kind == Placement::replicate;
  switch (op) {
    case Binary::add:
    case Binary::subtract:
    case Binary::rsub:
    case Binary::addalpha:
    case Binary::subalpha:
      return two && a_partial && b_partial ? partial : local;
    case Binary::multiply:
      return one_and_replicated && a_partial != b_partial ? partial : local;
    case Binary::divide:
    case Binary::xlogy:
    case Binary::ldexp:
      return one_and_replicated && a_partial && !b_partial ? partial : local;
    case Binary::rdiv:
      return one_and_replicated && b_partial && !a_partial ? partial : local;
    default:
      return local;
  }
}

LabelPtr BinaryElementwise::label(std::span<const LabelPtr* const> inputs) const {
  const LabelPtr& first = *inputs.front();
  const bool same = *inputs.back() == first;
  const Tensor *x = tensor_a(), *y = tensor_b();
  const bool same_shapes = !x || !y || x->shape() == y->shape();
  if (same && (first->is_replicated() || (same_shapes && !first->has(Placement::partial))))
    return first;
  if (same_shapes)
    return elementwise_label(inputs, [this](std::span<const Placement> p) { return placed(p); });
  // Along a dim in which an input is repeated, its slices on the devices are not slices of the
  // result.
  const Shape out = result_shape();
  const Shape shapes[] = {x->shape().to_rank(out.rank()), y->shape().to_rank(out.rank())};
  return elementwise_label(inputs, [&](std::span<const Placement> p) {
    for (size_t i = 0; i < 2; ++i)
      if (p[i].kind == Placement::shard && shapes[i][p[i].dim] != out[p[i].dim])
        return Placement{Placement::local, 0};
    return placed(p);
  });
}

// Parameters are no fields of the family, and rounding_mode makes another row of one call.
bool BinaryElementwise::is_alike(const BinaryElementwise& other) const {
  return op == other.op && writes_a == other.writes_a &&
         std::equal(std::begin(parameters), std::end(parameters), other.parameters) &&
         detail::fields_are_alike<BinaryElementwise>(this, &other);
}

// ---- The meaning.

namespace {

template <class T>
std::vector<T> broadcast(const std::vector<T>& x, const Shape& shape, const Shape& out) {
  const Shape strides = broadcast_strides(shape, out);
  std::vector<T> all;
  all.reserve(static_cast<size_t>(out.volume()));
  Shape index = Shape::filled(out.rank(), 0);
  for (int64_t i = 0; i < out.volume(); ++i) {
    int64_t at = 0;
    for (int d = 0; d < out.rank(); ++d) at += index[d] * strides[d];
    all.push_back(x[static_cast<size_t>(at)]);
    for (int d = out.rank() - 1; d >= 0 && ++index.at(d) == out[d]; --d) index.at(d) = 0;
  }
  return all;
}

}  // namespace

void BinaryElementwise::reference(Task task) const {
  const Shape out = result_shape();
  const size_t volume = static_cast<size_t>(out.volume());
  const auto tensor_or = [&](const TensorOrScalar& operand, auto read, auto zero) {
    using T = decltype(zero);
    const Tensor* tensor = std::get_if<Tensor>(&operand);
    if (!tensor) return std::vector<T>(volume, static_cast<T>(std::get<Scalar>(operand).value));
    return broadcast(read(*tensor), tensor->shape(), out);
  };
  if (computes_integers() && activations.empty() && a_activations.empty() &&
      b_activations.empty()) {
    const auto read = [&](const Tensor& t) { return task.integers(t); };
    const std::vector<int64_t> x = tensor_or(a, read, int64_t{}), y = tensor_or(b, read, int64_t{});
    std::vector<int64_t> z(volume);
    integer_loops[size_t(op)](x.data(), y.data(), z.data(), static_cast<int64_t>(volume),
                              parameters);
    return task.write(z);
  }
  const auto read = [&](const Tensor& t) { return task.floats(t); };
  std::vector<float> x = tensor_or(a, read, float{}), y = tensor_or(b, read, float{}), z(volume);
  run_steps(a_activations, x);
  run_steps(b_activations, y);
  if (const auto loop = float_loops[size_t(op)]) {
    loop(x.data(), y.data(), z.data(), static_cast<int64_t>(volume), parameters);
  } else {  // whole numbers behind an activation that is defined on floats
    const std::vector<int64_t> i(x.begin(), x.end()), j(y.begin(), y.end());
    std::vector<int64_t> k(volume);
    integer_loops[size_t(op)](i.data(), j.data(), k.data(), static_cast<int64_t>(volume),
                              parameters);
    std::copy(k.begin(), k.end(), z.begin());
  }
  run_steps(activations, z);
  task.write(z);
}

std::vector<BinaryElementwise> BinaryElementwise::samples(Sampler& s) const {
  std::vector<BinaryElementwise> all;
  double parameter = 3;
  const auto add = [&](TensorOrScalar x, TensorOrScalar y) {
    BinaryElementwise call = *this;
    call.a = std::move(x);
    call.b = std::move(y);
    for (int p = 0; p < row(op).parameter_count; ++p)
      if (row(op).parameters[p].required) call.parameters[p] = parameter;
    all.push_back(std::move(call));
  };
  const SampleRanges& in = row(op).samples;
  const auto first = [&](Shape shape) { return s.between(shape, in.low, in.high); };
  const auto second = [&](Shape shape) { return s.between(shape, in.low_b, in.high_b); };
  add(first({2, 1, 33, 70}), second({2, 1, 33, 70}));
  add(first({3, 5}), Scalar{2, true});
  add(first({2, 3, 5, 40}), second({5, 1}));
  add(first({4, 3, 40}), second({1, 40}));
  add(first({1}), second({1}));
  add(first({0, 4}), second({0, 4}));
  // Not to overflow in a product that is a step on the way: kernels round once where it is added.
  if (is_floating(s.dtype())) parameter = 0.5;
  if (const int64_t n = s.special_count()) add(s.special({n, n}), s.special({n, n}, n));
  if (writes_a) return all;
  add(first({2, 1, 3, 1}), second({4, 1, 5}));
  add(first({1, 1}), second({64, 96}));
  return all;
}

// ---- Descriptions of the rows.

namespace {

// TT-NN's names of the two inputs, and the second one's where it is a number, if that differs.
struct ArgumentNames {
  const char *a = "input_tensor_a", *b = "input_tensor_b", *number = nullptr;
};

ArgumentNames argument_names(Binary op, bool in_place) {
  if (in_place && op != Binary::add && op != Binary::subtract) return {"input_a", "input_b"};
  switch (op) {
    case Binary::pow:
      return {"input_tensor", "exponent"};
    case Binary::rdiv:
      return {"input_tensor", "value"};
    case Binary::prelu:
      return {"input_tensor_a", "weight"};
    case Binary::fmod:
      return {"input_tensor_a", "input_tensor_b", "scalar"};
    case Binary::divide:
    case Binary::divide_floor:
      return {"input_tensor_a", "input_tensor_b", "value"};
    case Binary::rsub:
    case Binary::maximum:
    case Binary::minimum:
    case Binary::bitwise_and:
    case Binary::bitwise_or:
    case Binary::bitwise_xor:
    case Binary::bitwise_left_shift:
    case Binary::bitwise_right_shift:
      return {"input_tensor_a", "input_tensor_b", "input_b"};
    default:
      return {};
  }
}

bool takes_number_first(Binary op) {
  return op == Binary::add || op == Binary::subtract || op == Binary::multiply ||
         op == Binary::divide || op == Binary::pow;
}

bool is_in_place_row(Binary op) {
  switch (op) {
    case Binary::add:
    case Binary::subtract:
    case Binary::rsub:
    case Binary::multiply:
    case Binary::divide:
    case Binary::squared_difference:
    case Binary::ldexp:
    case Binary::logaddexp:
    case Binary::logaddexp2:
    case Binary::bias_gelu:
      return true;
    default:
      return is_comparison(op);
  }
}

// Rows that only `rounding_mode` reaches.
bool is_hidden(Binary op) {
  return op == Binary::divide_trunc || op == Binary::rdiv_floor || op == Binary::rdiv_trunc;
}

FieldInfo parameter_field(Binary op, int i) {
  const RowParameter& parameter = row(op).parameters[i];
  FieldInfo field;
  field.name = parameter.name;
  field.type = "float";
  field.doc = "a number";
  field.required = parameter.required;
  field.keyword = !parameter.required;
  if (!field.required) field.fallback = text(parameter.value);
  field.set = [i](void* args, const Value& value) {
    auto number = FieldType<double>::read(value);
    if (number) static_cast<BinaryElementwise*>(args)->parameters[i] = *number;
    return number.has_value();
  };
  field.get = [i](const void* args) {
    return Value{static_cast<const BinaryElementwise*>(args)->parameters[i]};
  };
  return field;
}

// None, "floor" or "trunc": which row it is.
FieldInfo rounding_field(Binary plain) {
  FieldInfo field;
  field.name = "rounding_mode";
  field.type = "str | None";
  field.doc = "\"floor\" or \"trunc\" for whole quotients";
  field.fallback = "None";
  field.keyword = true;
  const Binary floor = plain == Binary::rdiv ? Binary::rdiv_floor : Binary::divide_floor;
  const Binary trunc = plain == Binary::rdiv ? Binary::rdiv_trunc : Binary::divide_trunc;
  field.set = [=](void* args, const Value& value) {
    const std::string* mode = value.as<std::string>();
    if (!mode && !value.is_none()) return false;
    if (mode && *mode != "floor" && *mode != "trunc")
      fail(row(plain).name, ": rounding_mode is \"", *mode,
           "\"; Incorrect rounding mode (expected None, \"trunc\" or "
           "\"floor\").");
    static_cast<BinaryElementwise*>(args)->op = !mode ? plain : *mode == "floor" ? floor : trunc;
    return true;
  };
  field.get = [=](const void* args) {
    const Binary op = static_cast<const BinaryElementwise*>(args)->op;
    return op == plain ? Value{} : Value{std::string(op == floor ? "floor" : "trunc")};
  };
  return field;
}

// An input that must be a tensor: a family member that TT-NN does not have with a number on the
// left.
void accept_tensors_only(FieldInfo& field) {
  field.type = FieldType<Tensor>::name();
  field.set = [set = field.set](void* args, const Value& value) {
    return value.as<Tensor>() && set(args, value);
  };
}

OpInfo describe_row(Binary op, bool in_place, const char* second_name) {
  const FamilyRow& r = row(op);
  BinaryElementwise prototype;
  prototype.op = op;
  prototype.writes_a = in_place;
  for (int i = 0; i < r.parameter_count; ++i) prototype.parameters[i] = r.parameters[i].value;
  std::vector<FieldInfo> fields = detail::describe_fields<BinaryElementwise>();
  const ArgumentNames names = argument_names(op, in_place);
  fields[0].name = names.a;
  fields[1].name = second_name;
  if (in_place || !takes_number_first(op)) accept_tensors_only(fields[0]);
  for (int i = 0; i < r.parameter_count; ++i) {
    FieldInfo field = parameter_field(op, i);
    fields.insert(field.required ? fields.begin() + 2 + i : fields.end(), field);
  }
  if (is_division(op) && !in_place) fields.push_back(rounding_field(op));
  OpInfo info = detail::erase(op_name(op, in_place),
                              in_place ? text(r.doc, " Written to the first input.") : r.doc,
                              std::move(fields), prototype);
  if (in_place) info.in_place = 0;
  return info;
}

struct Infos {
  std::vector<OpInfo> storage;
  std::vector<OpInfo*> all;
  OpInfo* plain[size_t(Binary::count)] = {};
  OpInfo* in_place[size_t(Binary::count)] = {};

  Infos() {
    storage.reserve(3 * size_t(Binary::count));
    for (int i = 0; i < int(Binary::count); ++i) {
      const Binary op = Binary(i);
      const ArgumentNames names = argument_names(op, false);
      plain[i] = &storage.emplace_back(describe_row(op, false, names.b));
      if (names.number) storage.push_back(describe_row(op, false, names.number));
      if (is_in_place_row(op))
        in_place[i] = &storage.emplace_back(describe_row(op, true, argument_names(op, true).b));
    }
    for (OpInfo& info : storage) all.push_back(&info);
  }
};

Infos& infos() {
  static auto& all = *new Infos;
  return all;
}

}  // namespace

OpInfo& op_info(Binary op, bool in_place) {
  OpInfo* info = in_place ? infos().in_place[size_t(op)] : infos().plain[size_t(op)];
  expect(info != nullptr, op_name(op, in_place), ": there is no such op in place. Use ",
         row(op).name, ".");
  return *info;
}

const std::vector<OpInfo*>& all_binary_infos() { return infos().all; }

namespace ops {

void register_binary(Registry& registry) {
  for (OpInfo* info : all_binary_infos()) {
    const auto& prototype = *static_cast<const BinaryElementwise*>(info->prototype.get());
    if (!is_hidden(prototype.op)) registry.add(*info);
  }
  registry.alias("mul", "multiply");
  registry.alias("sub", "subtract");
  registry.alias("div", "divide");
  registry.alias("mul_", "multiply_");
  registry.alias("sub_", "subtract_");
  registry.alias("div_", "divide_");
}

}  // namespace ops
}  // namespace ttnn
