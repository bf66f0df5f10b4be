#include "ttnn/ops/create.h"

#include "ttnn/ops/unary.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {
namespace {

struct CreateRow {
  const char *name, *what;
  std::optional<Scalar> number;
  bool is_given = false;
};

CreateRow number(double value) { return {nullptr, nullptr, Scalar{value, true}}; }
const CreateRow given{nullptr, nullptr, {}, true}, undefined{};

const CreateRow& row(Create op) {
  static const auto& all = *new std::vector<CreateRow>([] {
    std::vector<CreateRow> rows;
    const auto add = [&](const char* name, const char* what, CreateRow contents) {
      contents.name = name;
      contents.what = what;
      rows.push_back(std::move(contents));
    };
#define TTNN_CREATE(name, what, contents) add(#name, what, contents);
#include "ttnn/ops/create_table.h"
    return rows;
  }());
  return all[size_t(op)];
}

bool has_contents(Create op) { return row(op).is_given || row(op).number; }
bool takes_tensor_to_fill(Create op, bool like) {
  return row(op).is_given || (like && has_contents(op));
}

std::string name_of(Create op, bool like) {
  return std::string(row(op).name) + (like ? "_like" : "");
}

// Undefined contents have a place on a device.
void need_device(FieldInfo& field) {
  field.required = true;
  field.type = "ttnn.MeshDevice";
  field.set = [set = std::move(field.set)](void* op, const Value& value) {
    return !value.is_none() && set(op, value);
  };
}

template <class Op>
OpInfo describe_row(Create op) {
  constexpr bool like = std::is_same_v<Op, FilledLike>;
  Op prototype;
  prototype.op = op;
  if (row(op).number) prototype.fill_value = *row(op).number;
  std::vector<FieldInfo> fields;
  for (FieldInfo& field : detail::describe_fields<Op>()) {
    if (field.name == "fill_value" && !row(op).is_given) continue;
    if (field.name == "optional_tensor" && !takes_tensor_to_fill(op, like)) continue;
    if (like && !has_contents(op)) field.keyword = field.name != "tensor";
    if (!like && !has_contents(op) && field.name == "device") need_device(field);
    fields.push_back(std::move(field));
  }
  const std::string doc =
      like ? text("A tensor like `tensor` whose elements are ", row(op).what, ".")
           : text("A tensor whose elements are ", row(op).what, ".");
  OpInfo info = detail::erase(name_of(op, like), doc, std::move(fields), std::move(prototype));
  info.from_host = !like && has_contents(op);
  return info;
}

template <class Op>
OpInfo& info_of(Create op) {
  static auto& all = *new std::vector<OpInfo>([] {
    std::vector<OpInfo> infos;
    for (int i = 0; i < int(Create::count); ++i) infos.push_back(describe_row<Op>(Create(i)));
    return infos;
  }());
  return all[size_t(op)];
}

template <class Op>
Tensor made(Op call) {
  const OpInfo& info = info_of<Op>(call.op);
  return dispatch(info, std::make_shared<Op>(std::move(call)), {}).at(0);
}

Tensor filled(const Tensor& tensor, const Shape& shape, Scalar value, const std::string& op) {
  expect(tensor.shape() == shape, op, ": optional_tensor ", tensor,
         " is to be filled, but the shape asked for is ", shape, ". Give a tensor of that shape.");
  UnaryElementwise fill{tensor, step(Unary::fill)};
  fill.step.parameters[0] = value.value;
  CallOptions options;
  options.outputs = {tensor};
  return dispatch(op_info(Unary::fill), std::make_shared<UnaryElementwise>(std::move(fill)),
                  std::move(options))
      .at(0);
}

void write_number(const Task& task, Scalar value) {
  const auto n = static_cast<size_t>(task.out().volume());
  if (is_floating(task.out().dtype) || !value.is_integer)
    task.write(std::vector<float>(n, static_cast<float>(value.value)));
  else
    task.write(std::vector<int64_t>(n, static_cast<int64_t>(value.value)));
}

Layout layout_of(DataType dtype, const std::optional<Layout>& given) {
  return given ? *given : is_block_float(dtype) ? Layout::TILE : Layout::ROW_MAJOR;
}

}  // namespace

OpInfo& op_info(Create op) { return info_of<Filled>(op); }
OpInfo& op_info_like(Create op) { return info_of<FilledLike>(op); }

// ---- zeros, ones, full, empty.

TensorSpec Filled::infer(const CallOptions&) const {
  TensorSpec spec;
  spec.shape = shape;
  spec.dtype = dtype.value_or(DataType::BFLOAT16);
  spec.layout = layout_of(spec.dtype, layout);
  if (memory_config) spec.memory_config = *memory_config;
  spec.check(name_of(op, false));
  return spec;
}

