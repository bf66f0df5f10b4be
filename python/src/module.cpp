// The compiled module ttnn._ttnn: conversions and calls only.
#include <nanobind/nanobind.h>
#include <unistd.h>

#include "python/src/values.h"
#include "ttnn/runtime/stream.h"

namespace nb = nanobind;

namespace ttnn {

void bind_values(nb::module_&);
void bind_mesh(nb::module_&);
void bind_distribution(nb::module_&);
void bind_tensor(nb::module_&);
void bind_ops(nb::module_&);
void bind_communication(nb::module_&);
void bind_placement(nb::module_&);
void bind_queues(nb::module_&);
void bind_limits(nb::module_&);
void bind_sockets(nb::module_&);
void bind_trace(nb::module_&);

namespace {

void translate(const std::exception_ptr& thrown, void*) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Error& error) {
    set_error(error);
  }
}

// A wait asks Python whether a signal ends it. Python's handlers run in the main thread only.
void check_signals() {
  if (gettid() != getpid()) return;
  nb::gil_scoped_acquire gil;
  if (PyErr_CheckSignals() != 0) throw nb::python_error();
}

}  // namespace
}  // namespace ttnn

NB_MODULE(_ttnn, m) {
  nb::register_exception_translator(ttnn::translate);
  nb::set_leak_warnings(false);  // operations live as long as the process
  ttnn::set_interrupt_check(ttnn::check_signals);
  ttnn::Stream::instance();
  ttnn::bind_values(m);
  ttnn::bind_mesh(m);
  ttnn::bind_distribution(m);
  ttnn::bind_tensor(m);
  ttnn::bind_ops(m);
  ttnn::bind_communication(m);
  ttnn::bind_placement(m);
  ttnn::bind_queues(m);
  ttnn::bind_limits(m);
  ttnn::bind_sockets(m);
  ttnn::bind_trace(m);
}
