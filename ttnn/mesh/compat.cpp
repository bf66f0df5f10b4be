#include "ttnn/mesh/compat.h"

#include <atomic>
#include <cstdlib>
#include <string_view>

#include "ttnn/core/error.h"

namespace ttnn {
namespace {

Compat from_environment() {
  const char* value = std::getenv("TTNN_COMPAT");
  const std::string_view name = value ? value : "";
  if (name.empty() || name == "seed") return Compat::seed;
  if (name == "0.81") return Compat::v081;
  fail_as<ErrorKind::value>(
      "TTNN_COMPAT is \"", name,
      "\", but the known settings are \"seed\" and \"0.81\". Unset it for \"seed\".");
}

// -1 until the environment has been read; a wrong value then raises at each first use, not never.
std::atomic<int> setting{-1};

}  // namespace

Compat compat() {
  if (setting < 0) {
    int unset = -1;
    setting.compare_exchange_strong(unset, static_cast<int>(from_environment()));
  }
  return static_cast<Compat>(setting.load());
}

void set_compat(Compat value) { setting = static_cast<int>(value); }

}  // namespace ttnn
