#include "ttnn/mesh/mesh_device.h"

#include <exception>
#include <map>
#include <set>
#include <sstream>

#include "ttnn/core/error.h"
#include "ttnn/mesh/compat.h"
#include "ttnn/mesh/executor.h"
#include "ttnn/mesh/mesh_device_view.h"
#include "ttnn/mesh/open_meshes.h"

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

void check_part(std::string_view op, const MeshShape& mesh, const MeshShape& part) {
  expect(part.dims() == mesh.dims(), op, ": submesh shape ", part, " has ", part.dims(),
         " dimensions, but the parent mesh ", mesh, " has ", mesh.dims(),
         ". A submesh has as many as its parent.");
  if (part.mesh_size() > 0) return;
  std::ostringstream sizes;
  for (int size : part) sizes << (sizes.tellp() > 0 ? ", " : "") << size;
  fail(op, ": Invalid submesh shape: (", sizes.str(), "). All dimensions must be positive. ",
       "Give every dimension at least 1.");
}

// The devices of a part, by their places in the mesh.
MeshCoordinateRange place_of(std::string_view op, const MeshShape& mesh, const MeshShape& part,
                             const MeshCoordinate& offset) {
  check_part(op, mesh, part);
  expect(offset.dims() == mesh.dims(), op, ": offset ", offset, " has ", offset.dims(),
         " dimensions, but the parent mesh ", mesh, " has ", mesh.dims(),
         ". Give one index for each of its dimensions.");
  MeshCoordinate last = offset;
  bool fits = true;
  for (int i = 0; i < mesh.dims(); ++i) {
    fits = fits && offset[i] >= 0 && part[i] <= mesh[i] - offset[i];
    last = last.with(i, fits ? offset[i] + part[i] - 1 : offset[i]);
  }
  expect(fits, op, ": Submesh shape ", part, " and offset ", offset,
         " does not fit within parent mesh (", mesh,
         "). Give a smaller shape, or an offset nearer to the origin.");
  return {offset, last};
}

// The views that meshes had before they were reshaped, by mesh id. Few meshes ever are, so the
// others carry nothing for it.
class EarlierViews {
 public:
  static EarlierViews& instance() {
    static EarlierViews& views = *new EarlierViews;  // meshes may end after static objects
    return views;
  }
  void add(int mesh_id, const MeshDeviceView& view) {
    const std::lock_guard lock(mutex_);
    auto& views = views_[mesh_id];
    if (!find(views, view.shape())) views.push_back(view);
  }
  std::optional<MeshDeviceView> find(int mesh_id, const MeshShape& shape) {
    const std::lock_guard lock(mutex_);
    const auto views = views_.find(mesh_id);
    return views == views_.end() ? std::nullopt : find(views->second, shape);
  }
  void forget(int mesh_id) {
    const std::lock_guard lock(mutex_);
    views_.erase(mesh_id);
  }

 private:
  static std::optional<MeshDeviceView> find(const std::vector<MeshDeviceView>& views,
                                            const MeshShape& shape) {
    for (const MeshDeviceView& view : views)
      if (view.shape() == shape) return view;
    return {};
  }
  std::mutex mutex_;  // guards views_
  std::map<int, std::vector<MeshDeviceView>> views_;
};

}  // namespace

MeshDeviceView view_of(const MeshDevice& mesh) { return {mesh.shape(), mesh.device_ids()}; }

MeshDeviceView view_of(const MeshDevice& mesh, const MeshShape& shape) {
  if (shape == mesh.shape()) return view_of(mesh);
  const auto earlier = EarlierViews::instance().find(mesh.id(), shape);
  if (!earlier) fail(mesh.text(), " with id ", mesh.id(), " never had the shape ", shape, ".");
  return *earlier;
}

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

MeshDevice::MeshDevice(std::shared_ptr<MeshDevice> parent, const MeshShape& shape,
                       std::vector<int> ids)
    : machine_(parent->machine_),
      options_(parent->options_),
      shape_(shape),
      device_ids_(std::move(ids)),
      id_(next_mesh_id++),
      parent_(std::move(parent)) {
  options_.mesh_shape = shape_;
  options_.offset.reset();
  options_.physical_device_ids = device_ids_;
}

