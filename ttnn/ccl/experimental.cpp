#include "ttnn/ccl/experimental.h"

#include <deque>

#include "ttnn/ccl/all_gather.h"
#include "ttnn/ccl/all_to_all.h"
#include "ttnn/runtime/dispatch.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {
namespace {

using Args = ExperimentalCollective;
using Rows = std::vector<Args>;

// ---- What the forms compute.

// A buffer that was given takes the result.
CallOptions into(const std::optional<Tensor>& output, CallOptions options) {
  if (output) options.outputs = {*output};
  return options;
}

// TT-NN's pair of buffers: one for what arrives, whose contents mean nothing afterwards, and the
// result's.
CallOptions into_last(const std::optional<std::vector<Tensor>>& outputs, CallOptions options) {
  if (outputs && !outputs->empty()) options.outputs = {outputs->back()};
  return options;
}

void expect_mesh(std::string_view op, const Args& a, const Tensor& input) {
  check_usable(input, op, "input_tensor");
  expect(!a.mesh_device || !input.mesh() || a.mesh_device == input.mesh(), op,
         ": mesh_device is not the mesh of input_tensor ", input,
         ". Leave it out, or give its own.");
}

Outputs gathered(const Args& a, CallOptions options, bool reversed) {
  expect_mesh(AllGather::name, a, a.input);
  return {run(AllGather{a.input, a.dim, a.cluster_axis, reversed}, into(a.output, options))};
}
Outputs gather(const Args& a, CallOptions options) { return gathered(a, options, false); }
Outputs gather_reversed(const Args& a, CallOptions options) { return gathered(a, options, true); }

Outputs gather_each(const Args& a, CallOptions options) {
  constexpr auto op = "experimental.ring_attention_all_gather_async";
  const size_t buffers = a.outputs ? a.outputs->size() : 0;
  expect(buffers == 0 || buffers == a.inputs.size(), op, ": persistent_output_buffer has ", buffers,
         " tensors for ", a.inputs.size(), " input tensors. Give one for each, or none.");
  Outputs all;
  for (size_t i = 0; i < a.inputs.size(); ++i) {
    expect_mesh(op, a, a.inputs[i]);
    if (buffers) options.outputs = {(*a.outputs)[i]};
    all.push_back(run(AllGather{a.inputs[i], a.dim, a.cluster_axis}, options));
  }
  return all;
}

Outputs scatter(const Args& a, CallOptions options) {
  expect_mesh(ReduceScatter::name, a, a.input);
  return {
      run(ReduceScatter{a.input, a.dim, a.math_op, a.cluster_axis}, into_last(a.outputs, options))};
}

Outputs reduce(const Args& a, CallOptions options) {
  expect_mesh(AllReduce::name, a, a.input);
  return {run(AllReduce{a.input, a.math_op, a.cluster_axis}, options)};
}

Outputs reduce_over(const Args& a, CallOptions options) {
  check_usable(a.input, "experimental.all_reduce_async", "input_tensor");
  const int64_t devices = a.input.mesh() ? a.input.devices() : a.num_devices;
  expect(a.num_devices == devices, "experimental.all_reduce_async: num_devices=", a.num_devices,
         ", but input_tensor ", a.input, " lies on ", devices,
         " devices. Give that number, or cluster_axis and mesh_device for groups of fewer.");
  return reduce(a, options);
}

Outputs exchange(const Args& a, CallOptions options) {
  return {run(AllToAll{a.input, a.in_dim, a.out_dim, a.cluster_axis}, into(a.output, options))};
}

// ---- Samples; those of the plain collectives have the awkward cases.

Args with(const Args& row, Sampler& s, Shape shape) {
  Args a = row;
  a.input = s(shape);
  a.mesh_device = s.mesh();
  a.num_devices = s.mesh()->num_devices();
  return a;
}

Rows gathers(const Args& row, Sampler& s) {
  Args a = with(row, s, {2, 3, 40}), b = with(row, s, {1, 1, 5, 568}), c = with(row, s, {33, 1});
  a.dim = 1;
  b.dim = -1;
  return {a, b, c};
}
Rows gathers_of_lists(const Args& row, Sampler& s) {
  Args a = with(row, s, {7});
  a.inputs = {s({2, 3, 40}), s({1, 1, 5, 568})};
  a.dim = -1;
  a.cluster_axis = 1;
  return {a};
}
Rows gathers_along_an_axis(const Args& row, Sampler& s) {
  Rows all = gathers(row, s);
  for (Args& a : all) a.cluster_axis = 1;
  return all;
}
Rows scatters(const Args& row, Sampler& s) {
  const int all = s.mesh()->num_devices();
  Args a = with(row, s, {2, all, 40}), b = with(row, s, {5, 3 * all});
  a.dim = 1;
  b.dim = -1;
  return {a, b};
}
Rows scatters_along_an_axis(const Args& row, Sampler& s) {
  Rows all = scatters(row, s);
  for (Args& a : all) a.cluster_axis = 1;
  return all;
}
Rows reductions(const Args& row, Sampler& s) {
  Args a = with(row, s, {2, 3, 40}), b = with(row, s, {5, 568});
  b.math_op = ReduceType::Max;
  return {a, b};
}
Rows sums_along_an_axis(const Args& row, Sampler& s) {
  Args a = with(row, s, {5, 568});
  a.buffer = s({5, 568});
  a.cluster_axis = 1;
  return {a};
}
Rows buffered_scatters(const Args& row, Sampler& s) {
  Rows all = scatters_along_an_axis(row, s);
  for (Args& a : all) a.buffer = s({32, 32});
  return all;
}
Rows exchanges(const Args& row, Sampler& s) {
  const int all = s.mesh()->num_devices();
  Args a = with(row, s, {2, all, 40}), b = with(row, s, {5, 3 * all});
  a.in_dim = 2;
  a.out_dim = 1;
  b.out_dim = -1;
  return {a, b};
}

// ---- The table.

template <class T>
FieldInfo at(const char* name, T Args::* member, const char* doc) {
  return describe(arg(name, member, doc), Args{});
}
template <class T>
FieldInfo must(const char* name, T Args::* member, const char* doc) {
  return describe(arg(name, member, doc).must(), Args{});
}
template <class T>
FieldInfo by_name(const char* name, T Args::* member, const char* doc) {
  return describe(kw(name, member, doc), Args{});
}
// What only hardware needs; its place counts.
FieldInfo unused(const char* name) {
  return must(name, &Args::unused, "accepted; of Tenstorrent's hardware");
}
FieldInfo unused_or_none(const char* name) {
  return at(name, &Args::unused, "accepted; of Tenstorrent's hardware");
}

struct Row {
  const char *name, *doc;
  Args::Form form;
  Args::Samples samples;
  std::vector<FieldInfo> fields;
  Returns returns = Returns::one;
};

std::vector<Row> table() {
  const FieldInfo input = at("input_tensor", &Args::input, "any rank, dtype and layout"),
                  dim = must("dim", &Args::dim, "the dim that is joined or cut; may be negative"),
                  axis = by_name("cluster_axis", &Args::cluster_axis,
                                 "the mesh axis whose lines are the groups; None: all devices"),
                  axis_here = must("cluster_axis", &Args::cluster_axis,
                                   "the mesh axis whose lines are the groups; None: all devices"),
                  mesh = must("mesh_device", &Args::mesh_device, "the mesh of the tensor"),
                  math_op = must("math_op", &Args::math_op, "Sum, Mean, Max or Min"),
                  in_dim = must("in_dim", &Args::in_dim, "the dim along which slices are joined"),
                  out_dim = must("out_dim", &Args::out_dim, "another dim, which is cut"),
                  semaphores = unused("multi_device_global_semaphore");
  constexpr auto buffer_doc = "is written and returned";
  const auto output = [&](const char* name) { return at(name, &Args::output, buffer_doc); };
  const FieldInfo outputs = at("persistent_output_buffers", &Args::outputs,
                               "a buffer on the way, and the one that is written and returned");
  const FieldInfo output_tensor = by_name("persistent_output_tensor", &Args::output, buffer_doc);
  const FieldInfo output_buffer = by_name("persistent_output_buffer", &Args::output, buffer_doc);

  std::vector<Row> rows;
  const auto add_gathers = [&](const char* name, const char* doc, Args::Form form) {
    rows.push_back({name, doc, form, gathers, {input, dim, semaphores}});
    rows.push_back({name,
                    doc,
                    form,
                    gathers_along_an_axis,
                    {input, output("persistent_output_buffer"), dim, semaphores, axis}});
    rows.push_back({name,
                    doc,
                    form,
                    gathers_along_an_axis,
                    {input, dim, axis_here, mesh, unused("topology"), semaphores, output_tensor}});
  };
  add_gathers("all_gather_async", "ttnn.all_gather with other arguments.", gather);
  add_gathers("all_gather_async_reversed",
              "ttnn.all_gather with the shards in reverse order: the last member's comes first.",
              gather_reversed);
  rows.push_back({"strided_all_gather_async",
                  "ttnn.all_gather with other arguments.",
                  gather,
                  gathers_along_an_axis,
                  {input, output("persistent_output_buffer"), dim, semaphores, axis}});
  rows.push_back({"ring_attention_all_gather_async",
                  "ttnn.all_gather of each tensor of a list.",
                  gather_each,
                  gathers_of_lists,
                  {at("input_tensor", &Args::inputs, "any ranks, dtypes and layouts"),
                   at("persistent_output_buffer", &Args::outputs,
                      "one for each, or none; are written and returned"),
                   dim, by_name("multi_device_global_semaphore", &Args::unused, "accepted"), axis,
                   by_name("mesh_device", &Args::mesh_device, "the mesh of the tensors")},
                  Returns::list});

  constexpr auto scatter_doc = "ttnn.reduce_scatter with other arguments; a sum.";
  const std::vector<FieldInfo> scatter_fields = {input, outputs, dim, semaphores, axis};
  rows.push_back({"reduce_scatter_minimal_async", scatter_doc, scatter, scatters, scatter_fields});
  rows.push_back({"strided_reduce_scatter_async", scatter_doc, scatter, scatters_along_an_axis,
                  scatter_fields});
  rows.push_back({"reduce_scatter_minimal_direct",
                  scatter_doc,
                  scatter,
                  scatters_along_an_axis,
                  {input, dim, axis,
                   by_name("persistent_buffers", &Args::outputs,
                           "a buffer on the way, and the one that is written and returned")}});
  rows.push_back(
      {"llama_reduce_scatter",
       scatter_doc,
       scatter,
       buffered_scatters,
       {input, at("intermediate_packet_buffer", &Args::buffer, "a buffer on the way"), dim,
        unused("cross_device_semaphore"), unused("subdevice_id"), axis_here, mesh}});

  constexpr auto reduce_doc = "ttnn.all_reduce with other arguments.";
  rows.push_back({"all_reduce_async",
                  reduce_doc,
                  reduce_over,
                  reductions,
                  {input, must("num_devices", &Args::num_devices, "all devices of the mesh"),
                   unused("barrier_semaphores"), unused("rs_global_semaphores"),
                   unused("ag_global_semaphores"), math_op}});
  rows.push_back(
      {"all_reduce_async",
       reduce_doc,
       reduce,
       reductions,
       {input,
        at("cluster_axis", &Args::cluster_axis,
           "the mesh axis whose lines are the groups; None: all devices"),
        mesh, unused_or_none("barrier_semaphores"), unused_or_none("rs_global_semaphores"),
        unused_or_none("ag_global_semaphores"), math_op}});
  rows.push_back({"all_reduce_async",
                  "ttnn.all_reduce with other arguments; a sum.",
                  reduce,
                  sums_along_an_axis,
                  {input, at("buffer_tensor", &Args::buffer, "a buffer on the way"), axis_here,
                   mesh, semaphores}});

  rows.push_back({"all_to_all_async_generic",
                  AllToAll::doc,
                  exchange,
                  exchanges,
                  {input, in_dim, out_dim, output_buffer, axis}});
  rows.push_back(
      {"all_to_all_async",
       AllToAll::doc,
       exchange,
       exchanges,
       {input, unused("persistent_intermediate_buffer"),
        must("persistent_output_buffer", &Args::output, buffer_doc), in_dim, out_dim, semaphores}});
  return rows;
}

}  // namespace

namespace ccl {

void register_experimental(Registry& registry) {
  static auto& infos = *new std::deque<OpInfo>;
  for (Row& row : table()) {
    Args prototype;
    prototype.form = row.form;
    prototype.sampled = row.samples;
    infos.push_back(detail::erase(std::string("experimental.") + row.name, row.doc,
                                  std::move(row.fields), std::move(prototype)));
    infos.back().returns = row.returns;
    registry.add(infos.back());
  }
}

}  // namespace ccl
}  // namespace ttnn
