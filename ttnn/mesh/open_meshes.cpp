#include "ttnn/mesh/open_meshes.h"

#include "ttnn/mesh/mesh_device.h"

namespace ttnn {

OpenMeshes& OpenMeshes::instance() {
  static OpenMeshes& meshes = *new OpenMeshes;  // meshes may end after static objects
  return meshes;
}

void OpenMeshes::add(const std::shared_ptr<MeshDevice>& mesh) {
  const std::lock_guard lock(mutex_);
  meshes_.emplace(mesh->id(), mesh);
}

void OpenMeshes::remove(const MeshDevice& mesh) {
  const std::lock_guard lock(mutex_);
  meshes_.erase(mesh.id());
}

std::vector<std::shared_ptr<MeshDevice>> OpenMeshes::all() const {
  std::vector<std::shared_ptr<MeshDevice>> open;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, weak] : meshes_)
    if (auto mesh = weak.lock()) open.push_back(std::move(mesh));
  return open;
}

}  // namespace ttnn
