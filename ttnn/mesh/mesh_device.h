#pragma once
// A grid of devices that a program works on as one. It knows who its devices are and what they
// hold; the work itself is the executor's. A single device is a 1x1 mesh.
#include <atomic>
#include <concepts>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ttnn/mesh/program_cache.h"
#include "ttnn/mesh/system_mesh.h"

namespace ttnn {

struct MeshDeviceOptions {
  std::optional<MeshShape> mesh_shape{};  // the whole system mesh if left out
  int64_t l1_small_size = 0;              // sizes are kept and answered; CPU devices have no L1
  int64_t trace_region_size = 0;
  int num_command_queues = 1;
  std::optional<MeshCoordinate> offset{};  // where on the system mesh the first device is
  std::vector<int> physical_device_ids{};  // instead of offset: exactly these, in row-major order
  int64_t worker_l1_size = 0;
};

class MeshDevice : public std::enable_shared_from_this<MeshDevice> {
 public:
  // Several meshes may be open at once, over the same devices too; they then share the devices'
  // memory.
  static std::shared_ptr<MeshDevice> open(const MeshDeviceOptions& options);
  ~MeshDevice();  // closes quietly
  MeshDevice(const MeshDevice&) = delete;
  MeshDevice& operator=(const MeshDevice&) = delete;

  // Waits for the mesh's work. The first error that no one has seen yet is thrown after the mesh is
  // closed; a second close does nothing.
  void close();
  bool is_open() const { return open_; }
  void expect_open(std::string_view op) const;

  // A part of this mesh as a mesh of its own, over the same devices and their memory; its first
  // device is at `offset`, else at the origin. Parts may overlap. Closing this mesh closes them.
  std::shared_ptr<MeshDevice> create_submesh(const MeshShape& shape,
                                             const std::optional<MeshCoordinate>& offset = {});
  // All of it in parts of one shape, row-major.
  std::vector<std::shared_ptr<MeshDevice>> create_submeshes(const MeshShape& shape);
  std::vector<std::shared_ptr<MeshDevice>> submeshes() const;            // those that are open
  const std::shared_ptr<MeshDevice>& parent() const { return parent_; }  // null: none
  bool is_within(const MeshDevice& other) const;  // it is the other, or a part of it at any depth
  // The same devices in another shape; tensors keep their shards.
  void reshape(const MeshShape& shape);

  int id() const { return id_; }
  const MeshShape& shape() const { return shape_; }
  int num_devices() const { return static_cast<int>(device_ids_.size()); }
  const std::vector<int>& device_ids() const { return device_ids_; }  // row-major physical ids
  PhysicalDevice& device(int linear) const;
  const MachineModel& model() const { return machine_->model; }
  const MeshDeviceOptions& options() const { return options_; }
  int num_command_queues() const { return options_.num_command_queues; }
  ProgramCache& program_cache() { return program_cache_; }
  std::string text() const;  // <MeshDevice: 1x2 grid, 2 devices>, or TT-NN 0.81's form

  // Accounts `bytes` on every device, or on none of them and throws out of memory. `what` names the
  // tensor for the message: a text, or a function giving one, called only then.
  template <class What>
  void reserve(int64_t bytes, const What& what, std::string_view buffer_type = "DRAM");
  void release(int64_t bytes);
  int first_full_device(
      int64_t bytes);  // reserves; -1, or the device that had no room (none reserved)
  [[noreturn]] void fail_out_of_memory(int linear, int64_t bytes, std::string_view what,
                                       std::string_view buffer_type) const;

 private:
  MeshDevice(const MeshDeviceOptions& options, std::shared_ptr<Machine> machine);
  MeshDevice(std::shared_ptr<MeshDevice> parent, const MeshShape& shape, std::vector<int> ids);

  const std::shared_ptr<Machine> machine_;
  MeshDeviceOptions options_;
  MeshShape shape_;
  std::vector<int> device_ids_;
  int id_ = 0;
  ProgramCache program_cache_;
  const std::shared_ptr<MeshDevice> parent_;
  mutable std::mutex submeshes_mutex_;
  std::vector<std::weak_ptr<MeshDevice>> submeshes_;  // guarded by submeshes_mutex_
  std::atomic<bool> open_{false};
  std::atomic<bool> close_begun_{false};
};

std::shared_ptr<MeshDevice> open_mesh_device(const MeshShape& shape,
                                             MeshDeviceOptions options = {});

template <class What>
void MeshDevice::reserve(int64_t bytes, const What& what, std::string_view buffer_type) {
  const int full = first_full_device(bytes);
  if (full < 0) return;
  if constexpr (std::invocable<const What&>)
    fail_out_of_memory(full, bytes, what(), buffer_type);
  else
    fail_out_of_memory(full, bytes, what, buffer_type);
}

}  // namespace ttnn
