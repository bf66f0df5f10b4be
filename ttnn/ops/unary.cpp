#include "ttnn/ops/unary.h"

#include <array>
#include <cctype>
#include <cmath>
#include <map>

#include "ttnn/ops/math.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {
namespace {

// The table's expressions, compiled once more in plain loops: the meaning of the op, against which
// the vector loops are tested.
template <class T>
using Loop = void (*)(T* x, int64_t n, const double* parameters);

namespace reference {
using namespace ttnn::math;

#define TTNN_UNARY(name, domain, samples, doc, parameters, ...)                       \
  struct name##_row {                                                                 \
    template <class T>                                                                \
    static T of([[maybe_unused]] T x, [[maybe_unused]] T p0, [[maybe_unused]] T p1) { \
      return __VA_ARGS__;                                                             \
    }                                                                                 \
  };
#include "ttnn/ops/unary_table.h"

template <class Row, class T>
void loop(T* x, int64_t n, const double* given) {
  for (int64_t i = 0; i < n; ++i)
    x[i] = Row::of(x[i], parameter<T>(given[0]), parameter<T>(given[1]));
}
}  // namespace reference

template <class T, Domain excluded>
constexpr std::array<Loop<T>, size_t(Unary::count)> loops() {
  std::array<Loop<T>, size_t(Unary::count)> all{};
#define TTNN_UNARY(name, domain, ...)       \
  if constexpr (Domain::domain != excluded) \
    all[size_t(Unary::name)] = reference::loop<reference::name##_row, T>;
#include "ttnn/ops/unary_table.h"
  return all;
}
constexpr auto float_loops = loops<float, Domain::integers>();
constexpr auto integer_loops = loops<int64_t, Domain::floats>();

// Arguments that choose among rows: which formula gelu has, where round rounds.
FieldInfo variant_field() {
  FieldInfo field;
  field.name = "variant";
  field.type = "ttnn.GeluVariant";
  field.doc = "Accurate: by erf; Tanh: by the tanh formula; FastLut: here as exact as Accurate";
  field.fallback = "ttnn.GeluVariant.Accurate";
  field.keyword = true;
  field.set = [](void* args, const Value& value) {
    const std::string* name = value.as<std::string>();
    if (!name || (*name != "Accurate" && *name != "Tanh" && *name != "FastLut")) return false;
    static_cast<UnaryElementwise*>(args)->step.op =
        *name == "Tanh" ? Unary::gelu_tanh : Unary::gelu;
    return true;
  };
  field.get = [](const void* args) {
    const Unary op = static_cast<const UnaryElementwise*>(args)->step.op;
    return Value{std::string(op == Unary::gelu_tanh ? "Tanh" : "Accurate")};
  };
  return field;
}

FieldInfo decimals_field() {
  FieldInfo field;
  field.name = "decimals";
  field.type = "int";
  field.doc = "digits kept after the point; negative: zeros before it";
  field.fallback = "0";
  field.keyword = true;
  field.set = [](void* args, const Value& value) {
    const auto decimals = FieldType<int64_t>::read(value);
    if (!decimals) return false;
    UnaryStep& step = static_cast<UnaryElementwise*>(args)->step;
    step.op = *decimals == 0  ? Unary::round
              : *decimals > 0 ? Unary::round_decimals
                              : Unary::round_tens;
    step.parameters[0] = std::pow(10.0, std::abs(*decimals));
    return true;
  };
  field.get = [](const void* args) {
    const UnaryStep& step = static_cast<const UnaryElementwise*>(args)->step;
    if (step.op == Unary::round) return Value{int64_t{0}};
    const auto digits = static_cast<int64_t>(std::lround(std::log10(step.parameters[0])));
    return Value{step.op == Unary::round_decimals ? digits : -digits};
  };
  return field;
}

// Rows that only such an argument or an activation reaches.
bool is_hidden(Unary op) {
  return op == Unary::gelu_tanh || op == Unary::round_decimals || op == Unary::round_tens;
}

OpInfo describe_row(Unary op) {
  const FamilyRow& r = row(op);
  const UnaryElementwise prototype{{}, step(op)};
  std::vector<FieldInfo> fields{describe(std::get<0>(UnaryElementwise::fields), prototype)};
  for (int i = 0; i < r.parameter_count; ++i) {
    FieldInfo field;
    field.name = r.parameters[i].name;
    field.type = "float";
    field.doc = "a number";
    field.required = r.parameters[i].required;
    if (!field.required) field.fallback = text(r.parameters[i].value);
    field.set = [i, optional = !field.required](void* args, const Value& value) {
      if (optional && value.is_none()) return true;  // clamp(x, None, 6)
      auto number = FieldType<double>::read(value);
      if (number) static_cast<UnaryElementwise*>(args)->step.parameters[i] = *number;
      return number.has_value();
    };
    field.get = [i](const void* args) {
      return Value{static_cast<const UnaryElementwise*>(args)->step.parameters[i]};
    };
    fields.push_back(std::move(field));
  }
  if (op == Unary::gelu) fields.push_back(variant_field());
  if (op == Unary::round) fields.push_back(decimals_field());
  return detail::erase(r.name, r.doc, std::move(fields), prototype);
}

}  // namespace

