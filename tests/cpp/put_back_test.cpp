// A test that leaves everything behind it, and one that finds nothing of it. They run in this
// order.
#include <gtest/gtest.h>

#include "ttnn/mesh/compat.h"
#include "ttnn/mesh/mesh_device.h"
#include "ttnn/mesh/open_meshes.h"
#include "ttnn/runtime/stream.h"

namespace ttnn {
namespace {

auto& left = *new std::vector<std::shared_ptr<MeshDevice>>;
const std::string system_before = SystemMesh::instance().model().name;

TEST(PutBack, ATestMayLeaveEverything) {
  SystemMesh::select("t3000");
  Stream::instance().set_workers(3);
  set_compat(Compat::v081);
  ::setenv("TTNN_STRICT_PLACEMENT", "1", 1);
  left.push_back(open_mesh_device(MeshShape(2, 4)));
  left.push_back(left.front()->create_submesh(MeshShape(1, 2)));
  EXPECT_EQ(OpenMeshes::instance().all(), left);
}

TEST(PutBack, TheNextFindsNothingOfIt) {
  ASSERT_EQ(left.size(), 2u);
  for (const auto& mesh : left) EXPECT_FALSE(mesh->is_open());
  EXPECT_TRUE(OpenMeshes::instance().all().empty());
  EXPECT_EQ(SystemMesh::instance().open_meshes(), 0);
  EXPECT_EQ(SystemMesh::instance().model().name, system_before);
  EXPECT_EQ(compat(), Compat::seed);
  EXPECT_EQ(std::getenv("TTNN_STRICT_PLACEMENT"), nullptr);
  Stream::instance().set_workers(2);  // refused while a mesh is open
}

TEST(OpenMeshes, AMeshThatIsDroppedIsOpenNoMore) {
  auto mesh = open_mesh_device(MeshShape(1, 2));
  EXPECT_EQ(OpenMeshes::instance().all().size(), 1u);
  mesh.reset();
  EXPECT_TRUE(OpenMeshes::instance().all().empty());
}

}  // namespace
}  // namespace ttnn
