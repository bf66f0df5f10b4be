// The true label: one spelling for each meaning, and what ops and collectives make of it. The
// meaning itself is checked by composing numbers.
#include "ttnn/tensor/label.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "ttnn/core/error.h"
#include "ttnn/tensor/composer.h"
#include "ttnn/tensor/mapper.h"

namespace ttnn {
namespace {

const Placement replicated{}, partial{Placement::partial}, local{Placement::local};
Placement shard(int dim) { return {Placement::shard, dim}; }

LabelPtr label(const MeshShape& mesh, const MeshShape& shape, std::vector<Placement> placements,
               std::vector<int> devices = {}) {
  return std::make_shared<Label>(mesh, shape, std::move(placements), std::move(devices));
}
LabelPtr on_mesh(const MeshShape& mesh, std::vector<Placement> placements) {
  return label(mesh, mesh, std::move(placements));
}

LabelPtr elementwise(const std::vector<LabelPtr>& inputs) {
  std::vector<const LabelPtr*> pointers;
  for (const LabelPtr& input : inputs) pointers.push_back(&input);
  return elementwise_label(pointers);
}

const MeshShape mesh(2, 4);

TEST(Label, WritesALineOnTheMeshsAxes) {
  EXPECT_EQ(*label(mesh, {8}, {shard(0)}), *on_mesh(mesh, {shard(0), shard(0)}));
  EXPECT_EQ(*label(mesh, {8}, {replicated}), *Label::replicated(mesh));
  EXPECT_EQ(*label(mesh, {1, 8}, {shard(2), shard(0)}), *on_mesh(mesh, {shard(0), shard(0)}));
  EXPECT_EQ(*label(mesh, {2, 2, 2}, {shard(1), replicated, replicated}),
            *on_mesh(mesh, {shard(1), replicated}));
  EXPECT_TRUE(label(mesh, {8}, {shard(0)})->is_on_mesh_axes());
}

TEST(Label, IgnoresAxesOfOneDevice) {
  EXPECT_EQ(*on_mesh({1, 4}, {shard(3), shard(0)}), *on_mesh({1, 4}, {replicated, shard(0)}));
  EXPECT_EQ(*on_mesh({1, 1}, {shard(3), partial}), *Label::replicated({1, 1}));
}

TEST(Label, KeepsAShapeOfItsOwnWhereTheMeshHasNoSuchAxes) {
  const LabelPtr tall = label(mesh, {4, 2}, {shard(0), shard(1)});
  EXPECT_EQ(tall->distribution(), MeshShape(4, 2));
  EXPECT_TRUE(tall->is_on_all_devices());
  EXPECT_FALSE(tall->is_on_mesh_axes());
  EXPECT_EQ(*tall, *label(mesh, {2, 2, 2}, {shard(0), shard(0), shard(1)}));

  const LabelPtr three = label({1, 4}, {3}, {shard(0)}, {0, 1, 2});
  EXPECT_EQ(three->num_devices(), 3);
  EXPECT_FALSE(three->is_on_all_devices());
  EXPECT_EQ(text(*three), "[shard(0)] on MeshShape([3]) of MeshShape([1, 4])");
}

TEST(Label, RefusesAnotherNumberOfDevices) {
  EXPECT_THROW(label(mesh, {3}, {shard(0)}), Error);
  EXPECT_THROW(label(mesh, {8}, {shard(0), replicated}), Error);
}

TEST(Label, ElementwiseKeepsPointers) {
  const LabelPtr x = label(mesh, {8}, {shard(0)}), w = Label::replicated(mesh);
  EXPECT_EQ(elementwise({x}), x);
  EXPECT_EQ(elementwise({w, x}), x);
  EXPECT_EQ(elementwise({w, w}), w);
  const LabelPtr few = label({1, 4}, {3}, {shard(0)}, {0, 1, 2});
  EXPECT_EQ(elementwise({Label::replicated({1, 4}), few}), few);
}

TEST(Label, ElementwiseMeetsAxisByAxis) {
  const LabelPtr rows = on_mesh(mesh, {shard(0), replicated});
  const LabelPtr columns = on_mesh(mesh, {replicated, shard(1)});
  EXPECT_EQ(*elementwise({rows, columns}), *on_mesh(mesh, {shard(0), shard(1)}));
  EXPECT_EQ(*elementwise({rows, on_mesh(mesh, {shard(1), replicated})}),
            *on_mesh(mesh, {local, replicated}));
  EXPECT_EQ(*elementwise({rows, on_mesh(mesh, {partial, replicated})}),
            *on_mesh(mesh, {local, replicated}));
}

TEST(Label, ElementwiseOnSlicesOfOneDimByDifferentAxesIsLocal) {
  const LabelPtr rows = on_mesh(mesh, {shard(0), replicated});
  EXPECT_EQ(*elementwise({rows, on_mesh(mesh, {replicated, shard(0)})}),
            *Label::everywhere(mesh, local));
  EXPECT_TRUE(elementwise({rows, label(mesh, {8}, {shard(0)})})->has(Placement::local));
}

TEST(Label, AxesThatInterlockAreCutFiner) {
  const LabelPtr tall = label(mesh, {4, 2}, {shard(0), replicated});
  const LabelPtr wide = on_mesh(mesh, {replicated, shard(1)});  // 2x4: cuts the second axis
  const LabelPtr both = elementwise({tall, wide});
  EXPECT_TRUE(both->has(Placement::local));  // the middle axis would cut dim 0 and dim 1

  const LabelPtr half = label(mesh, {2, 2, 2}, {replicated, shard(0), replicated});
  EXPECT_EQ(*elementwise({half, on_mesh(mesh, {shard(1), replicated})}),
            *label(mesh, {2, 2, 2}, {shard(1), shard(0), replicated}));
  const MeshShape six(2, 3);
  const LabelPtr rows = on_mesh(six, {shard(0), replicated});
  EXPECT_EQ(*elementwise({rows, label(six, {3, 2}, {shard(1), replicated})}),
            *Label::everywhere(six, local));
}

TEST(Label, InputsOnDifferentDevicesNeedOneInCommon) {
  const LabelPtr first = Label::single(mesh, 0), last = Label::single(mesh, 7);
  EXPECT_EQ(elementwise({first, Label::replicated(mesh)}), first);
  EXPECT_THROW(elementwise({first, last}), Error);
}

TEST(Label, MovesDims) {
  const LabelPtr x = on_mesh(mesh, {shard(0), shard(2)});
  EXPECT_EQ(*with_dims(x, std::vector{2, 1, 0}), *on_mesh(mesh, {shard(2), shard(0)}));
  EXPECT_EQ(*with_dims(x, std::vector{-1, 0, 1}), *on_mesh(mesh, {local, shard(1)}));
  EXPECT_EQ(*with_leading_dims(x, 2), *on_mesh(mesh, {shard(2), shard(4)}));
  EXPECT_EQ(*with_leading_dims(x, -1), *on_mesh(mesh, {local, shard(1)}));
  EXPECT_EQ(with_leading_dims(x, 0), x);
  EXPECT_EQ(with_dims(Label::replicated(mesh), {}), Label::replicated(mesh));
}

TEST(Label, RepeatedSlicesAreLocal) {
  const LabelPtr x = on_mesh(mesh, {shard(0), shard(1)});
  EXPECT_EQ(with_broadcast(x, {1, 2}, {1, 2}), x);
  EXPECT_EQ(*with_broadcast(x, {1, 2}, {3, 1, 2}), *on_mesh(mesh, {shard(1), shard(2)}));
  EXPECT_EQ(*with_broadcast(x, {1, 2}, {4, 2}), *on_mesh(mesh, {local, shard(1)}));
}

TEST(Label, MovesToAMeshOfAnotherShape) {
  const LabelPtr rows = on_mesh(mesh, {shard(0), replicated});
  EXPECT_EQ(*with_mesh(rows, {1, 8}), *label({1, 8}, {2, 4}, {shard(0), replicated}));
  EXPECT_EQ(*with_mesh(with_mesh(rows, {1, 8}), mesh), *rows);
  EXPECT_EQ(*with_mesh(label(mesh, {8}, {shard(0)}), {4, 2}),
            *on_mesh({4, 2}, {shard(0), shard(0)}));
  EXPECT_EQ(with_mesh(rows, mesh), rows);
  EXPECT_THROW(with_mesh(rows, {1, 4}), Error);
}

TEST(Label, ACollectiveSetsItsAxis) {
  const LabelPtr x = on_mesh(mesh, {shard(0), partial});
  EXPECT_EQ(*with_axis(x, 1, replicated), *on_mesh(mesh, {shard(0), replicated}));
  EXPECT_EQ(*with_axis(x, 1, shard(3)), *on_mesh(mesh, {shard(0), shard(3)}));
  EXPECT_EQ(*with_axis(x, std::nullopt, shard(3)), *label(mesh, {8}, {shard(3)}));
  EXPECT_EQ(with_axis(x, 0, shard(0)), x);
  const LabelPtr three = label({1, 4}, {3}, {shard(0)}, {0, 1, 2});
  EXPECT_EQ(*with_axis(three, std::nullopt, replicated),
            *label({1, 4}, {3}, {replicated}, {0, 1, 2}));
}

TEST(Label, ACollectiveAlongAnAxisOfOneDeviceChangesNothing) {
  const MeshShape line(1, 4);
  const LabelPtr x = on_mesh(line, {replicated, shard(3)});
  EXPECT_EQ(with_axis(x, 0, shard(3)), x);
  EXPECT_EQ(with_axis(x, 0, replicated), x);
  EXPECT_EQ(gathered_label(x, 0, 3), x);
}

TEST(Label, ACollectiveOnTheOuterAxisBreaksTheRowMajorOrder) {
  const LabelPtr line = label(mesh, {8}, {shard(0)});
  EXPECT_EQ(*with_axis(line, 1, replicated), *on_mesh(mesh, {shard(0), replicated}));
  EXPECT_EQ(*with_axis(line, 0, replicated), *on_mesh(mesh, {replicated, local}));
  const LabelPtr columns = on_mesh(mesh, {replicated, shard(0)});
  EXPECT_EQ(*with_axis(columns, 0, shard(0)), *Label::everywhere(mesh, local));
  const LabelPtr rows = on_mesh(mesh, {shard(0), replicated});
  EXPECT_EQ(*with_axis(rows, 1, shard(0)), *line);
}

TEST(Label, SumsAreLostAlongAxes) {
  const LabelPtr both = on_mesh(mesh, {partial, partial});
  EXPECT_EQ(lost_sums(*both, *on_mesh(mesh, {partial, replicated})), std::vector{1});
  EXPECT_EQ(lost_sums(*both, *on_mesh(mesh, {local, shard(0)})), (std::vector{0, 1}));
  EXPECT_EQ(lost_sums(*both, *both), std::vector<int>{});
  EXPECT_EQ(lost_sums(*on_mesh(mesh, {shard(0), partial}), *Label::everywhere(mesh, local)),
            std::vector{1});
  EXPECT_EQ(lost_sums(*Label::replicated(mesh), *Label::everywhere(mesh, local)),
            std::vector<int>{});
  // Of a finer grid, each part of an axis has to keep them.
  const LabelPtr half = label(mesh, {2, 2, 2}, {partial, partial, replicated});
  EXPECT_EQ(lost_sums(*both, *half), std::vector{1});
  EXPECT_EQ(lost_sums(*half, *Label::replicated(mesh)), std::vector{-1});
  EXPECT_EQ(lost_sums(*half, *both), std::vector<int>{});
}

// Every device's shard of the numbers 0..n-1, cut along dim 0.
using Shards = std::vector<std::vector<int>>;

Shards cut(int n, const MeshMapper& mapper) {
  const Distribution plan = distribute({n}, mapper, "test");
  Shards shards;
  for (int chunk : plan.chunk_of_device) {
    shards.emplace_back();
    for (int64_t i = 0; chunk >= 0 && i < plan.shard_shape[0]; ++i)
      shards.back().push_back(static_cast<int>(plan.chunks[chunk].begin[0] + i));
  }
  return shards;
}

std::vector<int> join(const Shards& shards, const Label& label) {
  const int64_t size = static_cast<int64_t>(shards[label.device(0)].size());
  const Composition plan = compose_by_label({size}, label, "test");
  std::vector<int> whole(plan.whole[0], -1);
  for (const Placed& part : plan.parts)
    std::copy_n(shards[part.device].begin(), size, whole.begin() + part.begin[0]);
  return whole;
}

// all_gather over the devices that share all coordinates but `axis`.
Shards gathered(const Shards& shards, const MeshShape& mesh, int axis) {
  Shards result(shards.size());
  for (const MeshCoordinate& at : MeshCoordinateRange(mesh))
    for (int i = 0; i < mesh[axis]; ++i) {
      const auto& part = shards[linear_index(mesh, at.with(axis, i))];
      auto& whole = result[linear_index(mesh, at)];
      whole.insert(whole.end(), part.begin(), part.end());
    }
  return result;
}

TEST(Label, GatheringByAnyAxisTellsTheTruthOrSaysLocal) {
  const std::vector<MeshMapper> mappers = {
      shard_tensor_to_mesh_mapper(mesh, 0),
      {mesh, {{PlacementShard{0}, PlacementReplicate{}}, {}, {}}},
      {mesh, {{PlacementReplicate{}, PlacementShard{0}}, {}, {}}},
      {mesh, {{PlacementReplicate{}, PlacementShard{0}}, MeshShape(4, 2), {}}},
      {mesh,
       {{PlacementReplicate{}, PlacementShard{0}, PlacementReplicate{}}, MeshShape(2, 2, 2), {}}},
  };
  std::vector<int> numbers(16);
  std::iota(numbers.begin(), numbers.end(), 0);
  int composed = 0;
  for (const MeshMapper& mapper : mappers)
    for (int axis : {0, 1}) {
      const LabelPtr before = distribute({16}, mapper, "test").label;
      const Shards shards = cut(16, mapper);
      ASSERT_EQ(join(shards, *before), numbers);
      if (!before->is_on_mesh_axes() || before->placements()[axis].kind != Placement::shard)
        continue;  // gathering replicas repeats what they hold
      const LabelPtr after = with_axis(before, axis, {});
      if (after->has(Placement::local)) continue;
      EXPECT_EQ(join(gathered(shards, mesh, axis), *after), numbers) << mapper << " axis " << axis;
      ++composed;
    }
  EXPECT_EQ(composed, 3);
}

}  // namespace
}  // namespace ttnn