OpInfo& op_info(Unary op) {
  static auto& all = *new std::vector<OpInfo>([] {
    std::vector<OpInfo> infos;
    for (int i = 0; i < int(Unary::count); ++i) infos.push_back(describe_row(Unary(i)));
    return infos;
  }());
  return all[size_t(op)];
}

namespace {

// The table's name of what a user wrote: members of UnaryOpType are in capitals, and a few are
// called otherwise.
std::string row_name(const std::string& given) {
  static const std::map<std::string, std::string> others = {
      {"recip", "reciprocal"},       {"power", "pow"},
      {"power_iterative", "pow"},    {"logical_not_unary", "logical_not"},
      {"abs_int32", "abs"},          {"clamp_tss", "clamp"},
      {"relu_6", "relu6"},           {"swish", "silu"},
      {"logsigmoid", "log_sigmoid"}, {"gelu_approx", "gelu_tanh"},
  };
  std::string lower;
  for (char c : given) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  auto other = others.find(lower);
  return other == others.end() ? lower : other->second;
}

}  // namespace

UnaryStep unary_step(const NamedCall& call, std::string_view op) {
  const std::string name = row_name(call.name);
  for (int i = 0; i < int(Unary::count); ++i) {
    if (name != row(Unary(i)).name) continue;
    UnaryStep found = step(Unary(i));
    const FamilyRow& r = row(found.op);
    expect(static_cast<int>(call.parameters.size()) <= r.parameter_count, op, ": ", call.name,
           " takes ", r.parameter_count, " numbers, but ", call.parameters.size(), " were given.");
    for (size_t p = 0; p < call.parameters.size(); ++p) found.parameters[p] = call.parameters[p];
    return found;
  }
  std::string names;
  for (const FamilyRow& r : rows::unary) names += (names.empty() ? "" : ", ") + std::string(r.name);
  fail(op, ": Unknown unary op: ", call.name, ". Known are ", names, ".");
}

NamedCall named_call(const UnaryStep& step) {
  const FamilyRow& r = row(step.op);
  return {r.name, std::vector<double>(step.parameters, step.parameters + r.parameter_count)};
}

void run_step(const UnaryStep& step, std::span<float> x) {
  const auto loop = float_loops[size_t(step.op)];
  expect(loop != nullptr, row(step.op).name,
         ": is defined on integers only and cannot be fused into a float op.");
  loop(x.data(), static_cast<int64_t>(x.size()), step.parameters);
}

void run_steps(std::span<const UnaryStep> steps, std::span<float> x) {
  for (const UnaryStep& step : steps) run_step(step, x);
}

bool UnaryElementwise::computes_integers() const {
  return !is_floating(input.dtype()) && row(step.op).domain != Domain::floats;
}

TensorSpec UnaryElementwise::infer(const CallOptions&) const {
  const FamilyRow& r = row(step.op);
  expect(r.domain != Domain::integers || !is_floating(input.dtype()), r.name, ": input_tensor ",
         input, " is of a floating dtype, but ", r.name,
         " is defined on integers. Convert it: ttnn.typecast(x, ttnn.int32).");
  return input.spec();
}

// What is linear keeps the terms of a sum; one number everywhere is the same on all devices, but
// slices of the tensor stay slices of the whole.
LabelPtr UnaryElementwise::label(std::span<const LabelPtr* const> inputs) const {
  const LabelPtr& in = *inputs[0];
  const bool is_linear = step.op == Unary::identity || step.op == Unary::neg ||
                         step.op == Unary::deg2rad || step.op == Unary::rad2deg;
  const bool fills = step.op == Unary::fill;
  if (is_linear || (!in->has(Placement::partial) && !(fills && in->has(Placement::local))))
    return in;
  return combine(inputs, [fills](std::span<const Placement> p) {
    if (p[0].kind == Placement::replicate || p[0].kind == Placement::shard) return p[0];
    return fills ? Placement{} : Placement{Placement::local};
  });
}

void UnaryElementwise::reference(Task task) const {
  if (computes_integers()) {
    std::vector<int64_t> x = task.integers(input);
    integer_loops[size_t(step.op)](x.data(), static_cast<int64_t>(x.size()), step.parameters);
    task.write(x);
  } else {
    std::vector<float> x = task.floats(input);
    run_step(step, x);
    task.write(x);
  }
}

std::vector<UnaryElementwise> UnaryElementwise::samples(Sampler& s) const {
  const FamilyRow& r = row(step.op);
  std::vector<UnaryElementwise> all;
  for (const Shape& shape :
       {Shape{3, 5}, Shape{1}, Shape{2, 1, 33, 70}, Shape{0, 4}, Shape{32, 32}})
    all.push_back({s.between(shape, r.samples.low, r.samples.high), step});
  if (const int64_t n = s.special_count()) all.push_back({s.special({n}), step});
  for (UnaryElementwise& call : all)
    for (int p = 0; p < r.parameter_count; ++p)
      if (r.parameters[p].required) call.step.parameters[p] = 0.5;
  return all;
}

namespace ops {

void register_unary(Registry& registry) {
  for (int i = 0; i < int(Unary::count); ++i)
    if (!is_hidden(Unary(i))) registry.add(op_info(Unary(i)));
  registry.alias("clip", "clamp");
  registry.alias("swish", "silu");
}

}  // namespace ops
}  // namespace ttnn
