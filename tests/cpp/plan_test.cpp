// What dispatch keeps of a call for the next one like it, and what makes two calls differ.
#include "ttnn/runtime/plan.h"

#include "tests/cpp/runtime_ops.h"
#include "ttnn/ops/binary.h"
#include "ttnn/ops/binary_calls.h"

namespace ttnn::test {
namespace {

// x * factor. Counts how often its spec is asked for.
struct Watched {
  Tensor input;
  double factor = 1;
  std::optional<Tensor> other;
  static constexpr auto name = "test_watched";
  static constexpr auto doc = "x * factor.";
  static constexpr auto fields =
      std::tuple{arg("input_tensor", &Watched::input, ""), kw("factor", &Watched::factor, ""),
                 kw("other", &Watched::other, "")};
  static inline int inferred = 0;
  TensorSpec infer(const CallOptions&) const {
    ++inferred;
    return input.spec();
  }
  void reference(Task task) const {
    Floats x = task.floats(input);
    for (float& v : x) v *= static_cast<float>(factor);
    task.write(x);
  }
};
constexpr Call<Watched> watched;

class Plans : public OnMesh {
 protected:
  // Whether the call derived anything.
  template <class... Args>
  bool derives(const Args&... args) {
    const int before = Watched::inferred;
    last_ = watched(args...);
    return Watched::inferred > before;
  }
  // Twice: the first call is new to the mesh, the second one makes the plan.
  template <class... Args>
  void repeat(const Args&... args) {
    derives(args...);
    derives(args...);
  }
  Tensor last_;
};

TEST_F(Plans, ACallThatComesAgainIsNotDerivedAgain) {
  open({1, 2});
  const Tensor x = row({1, 2});
  EXPECT_TRUE(derives(x, 2.0));
  EXPECT_TRUE(derives(x, 2.0));  // it may never come again: nothing was kept before
  EXPECT_FALSE(derives(x, 2.0));
  EXPECT_EQ(read(last_, 1), (Floats{2, 4}));
  EXPECT_FALSE(derives(row({5, 6}), 2.0));  // other contents
  EXPECT_EQ(read(last_), (Floats{10, 12}));
  EXPECT_EQ(last_.label(), x.label());
}

TEST_F(Plans, WhatRulesSeeMakesAnotherCall) {
  open({1, 2});
  const Tensor x = row({1, 2});
  repeat(x, 2.0);
  EXPECT_TRUE(derives(x, 3.0));  // an attribute
  EXPECT_EQ(read(last_), (Floats{3, 6}));
  EXPECT_TRUE(derives(x, 2.0, std::optional(x)));  // one more input
  repeat(x, 2.0);
  EXPECT_TRUE(derives(row({1, 2, 3}), 2.0));  // a shape
  repeat(x, 2.0);
  EXPECT_TRUE(derives(tensor({1, 2}, {2}, DataType::BFLOAT16), 2.0));  // a dtype
  repeat(x, 2.0);
  CallOptions wide;
  wide.dtype = DataType::BFLOAT16;
  EXPECT_TRUE(derives(x, 2.0, wide));  // an option
  EXPECT_EQ(last_.dtype(), DataType::BFLOAT16);
}

TEST_F(Plans, LabelsAreComparedAndNotTheirObjects) {
  open({1, 2});
  const Tensor same = tensor({1, 2}, {1, 2});
  repeat(same, 2.0);
  const Tensor cut = sharded({1, 2, 3, 4}, {2, 2});
  EXPECT_TRUE(derives(cut, 2.0));
  const LabelPtr label = last_.label();
  EXPECT_EQ(last_.placement(1).kind, Placement::local);  // the op has no rule for slices
  EXPECT_EQ(read(last_, 1), (Floats{6, 8}));
  repeat(cut, 2.0);
  const Tensor again = cut.with(std::make_shared<const Label>(*cut.label()));
  EXPECT_FALSE(derives(again, 2.0));
  EXPECT_EQ(*last_.label(), *label);
  EXPECT_EQ(read(last_, 1), (Floats{6, 8}));
}

TEST_F(Plans, ATensorWrittenOnOneDeviceIsNoReplicaAnyMore) {
  open({1, 2});
  const Tensor x = row({1, 2});
  repeat(x, 2.0);
  ASSERT_FALSE(derives(x, 2.0));
  double_in_place(get_device_tensors(x)[1]);
  EXPECT_TRUE(derives(x, 2.0));
  EXPECT_EQ(read(last_, 0), (Floats{2, 4}));
  EXPECT_EQ(read(last_, 1), (Floats{4, 8}));
  EXPECT_EQ(last_.placement(1).kind, Placement::local);
}

TEST_F(Plans, ShardsThatLieElsewhereByThenAreComputedApart) {
  open({1, 2});
  const Tensor x = row({1, 2}), cut = sharded({5, 6, 7, 8}, {2, 2});
  repeat(x, 2.0);
  CallOptions into;
  into.outputs = {x};
  device_number(x, into);  // the same tensor and spec, now with a shard per device
  watched(x, 2.0);
  const Tensor y = watched(x, 2.0);
  EXPECT_EQ(read(y, 0), (Floats{0, 0}));
  EXPECT_EQ(read(y, 1), (Floats{2, 2}));
}

TEST_F(Plans, AClearedProgramCacheForgetsThem) {
  open({1, 1});
  const Tensor x = row({1, 2});
  repeat(x, 2.0);
  ASSERT_FALSE(derives(x, 2.0));
  mesh_->program_cache().clear();
  EXPECT_TRUE(derives(x, 2.0));
  EXPECT_EQ(mesh_->program_cache().entries(), 1);
  repeat(x, 2.0);
  mesh_->program_cache().clear();
  mesh_->program_cache().set_misses_allowed(false);
  EXPECT_TRUE(contains(message_of([&] { watched(x, 2.0); }), "program cache miss"));
}

TEST_F(Plans, TheyKeepNeitherMeshNorBytes) {
  open({1, 2});
  BlockRef block;
  {
    const Tensor x = row({1, 2});
    repeat(x, 2.0);
    ASSERT_FALSE(derives(x, 2.0));
    block = x.buffers()->block();
  }
  last_ = {};
  EXPECT_TRUE(block.is_sole());
  const std::weak_ptr<MeshDevice> mesh = mesh_;
  mesh_->close();
  mesh_.reset();
  EXPECT_TRUE(mesh.expired());
}

TEST_F(Plans, AnotherMeshOfTheSameShapeIsAnother) {
  open({1, 2});
  repeat(row({1, 2}), 2.0);
  mesh_->close();
  open({1, 2});
  EXPECT_TRUE(derives(row({1, 2}), 2.0));
  EXPECT_EQ(mesh_->program_cache().entries(), 1);
}

TEST_F(Plans, ParametersOfAFamilyAreNoFieldsAndCountAllTheSame) {
  open({1, 1});
  BinaryElementwise call, other;
  call.a = other.a = row({1, 2});
  call.b = other.b = row({3, 4});
  const OpInfo& info = op_info(Binary::add);
  EXPECT_TRUE(info.is_alike(&call, &other));
  other.parameters[1] = 0.5;
  EXPECT_FALSE(info.is_alike(&call, &other));
  other = call;
  other.op = Binary::subtract;  // as rounding_mode changes it
  EXPECT_FALSE(info.is_alike(&call, &other));
}

}  // namespace
}  // namespace ttnn::test
