#include "ttnn/mesh/mesh_device.h"

#include <exception>
#include <set>
#include <sstream>

#include "ttnn/core/error.h"
#include "ttnn/mesh/compat.h"
#include "ttnn/mesh/executor.h"

namespace ttnn {
namespace {

std::atomic<Executor*> installed{nullptr};
std::atomic<int> next_mesh_id{1};

void check_sizes(const MeshDeviceOptions& options) {
  if (options.num_command_queues < 1 || options.num_command_queues > 2)
    fail("open_mesh_device: num_command_queues is ", options.num_command_queues,
         ", but a device has 1 or 2. Leave it out for one.");
  const auto check = [](std::string_view name, int64_t bytes) {
    if (bytes < 0)
      fail_as<ErrorKind::value>("open_mesh_device: ", name, " is ", bytes,
                                ", but a size in bytes cannot be negative. Leave it out for none.");
  };
  check("l1_small_size", options.l1_small_size);
  check("trace_region_size", options.trace_region_size);
  check("worker_l1_size", options.worker_l1_size);
}

std::vector<int> checked_ids(const MachineModel& model, const MeshShape& shape,
                             const std::vector<int>& ids) {
  if (static_cast<int64_t>(ids.size()) != shape.mesh_size())
    fail("open_mesh_device: physical_device_ids names ", ids.size(), " devices, but ", shape,
         " needs ", shape.mesh_size(),
         ". Name each device once, in row-major order, or leave the ids out.");
  std::set<int> seen;
  for (int id : ids) {
    if (id < 0 || id >= model.chips())
      fail("open_mesh_device: device ", id, " does not exist: the system mesh ", model.shape,
           " has devices 0 to ", model.chips() - 1,
           ". Use one of them, or choose another system with ", "TTNN_SYSTEM.");
    if (!seen.insert(id).second)
      fail("open_mesh_device: device ", id,
           " appears twice in physical_device_ids. A mesh holds each ", "device once; name ",
           shape.mesh_size(), " different ones.");
  }
  return ids;
}

}  // namespace

Executor& executor() {
  Executor* const other = installed;
  return other ? *other : runtime_executor();
}

void install_executor(Executor& other) { installed = &other; }

MeshDevice::MeshDevice(const MeshDeviceOptions& options, std::shared_ptr<Machine> machine)
    : machine_(std::move(machine)),
      options_(options),
      shape_(options.mesh_shape.value_or(machine_->model.shape)) {
  check_sizes(options);
  const auto& ids = options.physical_device_ids;
  device_ids_ = ids.empty() || shape_.mesh_size() == 0
                    ? devices_for(machine_->model, shape_, options.offset)
                    : checked_ids(machine_->model, shape_, ids);
  if (!ids.empty() && options.offset)
    fail("open_mesh_device: offset ", *options.offset,
         " and physical_device_ids both say which devices ", "to take. Give only one of them.");
  id_ = next_mesh_id++;
}

std::shared_ptr<MeshDevice> MeshDevice::open(const MeshDeviceOptions& options) {
  SystemMesh& system = SystemMesh::instance();
  auto machine = system.opened();
  try {
    std::shared_ptr<MeshDevice> mesh(new MeshDevice(options, std::move(machine)));
    executor().opened(*mesh);
    mesh->open_ = true;
    return mesh;
  } catch (...) {
    system.closed();
    throw;
  }
}

std::shared_ptr<MeshDevice> open_mesh_device(const MeshShape& shape, MeshDeviceOptions options) {
  options.mesh_shape = shape;
  return MeshDevice::open(options);
}

void MeshDevice::close() {
  if (!open_ || close_begun_.exchange(true)) return;
  std::exception_ptr error;
  try {
    executor().drain(*this);
  } catch (...) {
    error = std::current_exception();
  }
  open_ = false;
  executor().closed(*this);
  SystemMesh::instance().closed();
  if (error) std::rethrow_exception(error);
}

// A program that drops a mesh without closing it does not want to know of its errors; they stay for
// whoever synchronises next.
MeshDevice::~MeshDevice() {
  if (!open_ || close_begun_.exchange(true)) return;
  executor().settle(*this);
  open_ = false;
  executor().closed(*this);
  SystemMesh::instance().closed();
}

bool MeshDevice::is_within(const MeshDevice& other) const {
  for (const MeshDevice* mesh = this; mesh; mesh = mesh->parent_.get())
    if (mesh == &other) return true;
  return false;
}

void MeshDevice::expect_open(std::string_view op) const {
  if (!open_)
    fail(op, ": ", text(), " with id ", id_,
         " is closed. Use it before ttnn.close_mesh_device, or open ",
         "a mesh again with ttnn.open_mesh_device(ttnn.", shape_, ").");
}

PhysicalDevice& MeshDevice::device(int linear) const {
  if (linear < 0 || linear >= num_devices())
    fail_as<ErrorKind::index>("device ", linear, " is outside of ", text(),
                              ": its devices are numbered ", "0 to ", num_devices() - 1,
                              " in row-major order.");
  return machine_->devices[static_cast<std::size_t>(device_ids_[static_cast<std::size_t>(linear)])];
}

std::string MeshDevice::text() const {
  std::ostringstream grid;
  for (int size : shape_) grid << (grid.tellp() > 0 ? "x" : "") << size;
  const bool seed = compat() == Compat::seed;
  return ttnn::text(seed ? "<MeshDevice: " : "MeshDevice(", grid.str(), " grid, ", num_devices(),
                    " devices", seed ? ">" : ")");
}

int MeshDevice::first_full_device(int64_t bytes) {
  for (int i = 0; i < num_devices(); ++i) {
    if (device(i).try_reserve(bytes)) continue;
    for (int j = 0; j < i; ++j) device(j).release(bytes);
    return i;
  }
  return -1;
}

void MeshDevice::release(int64_t bytes) {
  for (int i = 0; i < num_devices(); ++i) device(i).release(bytes);
}

void MeshDevice::fail_out_of_memory(int linear, int64_t bytes, std::string_view what,
                                    std::string_view buffer_type) const {
  const PhysicalDevice& full = device(linear);
  const int64_t used = full.used_bytes;
  fail("Out of Memory: Not enough space to allocate ", bytes, " B ", buffer_type, " buffer for ",
       what, " on device ", full.id, " at ", coordinate(shape_, linear), " of ", text(), ": ", used,
       " B of ", full.capacity_bytes, " B are in use, ", full.capacity_bytes - used,
       " B are free (system ", model().name,
       "). Free tensors with ttnn.deallocate, shard instead of replicating, or choose a ",
       "system with more memory.");
}

}  // namespace ttnn
