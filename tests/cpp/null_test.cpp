// The null backend: everything but the numbers.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/cpp/runtime_ops.h"
#include "ttnn/ops/binary_calls.h"
#include "ttnn/runtime/backend.h"

namespace ttnn::test {
namespace {

// Before anything asks which backend is chosen.
const int chosen = setenv("TTNN_BACKEND", "null", 1);

class NullBackend : public OnMesh {};

int64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  int64_t size = 0, resident = 0;
  file >> size >> resident;
  return resident * 4096;
}

TEST_F(NullBackend, ChecksShapesAndLabelsAndComputesNothing) {
  ASSERT_EQ(chosen, 0);
  EXPECT_EQ(backend().name(), "null");
  open({2, 4});
  const Tensor x = sharded({1, 2, 3, 4, 5, 6, 7, 8}, {8, 1}), y = row({1, 2, 3});
  const Tensor z = add(x, y);
  EXPECT_EQ(z.shape(), (Shape{1, 3}));
  EXPECT_EQ(*z.label(), *x.label());
  EXPECT_EQ(spread(z)->distinct, 8);
  EXPECT_EQ(read(z, 5), (Floats{0, 0, 0}));
  EXPECT_EQ(read(scale(z, 2.0), 5), (Floats{0, 0, 0}));
  EXPECT_EQ(Scale::shards, 0);
  EXPECT_TRUE(contains(message_of([&] {
                         add(x, row({1, 2, 3, 4, 5}));
                         add(y, row({1, 2}));
                       }),
                       "add"));
  EXPECT_EQ(read(tensor(Floats(40, 1.0f), {1, 40}, DataType::BFLOAT8_B), 7), Floats(40));
  double_in_place(x);
  put(y, row({1}), 0);
  EXPECT_EQ(message_of([&] { synchronize(mesh_); }), "no error");
}

TEST_F(NullBackend, LargeTensorsCostAddressSpaceOnly) {
  open({8, 4});
  TensorSpec spec;
  spec.shape = {1024, 1024, 1024};  // 4 GiB
  spec.dtype = DataType::FLOAT32;
  const int64_t before = resident_bytes();
  const Tensor x = allocate(spec, mesh_, Spread::shared(32), Label::replicated(mesh_->shape()),
                            replicated_topology(mesh_->shape()), "test");
  const Tensor y = scale(scale(x, 2.0), 3.0);
  synchronize(mesh_);
  EXPECT_LT(resident_bytes() - before, 16 << 20);
  EXPECT_EQ(mesh_->device(31).used_bytes, 2 * spec.device_bytes());
}

TEST_F(NullBackend, DevicesStillRunOutOfMemory) {
  SystemMesh::select("n300");
  open({1, 2});
  TensorSpec spec;
  spec.shape = {1024, 1024, 2048};  // 8 GiB of 12
  spec.dtype = DataType::FLOAT32;
  const Tensor x = allocate(spec, mesh_, Spread::shared(2), Label::replicated(mesh_->shape()),
                            replicated_topology(mesh_->shape()), "test");
  EXPECT_TRUE(contains(message_of([&] { scale(x, 2.0); }), "Out of Memory"));
}

}  // namespace
}  // namespace ttnn::test
