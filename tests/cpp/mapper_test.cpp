// How tensors are cut and dealt: the chunk rule, where chunks go, both labels, and the errors.
#include "ttnn/tensor/mapper.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "ttnn/core/error.h"
#include "ttnn/tensor/composer.h"

namespace ttnn {
namespace {

const MeshPlacement replicated = PlacementReplicate{};
MeshPlacement shard(int dim) { return PlacementShard{dim}; }

MeshMapper mapper(const MeshShape& mesh, std::vector<MeshPlacement> placements,
                  std::optional<MeshShape> shape = {}, std::optional<MeshCoordinate> offset = {}) {
  return {mesh, {std::move(placements), shape, offset}};
}

Distribution deal(const Shape& whole, const MeshMapper& mapper) {
  return distribute(whole, mapper, "from_torch");
}

std::string error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::string refused(const Shape& whole, const MeshMapper& mapper) {
  return error_of([&] { deal(whole, mapper); });
}

#define EXPECT_HAS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST(Mapper, ShardsALineInOrder) {
  const Distribution plan = deal({1, 1, 32, 64}, shard_tensor_to_mesh_mapper({1, 2}, 3));
  EXPECT_EQ(plan.shard_shape, Shape({1, 1, 32, 32}));
  EXPECT_EQ(plan.chunks,
            (std::vector<Chunk>{{{0, 0, 0, 0}, {1, 1, 32, 32}}, {{0, 0, 0, 32}, {1, 1, 32, 32}}}));
  EXPECT_EQ(plan.chunk_of_device, (std::vector{0, 1}));
  EXPECT_EQ(plan.topology->distribution_shape(), MeshShape({2}));
  EXPECT_EQ(text(*plan.label), "[replicate, shard(3)] on MeshShape([1, 2])");
}

TEST(Mapper, DealsALineRowMajorOverAMesh) {
  const Distribution plan = deal({8, 3}, shard_tensor_to_mesh_mapper({2, 4}, 0));
  EXPECT_EQ(plan.chunk_of_device, (std::vector{0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(plan.chunks[5].begin, Shape({5, 0}));
  EXPECT_EQ(plan.topology->placements(), std::vector{shard(0)});
  EXPECT_EQ(plan.topology->mesh_coords()[5], MeshCoordinate(1, 1));
  EXPECT_EQ(text(*plan.label), "[shard(0), shard(0)] on MeshShape([2, 4])");
}

TEST(Mapper, KeepsOneChunkForReplicas) {
  const Distribution plan = deal({5}, replicate_tensor_to_mesh_mapper({2, 4}));
  EXPECT_EQ(plan.chunks.size(), 1u);
  EXPECT_EQ(plan.chunk_of_device, std::vector<int>(8, 0));
  const Distribution direct = replicate({5}, {2, 4});
  EXPECT_EQ(direct.chunks, plan.chunks);
  EXPECT_EQ(direct.chunk_of_device, plan.chunk_of_device);
  EXPECT_EQ(*direct.topology, *plan.topology);
  EXPECT_EQ(*direct.label, *plan.label);
}

TEST(Mapper, FirstPlacementBelongsToRows) {
  const MeshShape mesh(2, 4);
  const Distribution both = deal({4, 1, 1, 8}, mapper(mesh, {shard(0), shard(3)}));
  EXPECT_EQ(both.shard_shape, Shape({2, 1, 1, 2}));
  EXPECT_EQ(both.chunks[5].begin, Shape({2, 0, 0, 2}));
  const Distribution columns = deal({4, 8}, mapper(mesh, {replicated, shard(-1)}));
  EXPECT_EQ(columns.chunk_of_device, (std::vector{0, 1, 2, 3, 0, 1, 2, 3}));
  EXPECT_EQ(columns.topology->placements(), (std::vector{replicated, shard(1)}));
  const Distribution rows = deal({4, 8}, mapper(mesh, {shard(0), replicated}));
  EXPECT_EQ(rows.chunk_of_device, (std::vector{0, 0, 0, 0, 1, 1, 1, 1}));
}

TEST(Mapper, TakesAThirdAxis) {
  const Distribution plan =
      deal({2, 4, 6}, mapper({2, 4}, {shard(2), replicated, shard(0)}, MeshShape(2, 2, 2)));
  EXPECT_EQ(plan.shard_shape, Shape({1, 4, 3}));
  EXPECT_EQ(plan.chunk_of_device, (std::vector{0, 1, 0, 1, 2, 3, 2, 3}));
  EXPECT_EQ(plan.chunks[1].begin, Shape({1, 0, 0}));
  EXPECT_EQ(plan.chunks[2].begin, Shape({0, 0, 3}));
}

TEST(Mapper, FewerChunksThanDevicesLeaveTheLastEmpty) {
  for (const auto& [size, shards, each] : {std::tuple{3, 3, 1}, {6, 3, 2}, {1, 1, 1}, {2, 2, 1}}) {
    const Distribution plan = deal({size}, shard_tensor_to_mesh_mapper({1, 4}, 0));
    EXPECT_EQ(plan.shard_shape, Shape({each}));
    EXPECT_EQ(static_cast<int>(plan.chunks.size()), shards);
    for (int device = 0; device < 4; ++device)
      EXPECT_EQ(plan.chunk_of_device[device], device < shards ? device : -1);
    EXPECT_EQ(plan.topology->distribution_shape(), MeshShape({shards}));
    EXPECT_EQ(plan.label->num_devices(), shards);
  }
}

TEST(Mapper, ASmallerBlockLiesAtTheOriginOrItsOffset) {
  const MeshShape mesh(2, 4), block(2, 2);
  EXPECT_EQ(deal({2, 2}, mapper(mesh, {shard(0), shard(1)}, block)).chunk_of_device,
            (std::vector{0, 1, -1, -1, 2, 3, -1, -1}));
  const Distribution moved =
      deal({2, 2}, mapper(mesh, {shard(0), shard(1)}, block, MeshCoordinate(0, 2)));
  EXPECT_EQ(moved.chunk_of_device, (std::vector{-1, -1, 0, 1, -1, -1, 2, 3}));
  EXPECT_EQ(moved.topology->mesh_coords()[3], MeshCoordinate(1, 3));
  EXPECT_THROW(mapper(mesh, {shard(0), shard(1)}, block, MeshCoordinate(0, 3)), Error);
  EXPECT_THROW(mapper(mesh, {shard(0)}, MeshShape({2}), MeshCoordinate(0, 3)), Error);
}

TEST(Mapper, EmptyDimsOfOtherAxesAreLegal) {
  EXPECT_EQ(deal({4, 0}, shard_tensor_to_mesh_mapper({1, 4}, 0)).shard_shape, Shape({1, 0}));
  EXPECT_EQ(deal({}, replicate_tensor_to_mesh_mapper({1, 4})).shard_shape, Shape({}));
}

TEST(Mapper, RefusesUnevenShards) {
  const std::string line = refused({5, 2}, shard_tensor_to_mesh_mapper({1, 4}, 0));
  EXPECT_HAS(line, "from_torch: mesh_mapper on Shape([5, 2]): ");
  EXPECT_HAS(line, "Shard shape mismatch: expected Shape([2, 2]) but got Shape([1, 2])");
  EXPECT_HAS(line, "MeshShape([1, 4])");
  EXPECT_HAS(line, "Pad dim 0 to 8");
  EXPECT_HAS(refused({7}, shard_tensor_to_mesh_mapper({1, 2}, 0)), "Shard shape mismatch");
  EXPECT_HAS(refused({7}, mapper({1, 4}, {replicated, shard(0)})), "Shard shape mismatch");
  EXPECT_HAS(refused({0, 2}, shard_tensor_to_mesh_mapper({1, 4}, 0)), "No shards were produced");
}

TEST(Mapper, AGridNeedsAChunkForEachPosition) {
  const std::string grid = refused({2, 3}, mapper({2, 4}, {shard(0), shard(1)}));
  EXPECT_HAS(grid,
             "ND sharding requires the number of chunks 3 to match the mesh dimension size 4");
  EXPECT_HAS(grid, "Pad dim 1 to 4");
}

TEST(Mapper, RefusesDimsThatAreNotThere) {
  EXPECT_HAS(refused({2, 3}, shard_tensor_to_mesh_mapper({1, 4}, 2)),
             "Invalid dimension index; got dims: [2], tensor dimension: 2");
  EXPECT_HAS(refused({2, 3}, shard_tensor_to_mesh_mapper({1, 4}, -3)), "Invalid dimension index");
  EXPECT_HAS(refused({}, shard_tensor_to_mesh_mapper({1, 4}, 0)),
             "Replicate a tensor without dims.");
  EXPECT_HAS(refused({4, 8}, mapper({2, 4}, {shard(1), shard(-1)})), "dims must be unique");
}

TEST(Mapper, RefusesShapesThatDoNotFitTheMesh) {
  EXPECT_HAS(error_of([] { mapper({2, 4}, {shard(0), shard(1)}, MeshShape(4, 4)); }),
             "The size of the supplied mesh shape MeshShape([4, 4]) does not match the device "
             "shape size MeshShape([2, 4])");
  EXPECT_HAS(error_of([] { mapper({2, 4}, {shard(0)}); }),
             "The number of dimensions in the mesh shape MeshShape([2, 4]) does not match the "
             "number of placements in the config MeshMapperConfig(placements: "
             "[PlacementShard(0)])");
  EXPECT_HAS(error_of([] { mapper({2, 4}, {shard(0), shard(1)}, MeshShape(0, 4)); }),
             "has no devices");
}

TEST(Mapper, KnowsTheMeshItWasMadeFor) {
  const MeshMapper line = shard_tensor_to_mesh_mapper({1, 4}, 0);
  EXPECT_NO_THROW(line.check_mesh({1, 4}, "from_torch"));
  EXPECT_HAS(error_of([&] { line.check_mesh({2, 2}, "from_torch"); }),
             "from_torch: mesh_mapper was made for a mesh of MeshShape([1, 4]), but the tensor "
             "goes to a mesh of MeshShape([2, 2])");
}

TEST(Mapper, PrintsAsTtnnDoes) {
  EXPECT_EQ(text(mapper({1, 4}, {replicated, shard(3)}).config()),
            "MeshMapperConfig(placements: [PlacementReplicate(), PlacementShard(3)])");
  EXPECT_EQ(text(shard_tensor_to_mesh_mapper({1, 4}, 3)),
            "TensorToMesh(MeshShape([1, 4]), MeshMapperConfig(placements: [PlacementShard(3)], "
            "mesh_shape_override=MeshShape([4])))");
}

// A tensor that holds its own linear indices, cut by the plan and put together by the true label.
std::vector<int64_t> cut_and_join(const Shape& whole, const MeshMapper& mapper) {
  const Distribution plan = deal(whole, mapper);
  const Composition joined = compose_by_label(plan.shard_shape, *plan.label, "to_torch");
  EXPECT_EQ(joined.whole, whole);
  std::vector<int64_t> result(whole.volume(), -1);
  const auto linear = [&](const Shape& at) {
    int64_t index = 0;
    for (int dim = 0; dim < whole.rank(); ++dim) index = index * whole[dim] + at[dim];
    return index;
  };
  for (const Placed& part : joined.parts) {
    const Chunk& chunk = plan.chunks.at(plan.chunk_of_device[part.device]);
    for (int64_t i = 0; i < chunk.extent.volume(); ++i) {
      Shape from = chunk.begin, to = part.begin;
      for (int64_t dim = whole.rank() - 1, left = i; dim >= 0; left /= chunk.extent[dim--]) {
        from.at(dim) += left % chunk.extent[dim];
        to.at(dim) += left % chunk.extent[dim];
      }
      EXPECT_EQ(result.at(linear(to)), -1) << "written twice";
      result[linear(to)] = linear(from);
    }
  }
  return result;
}

TEST(Mapper, DealingAndJoiningIsTheIdentity) {
  std::mt19937 random(7);
  const auto any = [&](int low, int high) {
    return std::uniform_int_distribution(low, high)(random);
  };
  const std::vector<MeshShape> meshes = {{1, 1}, {1, 3}, {2, 4}, {8, 1}, {2, 2, 2}, {3, 2}};
  int dealt = 0;
  for (int round = 0; round < 3000; ++round) {
    const MeshShape mesh = meshes[any(0, static_cast<int>(meshes.size()) - 1)];
    Shape whole;
    for (int dim = any(1, 3); dim > 0; --dim) whole.push_back(any(1, 8));
    MeshShape shape = any(0, 1) ? mesh : MeshShape({mesh.mesh_size()});
    if (any(0, 3) == 0) shape = MeshShape(any(1, 3), any(1, 3), any(1, 2));
    std::vector<MeshPlacement> placements;
    for (int axis = 0; axis < shape.dims(); ++axis)
      placements.push_back(any(0, 2) ? shard(any(-whole.rank(), whole.rank() - 1)) : replicated);
    try {
      const std::vector<int64_t> result = cut_and_join(whole, mapper(mesh, placements, shape));
      for (size_t i = 0; i < result.size(); ++i) ASSERT_EQ(result[i], static_cast<int64_t>(i));
      ++dealt;
    } catch (const Error&) {  // an uneven or impossible distribution
    }
  }
  EXPECT_GT(dealt, 500);
}

}  // namespace
}  // namespace ttnn
