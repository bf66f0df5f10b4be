// The compiled module ttnn._ttnn: conversions and calls only.
#include <nanobind/nanobind.h>
#include <unistd.h>

#include "ttnn/core/error.h"
#include "ttnn/runtime/stream.h"

namespace nb = nanobind;

namespace ttnn {

void bind_values(nb::module_&);
void bind_mesh(nb::module_&);
void bind_distribution(nb::module_&);
void bind_tensor(nb::module_&);
void bind_ops(nb::module_&);
void bind_limits(nb::module_&);

namespace {

void translate(const std::exception_ptr& thrown, void*) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Error& error) {
    PyObject* type = PyExc_RuntimeError;
    switch (error.kind()) {
      case ErrorKind::type:
        type = PyExc_TypeError;
        break;
      case ErrorKind::value:
        type = PyExc_ValueError;
        break;
      case ErrorKind::index:
        type = PyExc_IndexError;
        break;
      case ErrorKind::key:
        type = PyExc_KeyError;
        break;
      case ErrorKind::not_implemented:
        type = PyExc_NotImplementedError;
        break;
      default:
        break;
    }
    PyErr_SetString(type, error.what());
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
  ttnn::bind_limits(m);
}
