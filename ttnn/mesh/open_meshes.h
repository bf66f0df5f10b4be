#pragma once
// The meshes and submeshes of this process that are open, so that what runs programs of others, as
// tests do, can close what they left.
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace ttnn {

class MeshDevice;

class OpenMeshes {
 public:
  static OpenMeshes& instance();
  void add(const std::shared_ptr<MeshDevice>& mesh);
  void remove(const MeshDevice& mesh);
  // In the order of their opening: a part comes after the mesh that it is of.
  std::vector<std::shared_ptr<MeshDevice>> all() const;

 private:
  mutable std::mutex mutex_;                         // guards meshes_
  std::map<int, std::weak_ptr<MeshDevice>> meshes_;  // by id; a mesh that is dropped closes
};

}  // namespace ttnn
