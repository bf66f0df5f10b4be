// Putting shards together: by a composer, by the true label, and the refusals of both.
#include "ttnn/tensor/composer.h"

#include <gtest/gtest.h>

#include <functional>
#include <numeric>

#include "ttnn/core/error.h"
#include "ttnn/tensor/mapper.h"

namespace ttnn {
namespace {

std::vector<int> first(int n) {
  std::vector<int> devices(n);
  std::iota(devices.begin(), devices.end(), 0);
  return devices;
}

std::string error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

#define EXPECT_HAS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

Composition join(const std::vector<int>& devices, const Shape& shard,
                 const MeshComposer& composer) {
  return compose(devices, shard, composer, "to_torch");
}

TEST(Composer, ConcatenatesAllShardsInDeviceOrder) {
  const Composition plan = join(first(8), {2, 3}, concat_mesh_to_tensor_composer({2, 4}, -1));
  EXPECT_EQ(plan.whole, Shape({2, 24}));
  EXPECT_EQ(plan.parts[5], (Placed{5, {0, 15}}));
}

TEST(Composer, ConcatenatesTheShardsThatArePresent) {
  const Composition plan = join(first(3), {2}, concat_mesh_to_tensor_composer({1, 4}, 0));
  EXPECT_EQ(plan.whole, Shape({6}));
  EXPECT_EQ(plan.parts.size(), 3u);
}

TEST(Composer, FirstDimJoinsRows) {
  const MeshComposer composer({2, 4}, {{0, 2}, {}, {}});
  const Composition plan = join(first(8), {1, 5, 2}, composer);
  EXPECT_EQ(plan.whole, Shape({2, 5, 8}));
  EXPECT_EQ(plan.parts[6], (Placed{6, {1, 0, 4}}));
}

TEST(Composer, JoinsABlockOfDevices) {
  const MeshComposer composer({2, 4}, {{0, 1}, MeshShape(2, 2), {}});
  EXPECT_EQ(join({0, 1, 4, 5}, {1, 1}, composer).parts[2], (Placed{4, {1, 0}}));
}

TEST(Composer, GivesASingleShardUnchanged) {
  const Composition plan = join({0}, {}, concat_mesh_to_tensor_composer({1, 4}, 3));
  EXPECT_EQ(plan.whole, Shape({}));
  EXPECT_EQ(plan.parts, (std::vector<Placed>{{0, {}}}));
}

TEST(Composer, RefusesAnotherNumberOfShards) {
  const MeshComposer composer({2, 4}, {{0, 1}, {}, {}});
  EXPECT_HAS(error_of([&] { join(first(4), {1, 1}, composer); }),
             "to_torch: mesh_composer: ND composition requires the number of tensors 4 to match "
             "the mesh shape MeshShape([2, 4])");
}

TEST(Composer, RefusesDims) {
  EXPECT_HAS(error_of([] { MeshComposer({2, 4}, {{1, 1}, {}, {}}); }), "dims must be unique");
  EXPECT_HAS(error_of([] { join(first(8), {1, 1}, MeshComposer({2, 4}, {{1, -1}, {}, {}})); }),
             "dims must be unique");
  EXPECT_HAS(error_of([] { join(first(8), {1, 1}, MeshComposer({2, 4}, {{1, 2}, {}, {}})); }),
             "Invalid dimension index; got dims: [1, 2], tensor dimension: 2");
  EXPECT_HAS(error_of([] { MeshComposer({2, 4}, {{1}, {}, {}}); }),
             "does not match the number of dims in the config MeshComposerConfig(dims: [1])");
  EXPECT_HAS(error_of([] { MeshComposer({2, 4}, {{0, 1}, MeshShape(4, 4), {}}); }),
             "does not match the device shape size");
}

TEST(Composer, AListIsNotJoined) {
  const MeshComposer list = MeshComposer::list({1, 4});
  EXPECT_TRUE(list.is_list());
  EXPECT_HAS(error_of([&] { join(first(4), {1}, list); }), "ListMeshToTensor joins nothing");
}

TEST(Composer, FollowsTheTrueLabel) {
  const MeshMapper mapper({2, 4}, {{PlacementReplicate{}, PlacementShard{1}}, {}, {}});
  const Distribution plan = distribute({3, 8}, mapper, "from_torch");
  const Composition whole = compose_by_label(plan.shard_shape, *plan.label, "to_torch");
  EXPECT_EQ(whole.whole, Shape({3, 8}));
  EXPECT_EQ(whole.parts, (std::vector<Placed>{{0, {0, 0}}, {1, {0, 2}}, {2, {0, 4}}, {3, {0, 6}}}));
  EXPECT_EQ(compose_by_label({3}, *Label::replicated({2, 4}), "to_torch").parts.size(), 1u);
}

TEST(Composer, SumsAndUnrelatedDataHaveNoWhole) {
  const auto refusal = [](Placement::Kind kind) {
    return error_of([&] { compose_by_label({3}, *Label::everywhere({1, 2}, {kind}), "to_torch"); });
  };
  EXPECT_HAS(refusal(Placement::partial),
             "to_torch: Can't convert a tensor distributed on MeshShape([1, 2]) mesh to row-major "
             "logical tensor. Supply a mesh composer to concatenate multi-device shards.");
  EXPECT_HAS(refusal(Placement::partial), "Sum them with ttnn.all_reduce first.");
  EXPECT_HAS(refusal(Placement::local), "are no slices of one whole");
  EXPECT_NO_THROW(
      compose_by_label({3}, *Label::everywhere({1, 1}, {Placement::local}), "to_torch"));
}

TEST(Composer, NamesBothWaysOutOfReadingReplicas) {
  const std::string refusal =
      error_of([] { refuse_without_composer({3}, *Label::replicated({1, 2}), "to_torch"); });
  EXPECT_HAS(refusal, "2 devices each hold the same Shape([3])");
  EXPECT_HAS(refusal, "ttnn.get_device_tensors(tensor)[0]");
  EXPECT_HAS(refusal, "mesh_composer=ttnn.ConcatMeshToTensor(mesh_device, dim=0)");
}

TEST(Composer, Prints) {
  EXPECT_EQ(text(MeshComposer({1, 2}, {{0, 1}, {}, {}}).config()),
            "MeshComposerConfig(dims: [0, 1])");
  EXPECT_EQ(text(MeshComposer::list({1, 2})), "MeshToTensor(MeshShape([1, 2]), list)");
}

}  // namespace
}  // namespace ttnn
