// What collectives would send: the way through a group of devices, and the log of a C++ program.
#include "ttnn/runtime/communication.h"

#include <numeric>

#include "tests/cpp/runtime_ops.h"
#include "ttnn/ccl/all_gather.h"
#include "ttnn/ccl/all_reduce.h"

namespace ttnn::test {
namespace {

class Communications : public OnMesh {};

Route through_all(const MeshDevice& mesh) {
  std::vector<int> devices(static_cast<size_t>(mesh.num_devices()));
  std::iota(devices.begin(), devices.end(), 0);
  return route_through(mesh, devices);
}

bool is_walkable(const MeshDevice& mesh, const Route& route) {
  for (int i = 0; i < route.steps(); ++i)
    if (links_between(mesh.model().shape, mesh.device(route.order[static_cast<size_t>(i)]).id,
                      mesh.device(route.after(i)).id)
            .size() != 1)
      return false;
  return true;
}

TEST_F(Communications, RoutesVisitEveryDeviceFromNeighbourToNeighbour) {
  for (const MeshShape shape : {MeshShape(1, 2), MeshShape(2, 2), MeshShape(3, 3), MeshShape(2, 4),
                                MeshShape(1, 7), MeshShape(5, 3), MeshShape(8, 4)}) {
    open(shape);
    const Route route = through_all(*mesh_);
    std::vector<int> sorted = route.order;
    std::ranges::sort(sorted);
    for (int i = 0; i < route.size(); ++i) EXPECT_EQ(sorted[static_cast<size_t>(i)], i);
    EXPECT_TRUE(is_walkable(*mesh_, route)) << text(shape);
    EXPECT_EQ(route.is_ring, route.size() > 2 && route.size() % 2 == 0) << text(shape);
  }
}

TEST(Routes, LinksGoAlongTheRowAndThenTheColumn) {
  const MeshShape system(8, 4);
  EXPECT_EQ(links_between(system, 0, 9), (std::vector<Link>{{0, 1}, {1, 5}, {5, 9}}));
  EXPECT_EQ(links_between(system, 9, 0), (std::vector<Link>{{9, 8}, {8, 4}, {4, 0}}));
  EXPECT_TRUE(links_between(system, 3, 3).empty());
}

TEST_F(Communications, ALogNotesCollectivesWhileItIsAtWork) {
  open({1, 4});
  const Tensor x = tensor({1, 2, 3, 4}, {2, 2});
  {
    CommunicationLog log;
    all_gather(x, 0);
    log.start();
    log.start();
    all_gather(x, 0);
    scale(x, 2.0);
    all_reduce(x);
    log.stop();
    all_reduce(x);
    const auto records = log.records();
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].op, "all_gather");
    EXPECT_EQ(records[0].traffic, Traffic::gather);
    EXPECT_EQ(records[0].bytes, 3 * records[0].shard_bytes);
    EXPECT_EQ(records[1].op, "all_reduce");
    EXPECT_EQ(2 * records[1].bytes, 3 * records[1].shard_bytes);
    EXPECT_EQ(log.records(1).size(), 1U);
    EXPECT_EQ(log.records(9).size(), 0U);
    log.start();
  }
  all_reduce(x);  // the log is gone, and so is the observer
}

}  // namespace
}  // namespace ttnn::test
