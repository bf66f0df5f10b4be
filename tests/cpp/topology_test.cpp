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
