#include "ttnn/mesh/program_cache.h"

#include "ttnn/core/error.h"

namespace ttnn {

void ProgramCache::note(uint64_t signature, std::string_view op) {
  const std::lock_guard lock(mutex_);
  if (!enabled_) return;
  if (!misses_allowed_ && !signatures_.contains(signature))
    fail(op, ": Device operation \"", op,
         "\": program cache miss occurred, but cache misses are forbidden. ",
         "It has not run with these attributes and shapes before; run it once first, or call ",
         "mesh_device.set_program_cache_misses_allowed(True).");
  signatures_.insert(signature);
}

bool ProgramCache::contains(uint64_t signature) const {
  const std::lock_guard lock(mutex_);
  return signatures_.contains(signature);
}

int64_t ProgramCache::entries() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int64_t>(signatures_.size());
}

bool ProgramCache::is_enabled() const {
  const std::lock_guard lock(mutex_);
  return enabled_;
}

void ProgramCache::enable() {
  const std::lock_guard lock(mutex_);
  change();
  enabled_ = true;
}

void ProgramCache::clear() {
  const std::lock_guard lock(mutex_);
  change();
  signatures_.clear();
}

void ProgramCache::disable_and_clear() {
  const std::lock_guard lock(mutex_);
  change();
  enabled_ = false;
  signatures_.clear();
}

void ProgramCache::set_misses_allowed(bool allowed) {
  const std::lock_guard lock(mutex_);
  change();
  misses_allowed_ = allowed;
}

}  // namespace ttnn
