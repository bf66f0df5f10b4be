// ttnn._ttnn.CommunicationLog: what collectives send. What a program sees of it is in
// python/ttnn/communication.py.
#include "ttnn/runtime/communication.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;

namespace ttnn {

void bind_communication(nb::module_& m) {
  using Released = nb::call_guard<nb::gil_scoped_release>;
  nb::class_<Communication>(m, "Communication", "What one collective sends.")
      .def_ro("op", &Communication::op)
      .def_prop_ro("kind", [](const Communication& c) { return name(c.traffic); })
      .def_prop_ro("file",
                   [](const Communication& c) {
                     return std::string_view(c.source.file ? c.source.file : "");
                   })
      .def_prop_ro("line", [](const Communication& c) { return c.source.line; })
      .def_ro("axis", &Communication::axis)
      .def_ro("group_size", &Communication::group_size)
      .def_ro("groups", &Communication::groups)
      .def_ro("is_ring", &Communication::is_ring)
      .def_ro("dtype", &Communication::dtype)
      .def_ro("shape", &Communication::shape)
      .def_ro("shard_bytes", &Communication::shard_bytes)
      .def_ro("bytes", &Communication::bytes)
      .def_ro("links", &Communication::links);
  nb::class_<CommunicationLog>(m, "CommunicationLog", "Notes every collective while it is at work.")
      .def(nb::init<>())
      .def("start", &CommunicationLog::start, Released())
      .def("stop", &CommunicationLog::stop, Released())
      .def("records", &CommunicationLog::records, "skip"_a = 0, Released());
}

}  // namespace ttnn
