// The binary family against expectations written down by hand: broadcasting, dtypes, labels, in
// place, errors.
#include <gtest/gtest.h>

#include "ttnn/ops/binary_calls.h"
#include "ttnn/runtime/transfer.h"

namespace ttnn {
namespace {

class BinaryOps : public testing::Test {
 protected:
  std::shared_ptr<MeshDevice> open(int devices) {
    MeshDeviceOptions options;
    options.mesh_shape = MeshShape(1, devices);
    return mesh_ = MeshDevice::open(options);
  }
  // The same on every device.
  Tensor tensor(std::vector<float> data, Shape shape, DataType dtype = DataType::FLOAT32) {
    TensorSpec spec;
    spec.shape = shape;
    spec.dtype = dtype;
    return upload(HostArray::dense(data.data(), HostType::float32, shape), spec,
                  replicate(shape, mesh_->shape()), mesh_, "test");
  }
  // One slice along `dim` per device.
  Tensor sharded(std::vector<float> data, Shape whole, int dim) {
    TensorSpec spec;
    const Distribution plan =
        distribute(whole, shard_tensor_to_mesh_mapper(mesh_->shape(), dim), "test");
    spec.shape = whole.with(dim, whole[dim] / mesh_->num_devices());
    spec.dtype = DataType::FLOAT32;
    return upload(HostArray::dense(data.data(), HostType::float32, whole), spec, plan, mesh_,
                  "test");
  }
  static std::vector<float> read(const Tensor& t, int device = 0) {
    std::vector<float> out(static_cast<size_t>(t.volume()));
    download(t, device, HostArray::dense(out.data(), HostType::float32, t.shape()));
    return out;
  }
  template <class Call>
  static std::string error_of(Call&& call) {
    try {
      call();
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }
  void TearDown() override {
    if (mesh_) mesh_->close();
  }
  std::shared_ptr<MeshDevice> mesh_;
};

using Floats = std::vector<float>;

TEST_F(BinaryOps, BroadcastsFromTheRight) {
  open(1);
  const Tensor a = tensor({1, 2, 3, 4, 5, 6}, {2, 3});
  EXPECT_EQ(read(add(a, tensor({10, 20, 30}, {3}))), (Floats{11, 22, 33, 14, 25, 36}));
  EXPECT_EQ(read(add(a, tensor({10, 20}, {2, 1}))), (Floats{11, 12, 13, 24, 25, 26}));
  EXPECT_EQ(read(multiply(tensor({1, 2}, {2, 1}), tensor({3, 4}, {1, 2}))), (Floats{3, 4, 6, 8}));
  EXPECT_EQ(subtract(tensor({1}, {1}), a).shape(), (Shape{2, 3}));
  EXPECT_EQ(add(tensor({1}, {}), tensor({2}, {})).shape(), Shape{});
  EXPECT_EQ(add(tensor({}, {0, 3}), tensor({1, 2, 3}, {1, 3})).shape(), (Shape{0, 3}));
}

TEST_F(BinaryOps, TakesNumbersOnBothSides) {
  open(1);
  const Tensor a = tensor({1, 2, 4}, {3});
  EXPECT_EQ(read(subtract(1, a)), (Floats{0, -1, -3}));
  EXPECT_EQ(read(subtract(a, 1)), (Floats{0, 1, 3}));
  EXPECT_EQ(read(divide(4, a)), (Floats{4, 2, 1}));
  EXPECT_EQ(read(rdiv(a, 4)), (Floats{4, 2, 1}));
  EXPECT_EQ(read(rsub(a, tensor({1, 1, 1}, {3}))), (Floats{0, -1, -3}));
  EXPECT_EQ(read(addalpha(a, a, 0.5)), (Floats{1.5, 3, 6}));
}

TEST_F(BinaryOps, FollowsTheRulesOfDtypes) {
  open(1);
  const auto dtype = [&](DataType a, DataType b) {
    return add(tensor({1}, {1}, a), tensor({1}, {1}, b)).dtype();
  };
  EXPECT_EQ(dtype(DataType::BFLOAT16, DataType::FLOAT32), DataType::BFLOAT16);
  EXPECT_EQ(dtype(DataType::FLOAT32, DataType::BFLOAT16), DataType::FLOAT32);
  EXPECT_EQ(dtype(DataType::INT32, DataType::INT32), DataType::INT32);
  const Tensor whole = tensor({7, -7}, {2}, DataType::INT32),
               two = tensor({2, 2}, {2}, DataType::INT32);
  EXPECT_EQ(add(whole, 2).dtype(), DataType::INT32);
  EXPECT_EQ(add(whole, 2.0).dtype(), DataType::FLOAT32);
  EXPECT_EQ(multiply(whole, tensor({1, 1}, {2}, DataType::BFLOAT16)).dtype(), DataType::BFLOAT16);
  EXPECT_EQ(divide(whole, two).dtype(), DataType::FLOAT32);
  EXPECT_EQ(read(divide(whole, two)), (Floats{3.5, -3.5}));
  EXPECT_EQ(read(floor_div(whole, two)), (Floats{3, -4}));
  EXPECT_EQ(floor_div(whole, two).dtype(), DataType::INT32);
  EXPECT_EQ(eq(tensor({1}, {1}, DataType::UINT8), tensor({1}, {1}, DataType::UINT8)).dtype(),
            DataType::UINT16);
  EXPECT_EQ(gt(tensor({3}, {1}), 2).dtype(), DataType::FLOAT32);
  EXPECT_NE(error_of([&] { add(whole, tensor({1, 1}, {2})); }).find("do not mix"),
            std::string::npos);
  CallOptions options;
  options.dtype = DataType::BFLOAT16;
  EXPECT_EQ(add(tensor({1}, {1}), 1, options).dtype(), DataType::BFLOAT16);
  EXPECT_NE(error_of([&] {
              divide(whole, two, options);
            }).find("For integer division, supported output dtype is FLOAT32"),
            std::string::npos);
}

TEST_F(BinaryOps, WritesInPlace) {
  open(1);
  const Tensor a = tensor({1, 2, 3, 4}, {2, 2});
  const Tensor result = add_(a, tensor({10, 20}, {2}));
  EXPECT_EQ(read(a), (Floats{11, 22, 13, 24}));
  EXPECT_EQ(result.buffers(), a.buffers());
  multiply_(a, a);
  EXPECT_EQ(read(a), (Floats{121, 484, 169, 576}));
  EXPECT_NE(error_of([&] { add_(tensor({1}, {1}), a); }).find("does not fit"), std::string::npos);
}

TEST_F(BinaryOps, KeepsTheTruthOverDevices) {
  open(2);
  const Tensor rows = sharded({1, 2, 3, 4}, {2, 2}, 0), same = tensor({10, 20}, {1, 2});
  EXPECT_EQ(add(rows, same).placement(1), (Placement{Placement::shard, 0}));
  EXPECT_EQ(read(add(rows, same), 1), (Floats{13, 24}));
  EXPECT_TRUE(add(same, 1).label()->is_replicated());
  // Slices that are repeated are slices of nothing.
  EXPECT_EQ(add(rows, tensor({1, 2, 3, 4, 5, 6}, {3, 2})).placement(1).kind, Placement::local);
  const Tensor terms = rows.with(Label::everywhere(mesh_->shape(), {Placement::partial, 0}));
  EXPECT_EQ(add(terms, terms).placement(1).kind, Placement::partial);
  EXPECT_EQ(multiply(terms, 3).placement(1).kind, Placement::partial);
  EXPECT_EQ(multiply(same, terms).placement(1).kind, Placement::partial);
  EXPECT_EQ(divide(terms, same).placement(1).kind, Placement::partial);
  EXPECT_EQ(divide(same, terms).placement(1).kind, Placement::local);
  EXPECT_EQ(add(terms, 1).placement(1).kind, Placement::local);
  EXPECT_EQ(add(terms, same).placement(1).kind, Placement::local);
  EXPECT_EQ(multiply(terms, terms).placement(1).kind, Placement::local);
  EXPECT_EQ(maximum(terms, terms).placement(1).kind, Placement::local);
}

TEST_F(BinaryOps, RefusesInTtnnsWords) {
  open(1);
  const std::string error = error_of([&] { add(tensor({1, 2}, {2}), tensor({1, 2, 3}, {3})); });
  EXPECT_NE(
      error.find(
          "Broadcasting rule violation at dimension index -1 (output rank 1), dim a: 2, dim b: 3"),
      std::string::npos)
      << error;
  EXPECT_NE(error_of([&] { bitwise_and(tensor({1}, {1}), 1); }).find("integers"),
            std::string::npos);
}

}  // namespace
}  // namespace ttnn
