// Terms of a sum that are used as if they were it are told of in C++ programs too.
#include "ttnn/runtime/lost_sums.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "ttnn/ccl/all_reduce.h"
#include "ttnn/ops/matmul.h"
#include "ttnn/ops/unary_calls.h"
#include "ttnn/runtime/transfer.h"

namespace ttnn {
namespace {

class LostSums : public testing::Test {
 protected:
  void SetUp() override {
    ::unsetenv("TTNN_STRICT_PLACEMENT");
    MeshDeviceOptions options;
    options.mesh_shape = MeshShape(1, 2);
    mesh_ = MeshDevice::open(options);
  }
  void TearDown() override {
    mesh_->close();
    ::unsetenv("TTNN_STRICT_PLACEMENT");
  }

  Tensor ones(const Shape& whole, int dim) {
    std::vector<float> data(static_cast<size_t>(whole.volume()), 1);
    TensorSpec spec;
    spec.shape = whole;
    spec.dtype = DataType::FLOAT32;
    spec.layout = Layout::TILE;
    const auto plan = distribute(whole, shard_tensor_to_mesh_mapper(mesh_->shape(), dim), "test");
    return upload(HostArray::dense(data.data(), HostType::float32, whole), spec, plan, mesh_,
                  "test");
  }
  Tensor terms(int64_t rows) { return matmul(ones({rows, 8}, 1), ones({8, 4}, 0)); }
  static float first(const Tensor& t) {
    std::vector<float> out(static_cast<size_t>(t.volume()));
    download(t, 1, HostArray::dense(out.data(), HostType::float32, t.shape()));
    return out.front();
  }

  std::shared_ptr<MeshDevice> mesh_;
};

TEST_F(LostSums, AreWrittenOnceToTheStandardErrorStream) {
  const Tensor y = terms(3);
  testing::internal::CaptureStderr();
  relu(y);
  relu(y);
  const std::string told = testing::internal::GetCapturedStderr();
  const std::string start = "ttnn: warning: relu: input_tensor Shape([3, 4])";
  EXPECT_EQ(told.find(start), 0u) << told;
  EXPECT_EQ(told.find(start, 1), std::string::npos) << told;
  EXPECT_NE(told.find("ttnn.all_reduce(x, cluster_axis=1)"), std::string::npos) << told;
}

TEST_F(LostSums, ThrowWhereStrictAndLeaveTheMeshUsable) {
  ::setenv("TTNN_STRICT_PLACEMENT", "1", 1);
  const Tensor y = terms(5);
  EXPECT_THROW(relu(y), Error);
  EXPECT_THROW(relu(y), Error);
  EXPECT_EQ(first(relu(all_reduce(y, ReduceType::Sum, int64_t{1}))), 8);
}

}  // namespace
}  // namespace ttnn
