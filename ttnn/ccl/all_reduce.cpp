#include "ttnn/ccl/all_reduce.h"

#include <algorithm>

#include "ttnn/ccl/collective.h"
#include "ttnn/ccl/strict_topology.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {
namespace {

constexpr std::string_view reduce_names[] = {"Sum", "Mean", "Max", "Min", "Std", "Var", "Prod"};

void expect_reducible(std::string_view op, const Tensor& input, ReduceType math_op) {
  expect_everywhere(op, input);
  expect_as<ErrorKind::not_implemented>(
      math_op <= ReduceType::Min, op, ": math_op=", name(math_op),
      " is not implemented. Use Sum, Mean, Max or Min, or all_gather and reduce the result.");
  expect(math_op != ReduceType::Mean || is_floating(input.dtype()), op,
         ": math_op=Mean takes floating dtypes, input_tensor is ", input,
         ". Typecast it first, or divide the sum.");
}

// What the terms of a sum along another axis are after this op: terms still, where it is linear.
LabelPtr without_terms(const LabelPtr& label, ReduceType op) {
  if (is_linear(op) || !label->has(Placement::partial)) return label;
  const LabelPtr* const one[] = {&label};
  return combine(one, [](std::span<const Placement> p) {
    return p[0].kind == Placement::partial ? Placement{Placement::local} : p[0];
  });
}

int64_t volume_from(const Shape& shape, int dim) {
  int64_t volume = 1;
  for (int d = dim; d < shape.rank(); ++d) volume *= shape[d];
  return volume;
}

std::vector<int> members(const Groups& groups, int device) {
  std::vector<int> devices;
  for (int i = 0; i < groups.size(); ++i) devices.push_back(groups.member(device, i));
  return devices;
}

template <class T>
T joined(ReduceType op, T total, T x) {
  if (op == ReduceType::Max) return x > total || x != x ? x : total;
  if (op == ReduceType::Min) return x < total || x != x ? x : total;
  return total + x;
}

template <class T, class Read>
void combine_as(const Combination& plan, Task task, Read read) {
  std::vector<T> out(static_cast<size_t>(task.out().volume()));
  for (size_t k = 0; k < plan.devices.size(); ++k) {
    const std::vector<T> x = read(plan.devices[k]);
    for (size_t i = 0; i < out.size(); ++i) {
      const auto o = static_cast<int64_t>(i) / plan.run, j = static_cast<int64_t>(i) % plan.run;
      const T term = x[static_cast<size_t>(plan.offset + o * plan.stride + j)];
      out[i] = k == 0 ? term : joined(plan.op, out[i], term);
    }
  }
  if (plan.op == ReduceType::Mean)
    for (T& value : out) value /= static_cast<T>(plan.devices.size());
  task.write(std::span<const T>(out));
}

}  // namespace

bool adds_up_terms(const Tensor& input, ReduceType op, std::optional<int64_t> cluster_axis) {
  if (op != ReduceType::Sum || cluster_axis) return is_linear(op);
  const Label& label = *input.label();
  const MeshShape& grid = label.distribution();
  for (int axis = 0; axis < grid.dims(); ++axis)
    if (grid[axis] > 1 && label.placements()[static_cast<size_t>(axis)] == Placement{})
      return false;
  return true;
}

std::string_view name(ReduceType op) { return reduce_names[static_cast<size_t>(op)]; }

std::optional<ReduceType> FieldType<ReduceType>::read(const Value& v) {
  const auto* given = v.as<std::string>();
  const auto* found = given ? std::ranges::find(reduce_names, *given) : std::end(reduce_names);
  if (found == std::end(reduce_names)) return {};
  return static_cast<ReduceType>(found - reduce_names);
}
Value FieldType<ReduceType>::write(ReduceType op) { return {std::string(ttnn::name(op))}; }

void combine_elements(const Combination& plan, const Tensor& input, Task task) {
  if (is_floating(task.launch.operand(input).spec.dtype))
    combine_as<float>(plan, task, [&](int device) { return task.floats(input, device); });
  else
    combine_as<int64_t>(plan, task, [&](int device) { return task.integers(input, device); });
}

TensorSpec AllReduce::infer(const CallOptions&) const {
  const Groups groups = groups_of(name, input, cluster_axis);
  expect_reducible(name, input, math_op);
  if (math_op == ReduceType::Sum) expect_labelled_as_different(name, groups, input);
  return input.spec();
}

