#pragma once
// The machine that meshes are opened on: a model (preset or grid) and its devices. Chosen by
// TTNN_SYSTEM or by select() before a mesh is open; 8x4 CPU devices without memory limit otherwise.
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "ttnn/mesh/machine.h"
#include "ttnn/mesh/physical_device.h"

namespace ttnn {

enum class FabricConfig {
  DISABLED = 0,
  FABRIC_1D_NEIGHBOR_EXCHANGE = 1,
  FABRIC_1D = 2,
  FABRIC_1D_RING = 3,
  FABRIC_2D = 4,
  FABRIC_2D_TORUS_X = 5,
  FABRIC_2D_TORUS_Y = 6,
  FABRIC_2D_TORUS_XY = 7,
  CUSTOM = 8
};

// A model with its devices. Meshes keep theirs alive, so tensors that outlive a mesh give their
// bytes back to the right place even after another machine was selected.
struct Machine {
  explicit Machine(MachineModel model);
  const MachineModel model;
  const std::unique_ptr<PhysicalDevice[]> devices;  // model.chips() of them, row-major
};

class SystemMesh {
 public:
  static SystemMesh& instance();              // reads TTNN_SYSTEM at the first call
  static void select(std::string_view name);  // "t3000", "4x4", ...; "" for the default
  static void select(MachineModel model);     // an Error while a mesh is open

  MachineModel model() const { return machine()->model; }
  MeshShape shape() const { return machine()->model.shape; }
  std::span<PhysicalDevice> devices() const;
  std::shared_ptr<Machine> machine() const;
  int open_meshes() const;

  // TT-NN wants the fabric configured before a mesh is opened, so a change is refused while one is.
  void set_fabric_config(FabricConfig);
  FabricConfig fabric_config() const;

 private:
  friend class MeshDevice;
  SystemMesh();
  std::shared_ptr<Machine> opened();  // counts one more open mesh
  void closed();

  mutable std::mutex mutex_;  // guards all below
  std::shared_ptr<Machine> machine_;
  int open_meshes_ = 0;
  FabricConfig fabric_config_ = FabricConfig::DISABLED;
};

// Which devices a mesh of this shape gets, in the mesh's row-major order: a line along a connected
// path, a block in place, or turned by 90 degrees where only that fits.
std::vector<int> devices_for(const MachineModel&, const MeshShape& requested,
                             const std::optional<MeshCoordinate>& offset);

}  // namespace ttnn
