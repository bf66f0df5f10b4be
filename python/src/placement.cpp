// What checkers find, as Python's warnings; and CONFIG.strict_ccl_topology.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include "ttnn/ccl/strict_topology.h"
#include "ttnn/runtime/finding.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace ttnn {
namespace {

// A filter may make it an exception, which ends the op.
void warn(const char* category, const std::string& message, const SourceLine& line) {
  nb::gil_scoped_acquire gil;
  nb::module_::import_("ttnn.placement").attr("warn")(category, message, line.file, line.line);
}

}  // namespace

void bind_placement(nb::module_& m) {
  set_warning(warn);
  m.def(
      "set_strict_ccl_topology", [](bool strict) { strict_ccl_topology = strict; }, "strict"_a,
      "Whether collectives refuse a tensor whose tensor_topology() contradicts their arguments.");
}

}  // namespace ttnn
