#include "ttnn/tensor/allocation_log.h"

#include <map>
#include <mutex>

#include "ttnn/mesh/mesh_device.h"

namespace ttnn {
namespace {

struct Log {
  std::mutex mutex;  // guards `live`
  std::map<uint64_t, Allocation> live;
};

Log& log() {
  static Log& log = *new Log;
  return log;
}

}  // namespace

AllocationLog::Use::~Use() {
  if (users_.fetch_sub(1) > 1) return;
  const std::lock_guard lock(log().mutex);
  log().live.clear();
}

void AllocationLog::note(uint64_t id, const MeshDevice& mesh, int64_t bytes,
                         std::string_view buffer_type) {
  Allocation allocation{
      id, mesh.id(), mesh.device_ids(), bytes, std::string(buffer_type), current_source()};
  const std::lock_guard lock(log().mutex);
  log().live.emplace(id, std::move(allocation));
}

void AllocationLog::forget(uint64_t id) {
  const std::lock_guard lock(log().mutex);
  log().live.erase(id);
}

std::vector<Allocation> AllocationLog::since(uint64_t id) {
  const std::lock_guard lock(log().mutex);
  std::vector<Allocation> all;
  for (auto at = log().live.upper_bound(id); at != log().live.end(); ++at)
    all.push_back(at->second);
  return all;
}

}  // namespace ttnn
