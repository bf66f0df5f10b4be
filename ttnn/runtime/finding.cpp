#include "ttnn/runtime/finding.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <unordered_set>

#include "ttnn/core/error.h"

namespace ttnn {
namespace {

void write_warning(const char*, const std::string& message, const SourceLine&) {
  std::fprintf(stderr, "ttnn: warning: %s\n", message.c_str());
}

std::atomic<Warning> warning{write_warning};

// What has been told of.
class Told {
 public:
  bool has(const std::string& key) {
    const std::lock_guard lock(mutex_);
    return keys_.contains(key);
  }
  void add(const std::string& key) {
    const std::lock_guard lock(mutex_);
    keys_.insert(key);
  }

 private:
  std::mutex mutex_;  // guards keys_
  std::unordered_set<std::string> keys_;
};

Told& told() {
  static auto& all = *new Told;
  return all;
}

}  // namespace

bool is_asked_for(const char* variable) {
  const char* given = std::getenv(variable);
  const std::string_view value = given ? given : "";
  return !value.empty() && value != "0";
}

void tell(const Checker& checker, const std::string& message, const std::string& key) {
  expect(!is_asked_for(checker.strict), message);
  const std::string place = text(checker.warning, ":", key);
  if (told().has(place)) return;
  warning.load()(checker.warning, message, current_source());
  told().add(place);
}

void set_warning(Warning to) { warning = to; }

}  // namespace ttnn
