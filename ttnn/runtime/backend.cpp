#include "ttnn/runtime/backend.h"

#include <algorithm>
#include <cstdlib>

#include "ttnn/runtime/registry.h"

namespace ttnn {
namespace {

const Backend*& installed() {
  static const Backend* backend = nullptr;
  return backend;
}

}  // namespace

std::string_view chosen_backend() {
  const char* given = std::getenv("TTNN_BACKEND");
  return given && *given ? given : "cpu";
}

const Backend& backend() {
  static const Backend& chosen = []() -> const Backend& {
    registry();
    expect(installed() != nullptr, "TTNN_BACKEND names '", chosen_backend(),
           "', which this build does not have. ", "Use cpu or null.");
    return *installed();
  }();
  return chosen;
}

void install_backend(const Backend& backend) {
  if (backend.name() == chosen_backend()) installed() = &backend;
}

double Backend::measure(Limit, int, double) const {
  fail_as<ErrorKind::not_implemented>("limits.measure: the ", name(),
                                      " backend has no limits to measure. Use TTNN_BACKEND=cpu.");
}

void accelerate(OpInfo& info, const Kernel& kernel) {
  info.kernels.insert(info.kernels.begin(), &kernel);
}

}  // namespace ttnn
