// Buffers and Blocks: who refers to which bytes before and after writes, through views, tensors of
// single devices and their combinations; and what devices account for.
#include "ttnn/tensor/buffers.h"

#include "tests/cpp/runtime_ops.h"

namespace ttnn::test {
namespace {

class Aliases : public OnMesh {};

TEST_F(Aliases, ATensorsWriteReachesItsSingleDevices) {
  open({1, 3});
  const Tensor x = row({1, 2});
  const std::vector<Tensor> alone = get_device_tensors(x);
  double_in_place(x);
  for (const Tensor& t : alone) EXPECT_EQ(read(t), (Floats{2, 4}));
  put(x, sharded({7, 8, 9}, {3, 1}), 0);
  for (int d = 0; d < 3; ++d)
    EXPECT_EQ(read(alone[static_cast<size_t>(d)]), (Floats{7.0f + static_cast<float>(d), 4}));
}

TEST_F(Aliases, ASingleDevicesWriteReachesItsTensorAndNoOtherDevice) {
  open({1, 3});
  const Tensor x = row({1, 2}), copy = scale(x, 1.0);
  const Tensor second = get_device_tensors(x)[1], again = get_device_tensors(x)[1];
  double_in_place(second);
  EXPECT_EQ(read(x, 0), (Floats{1, 2}));
  EXPECT_EQ(read(x, 1), (Floats{2, 4}));
  EXPECT_EQ(read(x, 2), (Floats{1, 2}));
  EXPECT_EQ(read(again), (Floats{2, 4}));
  put(again, get_device_tensors(row({5}))[1], 0);
  EXPECT_EQ(read(x, 1), (Floats{5, 4}));
  EXPECT_EQ(read(second), (Floats{5, 4}));
  EXPECT_EQ(read(copy, 1), (Floats{1, 2}));
  EXPECT_FALSE(x.label()->is_replicated());
  // Shards that lie apart are operands like others.
  EXPECT_EQ(read(scale(x, 10.0), 1), (Floats{50, 40}));
  EXPECT_EQ(read(sum(x, copy), 2), (Floats{2, 4}));
  double_in_place(x);
  EXPECT_EQ(read(x, 0), (Floats{2, 4}));
  EXPECT_EQ(read(second), (Floats{10, 8}));
}

TEST_F(Aliases, WritesGoThroughCombinations) {
  open({1, 2});
  const Tensor x = sharded({1, 2, 3, 4}, {2, 2}), y = tensor({5, 6}, {1, 2});
  const Tensor mixed = combine_device_tensors({get_device_tensors(x)[1], get_device_tensors(y)[0]});
  EXPECT_EQ(read(mixed, 0), (Floats{5, 6}));
  EXPECT_EQ(read(mixed, 1), (Floats{3, 4}));
  double_in_place(mixed);
  EXPECT_EQ(read(x, 0), (Floats{1, 2}));
  EXPECT_EQ(read(x, 1), (Floats{6, 8}));
  EXPECT_EQ(read(y, 0), (Floats{10, 12}));
  EXPECT_EQ(read(y, 1), (Floats{5, 6}));
  EXPECT_FALSE(y.label()->is_replicated());
  // Through two aliases, by a copy from the host.
  Tensor again = combine_device_tensors(get_device_tensors(mixed));
  Floats data{10, 20, 30, 40};
  TensorSpec spec = x.spec();
  spec.shape = {2, 2};
  const Tensor host =
      upload(HostArray::dense(data.data(), HostType::float32, {2, 2}), spec,
             distribute({2, 2}, shard_tensor_to_mesh_mapper({1, 2}, 0), "test"), nullptr, "test");
  copy_to_device(host, again);
  EXPECT_EQ(read(y, 0), (Floats{10, 20}));
  EXPECT_EQ(read(x, 1), (Floats{30, 40}));
  EXPECT_EQ(read(mixed, 1), (Floats{30, 40}));
  EXPECT_EQ(read(x, 0), (Floats{1, 2}));
}

TEST_F(Aliases, DeallocatingATensorEndsItsAliases) {
  open({1, 2});
  const Tensor x = row({1, 2});
  const std::vector<Tensor> alone = get_device_tensors(x);
  TensorSpec spec = x.spec();
  const Tensor sharer = share(x, spec);
  deallocate(x, true);
  EXPECT_FALSE(alone[0].is_allocated());
  EXPECT_TRUE(contains(message_of([&] { scale(alone[0], 1.0); }), "not allocated"));
  EXPECT_TRUE(sharer.is_allocated());
  EXPECT_EQ(read(sharer), (Floats{1, 2}));
}

TEST_F(Aliases, PartOfTheDevicesMayHoldATensor) {
  open({1, 4});
  Floats data{1, 2};
  TensorSpec spec;
  spec.dtype = DataType::FLOAT32;
  const Tensor two =
      upload(HostArray::dense(data.data(), HostType::float32, {2, 1}), spec,
             distribute({2, 1}, shard_tensor_to_mesh_mapper({1, 4}, 0), "test"), mesh_, "test");
  ASSERT_EQ(devices_with_data(two), (std::vector<int>{0, 1}));
  EXPECT_EQ(read(scale(two, 3.0), 1), Floats{6});
  EXPECT_EQ(devices_with_data(scale(two, 3.0)), (std::vector<int>{0, 1}));
  const std::vector<Tensor> alone = get_device_tensors(two);
  ASSERT_EQ(alone.size(), 2U);
  double_in_place(alone[1]);
  EXPECT_EQ(read(two, 1), Floats{4});
  const Tensor full = row({9});
  TensorSpec same = two.spec();
  put(share(full, same), two, 0);
  double_in_place(two);
  EXPECT_EQ(read(two, 0), Floats{2});
  EXPECT_EQ(read(two, 1), Floats{8});
}

TEST_F(Aliases, PoisonFollowsTheBytes) {
  open({1, 2});
  const Tensor x = row({1, 2});
  throws_in_place(get_device_tensors(x)[1]);
  EXPECT_EQ(read(get_device_tensors(x)[0]), (Floats{1, 2}));
  EXPECT_TRUE(contains(message_of([&] { read(get_device_tensors(x)[1]); }), "gave up"));
  EXPECT_TRUE(contains(message_of([&] { read(x, 0); }), "gave up"));
}

// ---- Accounting

class Accounting : public OnMesh {
 protected:
  int64_t used(int device) { return mesh_->device(device).used_bytes; }
};

TEST_F(Accounting, EachDeviceCountsWhatItWouldHold) {
  open({1, 4});
  {
    const Tensor replicated = row({1, 2, 3, 4});
    EXPECT_EQ(used(0), replicated.spec().device_bytes());
    EXPECT_EQ(used(3), replicated.spec().device_bytes());
    const Tensor alone = get_device_tensors(replicated)[0];
    EXPECT_EQ(used(0), replicated.spec().device_bytes()) << "an alias holds nothing";
    const Tensor result = scale(replicated, 2.0);
    EXPECT_EQ(used(2), 2 * replicated.spec().device_bytes());
    deallocate(result, true);
    EXPECT_EQ(used(2), replicated.spec().device_bytes());
    double_in_place(replicated);
    put(replicated, sharded({1, 2, 3, 4}, {4, 1}), 0);
    EXPECT_EQ(used(1), replicated.spec().device_bytes());
  }
  EXPECT_EQ(used(0), 0);
  EXPECT_EQ(used(3), 0);
}

TEST_F(Accounting, OutOfMemoryNamesTensorAndDevice) {
  MachineModel model = machine_model("n300");
  model.dram_bytes = 1 << 20;
  SystemMesh::select(model);
  open({1, 2});
  const Tensor x = tensor(Floats(100 * 1000), {100, 1000});
  EXPECT_EQ(read(scale(x, 1.0), 1)[7], 0);
  const Tensor y = scale(x, 1.0);
  const std::string error = message_of([&] { scale(y, 1.0); });
  EXPECT_EQ(
      error,
      "Out of Memory: Not enough space to allocate 400000 B DRAM buffer for the output of "
      "test_scale Shape([100, 1000]) DataType::FLOAT32 on device 0 at MeshCoordinate([0, 0]) of "
      "<MeshDevice: 1x2 grid, 2 devices>: 800000 B of 1048576 B are in use, 248576 B are "
      "free (system n300). Free tensors with ttnn.deallocate, shard instead of replicating, "
      "or choose a system with more memory.");
  EXPECT_EQ(used(0), 800000) << "nothing is kept of what failed";
  deallocate(y, true);
  EXPECT_EQ(read(scale(x, 1.0))[0], 0);
}

TEST_F(Accounting, OpeningTakesNoMemoryAtAnySize) {
  const int64_t before = Pool::instance().live_bytes();
  for (const int size : {1, 8, 32}) {
    SystemMesh::select(text(size, "x", size));
    open({size, size});
    EXPECT_EQ(Pool::instance().live_bytes(), before);
    EXPECT_EQ(read(scale(row({1, 2}), 2.0), size * size - 1), (Floats{2, 4}));
    mesh_->close();
  }
  EXPECT_EQ(Pool::instance().live_bytes(), before);
}

TEST_F(Accounting, ReplicatingCostsOneCopy) {
  open({8, 4});
  const int64_t before = Pool::instance().live_bytes();
  const Tensor x = tensor(Floats(1 << 20), {1 << 20});
  const Tensor y = scale(x, 2.0);
  read(y);
  EXPECT_EQ(Pool::instance().live_bytes() - before, 2 * (4 << 20));
}

}  // namespace
}  // namespace ttnn::test