std::shared_ptr<MeshDevice> MeshDevice::open(const MeshDeviceOptions& options) {
  SystemMesh& system = SystemMesh::instance();
  auto machine = system.opened();
  try {
    std::shared_ptr<MeshDevice> mesh(new MeshDevice(options, std::move(machine)));
    executor().opened(*mesh);
    mesh->open_ = true;
    OpenMeshes::instance().add(mesh);
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

std::shared_ptr<MeshDevice> MeshDevice::create_submesh(
    const MeshShape& shape, const std::optional<MeshCoordinate>& offset) {
  constexpr std::string_view op = "MeshDevice.create_submesh";
  expect_open(op);
  std::vector<int> ids;
  for (const MeshCoordinate& at :
       place_of(op, shape_, shape, offset.value_or(MeshCoordinate::zero(shape_.dims()))))
    ids.push_back(device_ids_[static_cast<std::size_t>(linear_index(shape_, at))]);
  std::shared_ptr<MeshDevice> part(new MeshDevice(shared_from_this(), shape, std::move(ids)));
  SystemMesh::instance().opened();
  try {
    executor().opened(*part);
  } catch (...) {
    SystemMesh::instance().closed();
    throw;
  }
  part->open_ = true;
  OpenMeshes::instance().add(part);
  {
    const std::lock_guard lock(submeshes_mutex_);
    if (open_) return submeshes_.emplace_back(part), part;
  }
  expect_open(op);  // another thread has closed this mesh meanwhile
  return part;
}

std::vector<std::shared_ptr<MeshDevice>> MeshDevice::create_submeshes(const MeshShape& shape) {
  constexpr std::string_view op = "MeshDevice.create_submeshes";
  expect_open(op);
  check_part(op, shape_, shape);
  MeshShape counts = shape;
  for (int i = 0; i < shape_.dims(); ++i) {
    expect(shape_[i] % shape[i] == 0, op, ": Shape ", shape_, " is not divisible by submesh shape ",
           shape, " along dimension ", i,
           ". Give sizes that divide the mesh's, or cut parts one by one with "
           "mesh_device.create_submesh(shape, offset).");
    counts = counts.with(i, shape_[i] / shape[i]);
  }
  std::vector<std::shared_ptr<MeshDevice>> parts;
  for (MeshCoordinate at : MeshCoordinateRange(counts)) {
    for (int i = 0; i < shape_.dims(); ++i) at = at.with(i, at[i] * shape[i]);
    parts.push_back(create_submesh(shape, at));
  }
  return parts;
}

std::vector<std::shared_ptr<MeshDevice>> MeshDevice::submeshes() const {
  std::vector<std::shared_ptr<MeshDevice>> held, open;
  {
    const std::lock_guard lock(submeshes_mutex_);
    for (const auto& part : submeshes_) held.push_back(part.lock());
  }
  // Without the lock: the last reference to a part may be one of these.
  for (auto& part : held)
    if (part && part->is_open()) open.push_back(part);
  return open;
}

// No lock: as with any in-place change, no other thread uses the mesh meanwhile.
void MeshDevice::reshape(const MeshShape& shape) {
  expect_open("MeshDevice.reshape");
  if (shape == shape_) return;
  // A shape that it had before brings back the order that it had then, so that a tensor's shape of
  // mesh says on which devices its shards are.
  const MeshDeviceView now = view_of(*this);
  const auto earlier = EarlierViews::instance().find(id_, shape);
  const MeshDeviceView next = earlier ? *earlier : reshaped(now, shape, model());
  EarlierViews::instance().add(id_, now);
  shape_ = next.shape();
  device_ids_ = next.device_ids();
}

void MeshDevice::close() {
  if (!open_ || close_begun_.exchange(true)) return;
  std::exception_ptr error;
  const auto attempt = [&](auto&& action) {
    try {
      action();
    } catch (...) {
      if (!error) error = std::current_exception();
    }
  };
  attempt([&] { executor().drain(*this); });
  std::vector<std::weak_ptr<MeshDevice>> parts;
  {
    const std::lock_guard lock(submeshes_mutex_);
    open_ = false;
    parts.swap(submeshes_);
  }
  for (const auto& weak : parts)
    if (const auto part = weak.lock()) attempt([&] { part->close(); });
  executor().closed(*this);
  OpenMeshes::instance().remove(*this);
  SystemMesh::instance().closed();
  if (error) std::rethrow_exception(error);
}

// A program that drops a mesh without closing it does not want to know of its errors; they stay for
// whoever synchronises next. It has no parts any more: each holds its parent.
MeshDevice::~MeshDevice() {
  EarlierViews::instance().forget(id_);
  if (!open_ || close_begun_.exchange(true)) return;
  executor().settle(*this);
  open_ = false;
  executor().closed(*this);
  OpenMeshes::instance().remove(*this);
  SystemMesh::instance().closed();
}

bool MeshDevice::is_within(const MeshDevice& other) const {
  for (const MeshDevice* mesh = this; mesh; mesh = mesh->parent_.get())
    if (mesh == &other) return true;
  return false;
}

void MeshDevice::expect_open(std::string_view op) const {
  if (open_) return;
  if (parent_ && !parent_->is_open())
    fail(op, ": ", text(), " with id ", id_, " is closed, as its parent ", parent_->text(),
         " with id ", parent_->id(),
         " was. Use submeshes before their parent is closed, or open a ",
         "mesh again with ttnn.open_mesh_device(ttnn.", parent_->shape(), ").");
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

// Every result of every op passes here once per device: the ids are known to be right.
int MeshDevice::first_full_device(int64_t bytes) {
  auto& devices = machine_->devices;
  for (size_t i = 0; i < device_ids_.size(); ++i) {
    if (devices[static_cast<size_t>(device_ids_[i])].try_reserve(bytes)) continue;
    for (size_t j = 0; j < i; ++j) devices[static_cast<size_t>(device_ids_[j])].release(bytes);
    return static_cast<int>(i);
  }
  return -1;
}

void MeshDevice::release(int64_t bytes) {
  for (int id : device_ids_) machine_->devices[static_cast<size_t>(id)].release(bytes);
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
