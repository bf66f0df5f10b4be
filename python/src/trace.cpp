// Python names of traces; the class MeshTraceId and warnings are in python/ttnn/trace.py.
#include <nanobind/nanobind.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "python/src/values.h"
#include "ttnn/runtime/trace.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace ttnn {
namespace {

// A function of a mesh and a queue, on behalf of the user's line and without the GIL.
template <class Call>
auto on_behalf(Call call) {
  note_source_line();
  nb::gil_scoped_release release;
  return call();
}

void tell_of_step(nb::handle observer, const ShadowStep& step) {
  nb::gil_scoped_acquire gil;
  nb::dict arguments;
  for (const FieldInfo& field : step.op.fields)
    if (!field.unused) arguments[field.name.c_str()] = object_of(field.get(step.args));
  nb::list outputs;
  for (const Tensor& output : step.outputs) outputs.append(nb::cast(output));
  observer(step.op.name, arguments, outputs, step.source.file ? step.source.file : "",
           step.source.line);
}

void observe_shadows(nb::object observer) {
  // Kept beyond the last call, because whoever drops it may not hold the GIL.
  static auto& kept = *new std::vector<nb::object>;
  std::function<void(const ShadowStep&)> call;
  if (!observer.is_none()) {
    kept.push_back(observer);
    call = [handle = nb::handle(observer)](const ShadowStep& step) { tell_of_step(handle, step); };
  }
  nb::gil_scoped_release release;
  set_shadow_observer(std::move(call));
}

}  // namespace

void bind_trace(nb::module_& m) {
  using Mesh = std::shared_ptr<MeshDevice>;
  nb::class_<TraceEntry>(m, "TraceEntry", "One captured command.")
      .def_ro("op", &TraceEntry::op)
      .def_prop_ro(
          "file",
          [](const TraceEntry& e) { return std::string(e.source.file ? e.source.file : ""); })
      .def_prop_ro("line", [](const TraceEntry& e) { return e.source.line; })
      .def_ro("device_ids", &TraceEntry::device_ids)
      .def_ro("inputs", &TraceEntry::inputs)
      .def_ro("outputs", &TraceEntry::outputs)
      .def_ro("bytes", &TraceEntry::bytes)
      .def_ro("step", &TraceEntry::step);
  nb::class_<TraceDescription>(m, "TraceDescription", "A trace as its commands and its memory.")
      .def_ro("id", &TraceDescription::id)
      .def_ro("queue", &TraceDescription::queue)
      .def_ro("mesh", &TraceDescription::mesh)
      .def_ro("entries", &TraceDescription::entries)
      .def_ro("arena_bytes", &TraceDescription::arena_bytes)
      .def_ro("private_bytes", &TraceDescription::private_bytes)
      .def_ro("inputs", &TraceDescription::inputs)
      .def_ro("outputs", &TraceDescription::outputs)
      .def_ro("replays", &TraceDescription::replays);
  m.def(
      "begin_trace_capture",
      [](const Mesh& mesh, int queue) {
        return on_behalf([&] { return begin_trace_capture(mesh, queue); });
      },
      "mesh"_a, "queue"_a);
  m.def(
      "end_trace_capture",
      [](const Mesh& mesh, int id, int queue) {
        on_behalf([&] { end_trace_capture(mesh, id, queue); });
      },
      "mesh"_a, "id"_a, "queue"_a);
  m.def(
      "execute_trace",
      [](const Mesh& mesh, int id, int queue, bool blocking) {
        on_behalf([&] { execute_trace(mesh, id, queue, blocking); });
      },
      "mesh"_a, "id"_a, "queue"_a, "blocking"_a);
  m.def(
      "release_trace",
      [](const Mesh& mesh, int id) { on_behalf([&] { release_trace(mesh, id); }); }, "mesh"_a,
      "id"_a);
  m.def(
      "is_trace_capture_active", [](const Mesh& mesh) { return is_trace_capture_active(*mesh); },
      "mesh"_a);
  m.def(
      "forget_traces", [](const Mesh& mesh) { on_behalf([&] { forget_traces(*mesh); }); }, "mesh"_a,
      "Drops captures that were not ended and releases traces, as closing the mesh does.");
  m.def("set_shadow_traces", set_shadow_traces, "on"_a,
        "Whether each replay is compared with its commands run one by one.");
  m.def("shadow_traces", shadow_traces);
  m.def("set_shadow_observer", observe_shadows, "observer"_a.none(),
        "A call (op, arguments by name, outputs, file, line) for each op that a shadow ran.");
  m.def("describe_trace", describe_trace, "mesh"_a, "id"_a);
}

}  // namespace ttnn