std::optional<Tensor> Filled::shortcut(const CallOptions&) const {
  if (!optional_tensor) return {};
  return filled(*optional_tensor, shape, fill_value, name_of(op, false));
}

void Filled::reference(Task task) const {
  if (has_contents(op)) write_number(task, fill_value);
}

std::vector<Filled> Filled::samples(Sampler& s) const {
  std::vector<Filled> all;
  for (const Shape& given : {Shape{3, 5}, Shape{1}, Shape{2, 1, 33, 70}, Shape{0, 4}, Shape{}}) {
    Filled call = *this;
    call.shape = given;
    if (row(op).is_given) call.fill_value = {-3, true};
    call.dtype = s.dtype();
    call.device = s.mesh();
    all.push_back(call);
  }
  all.front().layout = Layout::TILE;
  return all;
}

// ---- Their _like forms.

TensorSpec FilledLike::infer(const CallOptions&) const {
  TensorSpec spec = tensor.spec();
  if (dtype) spec.dtype = *dtype;
  spec.layout = is_block_float(spec.dtype) && !layout ? Layout::TILE : layout.value_or(spec.layout);
  if (memory_config) spec.memory_config = *memory_config;
  spec.pad_value = 0;
  spec.check(name_of(op, true));
  return spec;
}

// One number everywhere: slices of the tensor stay slices of the whole.
Placement FilledLike::place(std::span<const Placement> inputs) const {
  return inputs[0].kind == Placement::shard ? inputs[0] : Placement{};
}

std::optional<Tensor> FilledLike::shortcut(const CallOptions& options) const {
  if (optional_tensor)
    return filled(*optional_tensor, tensor.shape(), fill_value, name_of(op, true));
  if (!device || device == tensor.mesh()) return {};
  const TensorSpec spec = infer(options);
  return made(
      Filled{spec.shape, fill_value, spec.dtype, spec.layout, device, spec.memory_config, {}, op});
}

void FilledLike::reference(Task task) const {
  if (has_contents(op)) write_number(task, fill_value);
}

std::vector<FilledLike> FilledLike::samples(Sampler& s) const {
  std::vector<FilledLike> all;
  for (const Shape& given : {Shape{3, 5}, Shape{1}, Shape{2, 1, 33, 70}, Shape{0, 4}}) {
    FilledLike call = *this;
    call.tensor = s(given);
    if (row(op).is_given) call.fill_value = {-3, true};
    all.push_back(call);
  }
  all.back().dtype = DataType::FLOAT32;
  return all;
}

// ---- arange.

TensorSpec Arange::infer(const CallOptions&) const {
  expect(step != 0, name, ": Step must be nonzero: start=", start, ", end=", end,
         ", step=0. Give step=1 to count up by one.");
  expect(step > 0 ? start <= end : start >= end, name,
         ": Invalid range: Step direction does not match the range bounds: start=", start,
         ", end=", end, ", step=", step, ". Change the sign of step, or the bounds.");
  TensorSpec spec;
  const int64_t distance = end - start, size = std::abs(step);
  spec.shape = {(std::abs(distance) + size - 1) / size};
  spec.dtype = dtype;
  spec.layout = is_block_float(dtype) ? Layout::TILE : layout;
  spec.memory_config = memory_config;
  spec.check(name);
  return spec;
}

void Arange::reference(Task task) const {
  std::vector<int64_t> x(static_cast<size_t>(task.out().volume()));
  for (size_t i = 0; i < x.size(); ++i) x[i] = start + static_cast<int64_t>(i) * step;
  if (!is_floating(task.out().dtype)) return task.write(x);
  task.write(std::vector<float>(x.begin(), x.end()));
}

std::vector<Arange> Arange::samples(Sampler& s) {
  std::vector<Arange> all;
  for (const auto& [from, to, by] :
       {std::array<int64_t, 3>{0, 5, 1}, {3, 100, 7}, {0, 0, 1}, {10, 0, -3}, {0, 70, 1}})
    all.push_back({from, to, by, s.dtype(), s.mesh(), {}, Layout::ROW_MAJOR});
  return all;
}

Outputs ArangeTo::compose(const CallOptions& options) const {
  return {run(Arange{0, end, 1, dtype, device, memory_config, layout}, options)};
}

std::vector<ArangeTo> ArangeTo::samples(Sampler& s) {
  return {{33, s.dtype(), s.mesh(), {}, Layout::ROW_MAJOR},
          {1, s.dtype(), s.mesh(), {}, Layout::TILE}};
}

namespace ops {

void register_create(Registry& registry) {
  for (int i = 0; i < int(Create::count); ++i) {
    registry.add(op_info(Create(i)));
    registry.add(op_info_like(Create(i)));
  }
  registry.add<ArangeTo>();
  registry.add<Arange>();
}

}  // namespace ops
}  // namespace ttnn
