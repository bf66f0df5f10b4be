// Command queues, events and synchronisation (ttnn/queues.py).
#include "ttnn/runtime/queues.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>

#include "python/src/values.h"
#include "ttnn/runtime/stream.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace ttnn {

void bind_queues(nb::module_& m) {
  nb::class_<MeshEvent>(m, "MeshEvent",
                        "A moment of a command queue: all work that it was given before.")
      .def_prop_ro("id", &MeshEvent::id, "Events of a queue are numbered from 1 on.")
      .def_prop_ro("device", &MeshEvent::device, "The mesh; None if it is gone.")
      .def_prop_ro("mesh_cq_id", &MeshEvent::mesh_cq_id)
      .def_prop_ro("device_range", &MeshEvent::device_range, nb::rv_policy::copy)
      .def("__repr__", &MeshEvent::text);
  m.def(
      "record_event",
      [](const std::shared_ptr<MeshDevice>& mesh, nb::handle cq_id,
         const std::optional<MeshCoordinateRange>& range) {
        note_source_line();
        return record_event(mesh, queue_of(cq_id, "record_event"), range);
      },
      "mesh_device"_a, "cq_id"_a.none(), "device_range"_a.none());
  m.def(
      "wait_for_event",
      [](nb::handle cq_id, const MeshEvent& event) {
        note_source_line();
        wait_for_event(queue_of(cq_id, "wait_for_event"), event);
      },
      "cq_id"_a.none(), "mesh_event"_a);
  m.def(
      "event_synchronize",
      [](const MeshEvent& event) {
        note_source_line();
        nb::gil_scoped_release release;
        event_synchronize(event);
      },
      "mesh_event"_a);
  m.def(
      "synchronize_device",
      [](const std::shared_ptr<MeshDevice>& mesh, nb::handle cq_id) {
        const std::optional<int> queue = queue_of(cq_id, "synchronize_device");
        note_source_line();
        nb::gil_scoped_release release;
        synchronize(mesh, queue);
      },
      "device"_a.none(), "cq_id"_a = nb::none());
  m.def(
      "throw_unreported", [] { Stream::instance().throw_unreported(); },
      nb::call_guard<nb::gil_scoped_release>(),
      "Throws the first failure of a command that nobody has seen.");
}

}  // namespace ttnn
