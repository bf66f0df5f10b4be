// TT-NN's label of an op's output, its texts, and where the shards of a distribution go.
#include "ttnn/tensor/topology.h"

#include <gtest/gtest.h>

#include "ttnn/core/error.h"

namespace ttnn {
namespace {

const MeshPlacement replicate = PlacementReplicate{};
MeshPlacement shard(int dim) { return PlacementShard{dim}; }

TopologyPtr topology(const MeshShape& shape, std::vector<MeshPlacement> placements) {
  const MeshCoordinateRange range(shape);
  return std::make_shared<TensorTopology>(shape, std::move(placements),
                                          std::vector<MeshCoordinate>(range.begin(), range.end()));
}

TopologyPtr output(const std::vector<TopologyPtr>& inputs) {
  std::vector<const TopologyPtr*> pointers;
  for (const TopologyPtr& input : inputs) pointers.push_back(&input);
  return output_topology(pointers);
}

TEST(Topology, PrintsAsTtnnDoes) {
  EXPECT_EQ(text(replicate), "PlacementReplicate()");
  EXPECT_EQ(text(shard(-1)), "PlacementShard(-1)");
  EXPECT_EQ(text(*topology({1, 2}, {replicate, shard(3)})),
            "TensorTopology(distribution_shape=MeshShape([1, 2]), "
            "placements=[PlacementReplicate(), PlacementShard(3)], "
            "mesh_coords=[MeshCoordinate([0, 0]), MeshCoordinate([0, 1])])");
}

TEST(Topology, NeedsOnePlacementForEachAxis) {
  EXPECT_THROW(TensorTopology({2, 4}, {replicate}, {}), Error);
}

TEST(Topology, SharesTheLabelOfReplicatedTensors) {
  EXPECT_EQ(replicated_topology({2, 4}), replicated_topology({2, 4}));
  EXPECT_EQ(replicated_topology({2, 4})->distribution_shape(), MeshShape({8}));
  EXPECT_EQ(replicated_topology({2, 4})->mesh_coords().at(5), MeshCoordinate(1, 1));
}

TEST(Topology, OutputKeepsThePointerOfTheOnlyDistributedInput) {
  const TopologyPtr weights = replicated_topology({1, 4}),
                    x = topology({1, 4}, {replicate, shard(0)});
  EXPECT_EQ(output({x}), x);
  EXPECT_EQ(output({weights, x, x}), x);
  EXPECT_EQ(output({weights, weights}), weights);
  const TopologyPtr equal = topology({1, 4}, {replicate, shard(0)});
  EXPECT_EQ(output({equal, x}), equal);
}

TEST(Topology, OutputTakesTheFirstShardOfEachAxis) {
  const TopologyPtr rows = topology({2, 4}, {shard(0), replicate});
  const TopologyPtr columns = topology({2, 4}, {replicate, shard(3)});
  EXPECT_EQ(output({rows, columns})->placements(), (std::vector{shard(0), shard(3)}));
  const TopologyPtr other = topology({2, 4}, {shard(1), shard(2)});
  EXPECT_EQ(output({rows, other})->placements(), (std::vector{shard(0), shard(2)}));
}

TEST(Topology, OutputShardsATensorDimOnce) {
  const TopologyPtr rows = topology({2, 4}, {shard(0), replicate});
  const TopologyPtr columns = topology({2, 4}, {replicate, shard(0)});
  EXPECT_EQ(output({rows, columns}), rows);
}

TEST(Topology, OutputTakesTheLargestDistribution) {
  const TopologyPtr line = topology({8}, {shard(0)}),
                    grid = topology({2, 4}, {replicate, shard(3)});
  const TopologyPtr out = output({line, grid});
  EXPECT_EQ(out->distribution_shape(), MeshShape(8, 4));
  EXPECT_EQ(out->placements(), (std::vector{shard(0), shard(3)}));
  EXPECT_EQ(out->mesh_coords().size(), 8u);
}

TEST(Topology, NeighboursGoAroundTheDistribution) {
  using C = MeshCoordinate;
  const TopologyPtr grid = topology({2, 4}, {shard(0), shard(1)});
  EXPECT_EQ(grid->get_next_neighbor({0, 2}, 1), C(0, 3));
  EXPECT_EQ(grid->get_next_neighbor({0, 3}, 1), C(0, 0));
  EXPECT_EQ(grid->get_prev_neighbor({0, 0}, -1), C(0, 3));
  EXPECT_EQ(grid->get_prev_neighbor({0, 3}, 0), C(1, 3));
  EXPECT_EQ(grid->get_neighbor({1, 1}, -7, 1), C(1, 2));
  EXPECT_THROW(grid->get_neighbor({1, 1}, 1, 2), Error);
  EXPECT_THROW(grid->get_neighbor({2, 1}, 1, 0), Error);
}

TEST(Topology, KnowsTheDeviceOfAPlaceAndThePlaceOfADevice) {
  using C = MeshCoordinate;
  const TensorTopology line({3}, {shard(0)}, {C(0, 0), C(0, 1), C(1, 0)});
  EXPECT_EQ(line.get_device_coord(C{2}), C(1, 0));
  EXPECT_EQ(line.get_tensor_coord({1, 0}), C{2});
  EXPECT_THROW(line.get_tensor_coord({1, 1}), Error);
  EXPECT_THROW(line.get_device_coord(C{3}), Error);
}

TEST(Topology, CollectivesSetTheAxisThatTheyAct) {
  const MeshShape mesh(2, 4);
  const TopologyPtr grid = topology({2, 4}, {shard(0), shard(3)});
  EXPECT_EQ(*gathered_topology(grid, 3, 4), *topology({2, 4}, {shard(0), replicate}));
  EXPECT_EQ(gathered_topology(grid, 1, 4), grid);
  EXPECT_EQ(*gathered_topology(topology({8}, {shard(-1)}), 3, 4), *topology({8}, {replicate}));
  EXPECT_EQ(*with_placement(grid, mesh, 1, shard(2)), *topology({2, 4}, {shard(0), shard(2)}));
  EXPECT_EQ(*with_placement(grid, mesh, {}, replicate), *topology({2, 4}, {replicate, replicate}));
}

// Shards dealt as a line are cut by every axis of the mesh.
TEST(Topology, ACollectiveAlongAnAxisWritesALineOnTheMesh) {
  const TopologyPtr line =
      std::make_shared<TensorTopology>(MeshShape({8}), std::vector{shard(0)},
                                       topology({2, 4}, {replicate, replicate})->mesh_coords());
  EXPECT_EQ(*with_placement(line, {2, 4}, 1, replicate), *topology({2, 4}, {shard(0), replicate}));
  EXPECT_EQ(*with_placement(line, {1, 8}, 1, shard(3)), *topology({1, 8}, {replicate, shard(3)}));
  EXPECT_EQ(with_placement(line, {2, 4}, {}, shard(3))->distribution_shape(), MeshShape({8}));
}

std::vector<MeshCoordinate> mapping(const MeshShape& distribution, const MeshShape& mesh) {
  return compute_distribution_to_mesh_mapping(distribution, mesh);
}

TEST(Topology, ABlockLiesAtTheOriginAndALineIsDealtRowMajor) {
  using C = MeshCoordinate;
  EXPECT_EQ(mapping({2, 2}, {2, 4}), (std::vector{C(0, 0), C(0, 1), C(1, 0), C(1, 1)}));
  EXPECT_EQ(mapping({5}, {2, 4}), (std::vector{C(0, 0), C(0, 1), C(0, 2), C(0, 3), C(1, 0)}));
  EXPECT_EQ(mapping({4, 1}, {2, 4}), (std::vector{C(0, 0), C(0, 1), C(0, 2), C(0, 3)}));
  EXPECT_THROW(mapping({3, 3}, {2, 4}), Error);
}

}  // namespace
}  // namespace ttnn