LabelPtr AllReduce::label(std::span<const LabelPtr* const> inputs) const {
  const Groups groups = groups_of(name, input, cluster_axis);
  return without_terms(with_axis(*inputs[0], groups.axis(), Placement{}), math_op);
}

TopologyPtr AllReduce::topology(std::span<const TopologyPtr* const> inputs) const {
  const Groups groups = groups_of(name, input, cluster_axis);
  return with_placement(*inputs[0], input.label()->mesh(), groups.axis(), PlacementReplicate{});
}

const Spread* AllReduce::spread(const MeshDevice&) const {
  return spread_of_results(groups_of(name, input, cluster_axis), input, MadeOf::members);
}

Combination AllReduce::combination(int device) const {
  const int64_t volume = input.volume();
  return {members(groups_of(name, input, cluster_axis), device), math_op, 0, volume, volume};
}

std::vector<AllReduce> AllReduce::samples(Sampler& s) {
  using enum ReduceType;
  return {
      {s({7}), Sum, {}},
      {s({1, 1, 32, 64}), Sum, {}},
      {s({2, 3, 40}), Max, {}},
      {s({5, 568}), Sum, 0},
      {s({5, 568}), Sum, 1},
      {s({33, 1}), Min, -1},
      {s({2, 2, 17}), Mean, 1},
      {s({2, 2, 17}), Mean, {}},
      {s({1, 1, 1, 1, 2, 1, 3, 4}), Sum, {}},
      {s({8, 0}), Sum, {}},
  };
}

TensorSpec ReduceScatter::infer(const CallOptions&) const {
  const Groups groups = groups_of(name, input, cluster_axis);
  expect_reducible(name, input, math_op);
  if (math_op == ReduceType::Sum) expect_labelled_as_different(name, groups, input);
  TensorSpec spec = input.spec();
  const int at = normalized_dim(name, dim, spec.shape.rank());
  expect_divisible(name, input, at, groups);
  spec.shape.at(at) /= groups.size();
  return spec;
}

LabelPtr ReduceScatter::label(std::span<const LabelPtr* const> inputs) const {
  const Groups groups = groups_of(name, input, cluster_axis);
  const int at = normalized_dim(name, dim, input.shape().rank());
  return without_terms(with_axis(*inputs[0], groups.axis(), {Placement::shard, at}), math_op);
}

TopologyPtr ReduceScatter::topology(std::span<const TopologyPtr* const> inputs) const {
  const Groups groups = groups_of(name, input, cluster_axis);
  const int at = normalized_dim(name, dim, input.shape().rank());
  return with_placement(*inputs[0], input.label()->mesh(), groups.axis(), PlacementShard{at});
}

const Spread* ReduceScatter::spread(const MeshDevice&) const {
  return spread_of_results(groups_of(name, input, cluster_axis), input, MadeOf::members_and_place);
}

Combination ReduceScatter::combination(int device) const {
  const Groups groups = groups_of(name, input, cluster_axis);
  const Shape& in = input.shape();
  const int at = normalized_dim(name, dim, in.rank());
  const int64_t stride = volume_from(in, at), run = stride / groups.size();
  return {members(groups, device), math_op, groups.index(device) * run, stride, run};
}

// Sizes that divide by the group's, on any mesh.
std::vector<ReduceScatter> ReduceScatter::samples(Sampler& s) {
  using enum ReduceType;
  const int all = s.mesh()->num_devices(), rows = s.mesh()->shape()[0],
            columns = s.mesh()->shape()[1];
  return {
      {s({3 * all}), 0, Sum, {}},         {s({1, 1, 32, 32 * all}), 3, Sum, {}},
      {s({2, all, 40}), 1, Max, {}},      {s({5, 71 * rows}), -1, Sum, 0},
      {s({5, 71 * columns}), -1, Sum, 1}, {s({3 * columns, 33}), 0, Min, -1},
      {s({2, 2 * all, 17}), 1, Mean, {}}, {s({all, 0}), 0, Sum, {}},
  };
}

namespace ccl {

void register_all_reduce(Registry& registry) {
  registry.add<AllReduce>();
  registry.add<ReduceScatter>();
}

}  // namespace ccl
}  // namespace ttnn
