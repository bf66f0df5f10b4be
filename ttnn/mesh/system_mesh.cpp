#include "ttnn/mesh/system_mesh.h"

#include <cstdlib>

#include "ttnn/core/error.h"
#include "ttnn/mesh/grid_devices.h"
#include "ttnn/mesh/line_path.h"

namespace ttnn {
namespace {

std::string way_out(const MeshShape& requested, const MeshCoordinate& offset) {
  if (offset != MeshCoordinate::zero(offset.dims()))
    return "Begin at another offset, or leave it out.";
  std::string grid;
  for (int size : requested) {
    if (!grid.empty()) grid += 'x';
    grid += std::to_string(size);
  }
  return text("Open a smaller mesh, or choose a larger system before opening, with TTNN_SYSTEM=",
              grid, " or ttnn.select_system(\"", grid, "\").");
}

std::unique_ptr<PhysicalDevice[]> make_devices(const MachineModel& model) {
  const auto count = static_cast<std::size_t>(model.chips());
  auto devices = std::make_unique<PhysicalDevice[]>(count);
  for (std::size_t i = 0; i < count; ++i) {
    devices[i].id = static_cast<int>(i);
    devices[i].capacity_bytes = model.dram_bytes;
    devices[i].coordinate = coordinate(model.shape, static_cast<int64_t>(i));
  }
  return devices;
}

MachineModel model_from_environment() {
  const char* name = std::getenv("TTNN_SYSTEM");
  return machine_model(name ? name : "");
}

MeshCoordinate checked_offset(const MeshShape& system,
                              const std::optional<MeshCoordinate>& offset) {
  if (!offset) return MeshCoordinate::zero(system.dims());
  if (!is_inside(system, *offset))
    fail("open_mesh_device: offset ", *offset, " is not a place of the system mesh ", system,
         ". Leave offset out to begin at the first device.");
  return *offset;
}

std::vector<int> line_devices(const MeshShape& system, const MeshShape& requested,
                              const MeshCoordinate& offset) {
  const auto path = line_path(system, offset, requested.mesh_size());
  if (!path)
    fail("open_mesh_device: no connected path of ", requested.mesh_size(), " devices for ",
         requested, " starts at offset ", offset, " of the system mesh ", system, ". ",
         way_out(requested, offset));
  std::vector<int> ids;
  for (const MeshCoordinate& at : *path) ids.push_back(static_cast<int>(linear_index(system, at)));
  return ids;
}

}  // namespace

Machine::Machine(MachineModel given) : model(std::move(given)), devices(make_devices(model)) {}

SystemMesh::SystemMesh() : machine_(std::make_shared<Machine>(model_from_environment())) {}

SystemMesh& SystemMesh::instance() {
  // Never destroyed: meshes may be closed by destructors that run after main().
  static SystemMesh* const instance = new SystemMesh;
  return *instance;
}

void SystemMesh::select(std::string_view name) { select(machine_model(name)); }

void SystemMesh::select(MachineModel model) {
  SystemMesh& system = instance();
  auto machine = std::make_shared<Machine>(std::move(model));
  const std::lock_guard lock(system.mutex_);
  if (system.open_meshes_ > 0)
    fail("SystemMesh.select: the system cannot change from ", system.machine_->model.name, " to ",
         machine->model.name, " while ", system.open_meshes_,
         " mesh(es) of it are open. Close them ", "first (ttnn.close_mesh_device).");
  system.machine_ = std::move(machine);
}

std::shared_ptr<Machine> SystemMesh::machine() const {
  const std::lock_guard lock(mutex_);
  return machine_;
}

std::span<PhysicalDevice> SystemMesh::devices() const {
  const auto machine = this->machine();
  return {machine->devices.get(), static_cast<std::size_t>(machine->model.chips())};
}

int SystemMesh::open_meshes() const {
  const std::lock_guard lock(mutex_);
  return open_meshes_;
}

void SystemMesh::set_fabric_config(FabricConfig config) {
  const std::lock_guard lock(mutex_);
  if (open_meshes_ > 0 && config != fabric_config_)
    fail("set_fabric_config: the fabric must be configured before a mesh is opened, but ",
         open_meshes_,
         " mesh(es) are open. Call it before ttnn.open_mesh_device, or close them first.");
  fabric_config_ = config;
}

FabricConfig SystemMesh::fabric_config() const {
  const std::lock_guard lock(mutex_);
  return fabric_config_;
}

std::shared_ptr<Machine> SystemMesh::opened() {
  const std::lock_guard lock(mutex_);
  ++open_meshes_;
  return machine_;
}

void SystemMesh::closed() {
  const std::lock_guard lock(mutex_);
  --open_meshes_;
}

std::vector<int> devices_for(const MachineModel& model, const MeshShape& requested,
                             const std::optional<MeshCoordinate>& wanted_offset) {
  const MeshShape& system = model.shape;
  if (requested.mesh_size() == 0)
    fail("open_mesh_device: Requested mesh shape ", requested, " has zero devices (mesh_size=0). ",
         "Give every dimension at least 1.");
  if (requested.mesh_size() > system.mesh_size())
    fail("open_mesh_device: Requested mesh shape ", requested, " requires ", requested.mesh_size(),
         " devices, but only ", system.mesh_size(), " devices are available in the system mesh ",
         system, ". ", way_out(requested, MeshCoordinate::zero(system.dims())));
  const MeshCoordinate offset = checked_offset(system, wanted_offset);
  if (requested.is_line()) return line_devices(system, requested, offset);
  if (requested.dims() != system.dims())
    fail("open_mesh_device: ", requested, " has ", requested.dims(),
         " dimensions, but the system mesh ", system, " has ", system.dims(),
         ". Ask for a mesh of ", system.dims(), " dimensions, or choose ", "a system of ",
         requested.dims(), " (for example TTNN_SYSTEM=2x2x2).");

  MeshShape room = system;
  for (int i = 0; i < system.dims(); ++i) room = room.with(i, system[i] - offset[i]);
  const auto ids = grid_devices(system, offset, room, requested);
  if (!ids)
    fail("open_mesh_device: Requested mesh is too big and is not rotatable: ", requested,
         " and the system mesh ", system, " from offset ", offset, ". ",
         way_out(requested, offset));
  return *ids;
}

}  // namespace ttnn
