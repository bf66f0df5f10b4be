// ttnn._ttnn.limits: what the machine can do at most, for benchmarks. Not among TT-NN's names.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>

#include "ttnn/core/error.h"
#include "ttnn/runtime/backend.h"
#include "ttnn/runtime/task_clock.h"
#include "ttnn/runtime/usable_cores.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace ttnn {
namespace {

nb::dict cores_now() {
  const UsableCores found = usable_cores(affinity());
  nb::dict cores;
  cores["processors"] = found.processors;
  cores["physical cores"] = found.cores;
  cores["quota"] = found.quota;
  cores["workers"] = found.workers();
  return cores;
}

}  // namespace

void bind_limits(nb::module_& m) {
  nb::module_ limits = m.def_submodule("limits", "What this machine can do at most.");
  nb::enum_<Limit>(limits, "Limit", "A rate in 1e9 operations or bytes per second.")
      .value("tile_flop", Limit::tile_flop)
      .value("bfloat16_flop", Limit::bfloat16_flop)
      .value("float32_flop", Limit::float32_flop)
      .value("bfloat8_row_flop", Limit::bfloat8_row_flop)
      .value("bfloat4_row_flop", Limit::bfloat4_row_flop)
      .value("read_bytes", Limit::read_bytes)
      .value("write_bytes", Limit::write_bytes)
      .value("copy_cached", Limit::copy_cached)
      .value("copy_streaming", Limit::copy_streaming);
  limits.def(
      "measure",
      [](Limit limit, int threads, double milliseconds) {
        expect_as<ErrorKind::value>(threads >= 1, "limits.measure: threads is ", threads,
                                    ". Give 1 or more.");
        nb::gil_scoped_release release;
        return backend().measure(limit, threads, milliseconds);
      },
      "limit"_a, "threads"_a, "milliseconds"_a,
      "The best rate of `threads` threads together, now; runs of about `milliseconds` each.");
  limits.def("start_task_clock", TaskClock::start, "From now on the time in kernels is counted.");
  limits.def("stop_task_clock", TaskClock::stop,
             "Seconds in kernels since the start, of all threads together.");
  limits.def("instruction_set", [] { return backend().instruction_set(); });
  limits.def("usable_cores", cores_now, "What the default number of workers follows from.");
  limits.def("backend", [] { return backend().name(); });
  m.def(
      "cpu_info",
      [] {
        nb::dict topics;
        for (const Backend::Fact& fact : backend().facts()) {
          const nb::str topic(fact.topic.data(), fact.topic.size());
          if (!topics.contains(topic)) topics[topic] = nb::dict();
          topics[topic][nb::str(fact.name.c_str())] = fact.text;
        }
        return topics;
      },
      "The kernels chosen for this processor, by topic: texts by name.");
}

}  // namespace ttnn
