// A C++ program's way in and out: vectors to tensors and back, through the one header that programs
// include.
#include "ttnn/runtime/vectors.h"

#include <gtest/gtest.h>

#include <numeric>

#include "ttnn/ttnn.h"

namespace ttnn {
namespace {

std::vector<float> counting(int64_t count) {
  std::vector<float> values(static_cast<size_t>(count));
  std::iota(values.begin(), values.end(), 0.f);
  return values;
}

TensorSpec tiles(Shape shape, DataType dtype) {
  TensorSpec spec;
  spec.shape = shape;
  spec.dtype = dtype;
  spec.layout = Layout::TILE;
  return spec;
}

TensorSpec float32(Shape shape) { return tiles(shape, DataType::FLOAT32); }

template <class Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Vectors, ComeBackFromTheHostAndFromReplicas) {
  const auto values = counting(15);
  EXPECT_EQ(to_vector<float>(from_vector(values, float32({3, 5}))), values);
  const auto mesh = open_mesh_device(MeshShape(1, 3));
  const Tensor x = from_vector(values, float32({3, 5}), mesh);
  EXPECT_EQ(x.devices(), 3);
  for (const Tensor& replica : get_device_tensors(x)) EXPECT_EQ(to_vector<float>(replica), values);
  mesh->close();
}

TEST(Vectors, AreCutByAMapperAndJoinedByAComposer) {
  const auto mesh = open_mesh_device(MeshShape(1, 3));
  const auto values = counting(6 * 7);
  const Tensor x =
      from_vector(values, float32({6, 7}), shard_tensor_to_mesh_mapper(*mesh, 0), mesh);
  EXPECT_EQ(x.shape(), Shape({2, 7}));
  EXPECT_EQ(to_vector<float>(get_device_tensors(x)[1]).front(), 14);
  EXPECT_EQ(to_vector<float>(x, concat_mesh_to_tensor_composer(*mesh, 0)), values);
  EXPECT_EQ(to_vector<float>(x), values);
  mesh->close();
}

TEST(Vectors, AreConvertedBothWays) {
  TensorSpec spec = tiles({4}, DataType::BFLOAT16);
  const std::vector<double> given{1, 1 + 1. / 256, 3.14159265, -0.5};
  const std::vector<double> rounded{1, 1, 3.140625, -0.5};
  const Tensor x = from_vector(given, spec);
  EXPECT_EQ(to_vector<double>(x), rounded);
  EXPECT_EQ(float(to_vector<bfloat16>(x)[2]), 3.140625f);
  spec.dtype = DataType::INT32;
  const std::vector<int64_t> integers{-1, 0, 7, 1 << 30};
  EXPECT_EQ(to_vector<int64_t>(from_vector(integers, spec)), integers);
}

TEST(Vectors, ComputeThroughEveryOpHeader) {
  const auto mesh = open_mesh_device(MeshShape(1, 2));
  const Tensor x = from_vector(counting(6), float32({2, 3}), mesh);
  const Tensor sums = cumsum(add(relu(x), 1), -1);
  EXPECT_EQ(to_vector<float>(get_device_tensors(permute(sums, std::vector<int64_t>{1, 0}))[1]),
            (std::vector<float>{1, 4, 3, 9, 6, 15}));
  mesh->close();
}

TEST(Vectors, OfAnotherLengthAreRefused) {
  EXPECT_EQ(error_of([] { from_vector(counting(5), float32({2, 3})); }),
            "from_vector: 5 values do not fill the shape Shape([2, 3]), which has 6 elements. Give "
            "one value for each.");
}

TEST(Vectors, OfAClosedMeshOrAnotherMeshAreRefused) {
  const auto mesh = open_mesh_device(MeshShape(1, 2));
  const auto mapper = shard_tensor_to_mesh_mapper(MeshShape(1, 3), 0);
  EXPECT_NE(error_of([&] { from_vector(counting(6), float32({6}), mapper, mesh); }).find("1, 3"),
            std::string::npos);
  mesh->close();
  EXPECT_NE(error_of([&] { from_vector(counting(6), float32({6}), mesh); }).find("from_vector"),
            std::string::npos);
}

}  // namespace
}  // namespace ttnn
