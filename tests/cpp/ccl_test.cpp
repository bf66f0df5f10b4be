// Collectives and sockets as C++ programs call them. Values over dtypes, layouts and meshes are
// tested from Python.
#include <numeric>

#include "tests/cpp/runtime_ops.h"
#include "ttnn/ccl/all_gather.h"
#include "ttnn/ccl/all_reduce.h"
#include "ttnn/ccl/all_to_all.h"
#include "ttnn/ccl/broadcast.h"
#include "ttnn/ccl/mesh_partition.h"
#include "ttnn/ccl/mesh_socket.h"
#include "ttnn/ccl/point_to_point.h"

namespace ttnn::test {
namespace {

class Ccl : public OnMesh {
 protected:
  // Device d of a mesh holds {10 d, 10 d + 1, ...}.
  Tensor numbered(int64_t width) {
    const int devices = mesh_->num_devices();
    Floats data;
    for (int d = 0; d < devices; ++d)
      for (int64_t i = 0; i < width; ++i) data.push_back(static_cast<float>(10 * d + i));
    return sharded(std::move(data), Shape{devices, width});
  }
  std::vector<Floats> all(const Tensor& t) {
    std::vector<Floats> shards;
    for (int d = 0; d < t.devices(); ++d) shards.push_back(read(t, d));
    return shards;
  }
};

TEST_F(Ccl, CallsTakeFieldsInOrderAndOptionsLast) {
  open(MeshShape(2, 2));
  const Tensor x = numbered(2);
  EXPECT_EQ(read(all_gather(x, -1), 3), (Floats{0, 1, 10, 11, 20, 21, 30, 31}));
  EXPECT_EQ(read(all_gather(x, 1, 0), 3), (Floats{10, 11, 30, 31}));
  EXPECT_EQ(read(all_reduce(x, ReduceType::Max), 1), (Floats{30, 31}));
  EXPECT_EQ(read(reduce_scatter(x, 1, ReduceType::Sum, 1), 3), (Floats{21 + 31}));
  EXPECT_EQ(read(mesh_partition(x, 1, 0), 2), (Floats{21}));

  const std::vector<Tensor> entries = all_broadcast(x, 1);
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(all(entries[1]), (std::vector<Floats>{{10, 11}, {10, 11}, {30, 31}, {30, 31}}));
  EXPECT_EQ(all(broadcast(x, MeshCoordinate(0, 1), 0)),
            (std::vector<Floats>{{0, 1}, {10, 11}, {20, 21}, {10, 11}}));
  EXPECT_EQ(all(all_to_all(x, 0, 1, 1)),
            (std::vector<Floats>{{0, 10}, {1, 11}, {20, 30}, {21, 31}}));
}

TEST_F(Ccl, APointOfAMeshSendsIntoANewTensorOrIntoOne) {
  open(MeshShape(2, 2));
  const Tensor x = numbered(1);
  const MeshCoordinate from(0, 1), to(1, 1);
  EXPECT_EQ(all(point_to_point(x, from, to)), (std::vector<Floats>{{0}, {0}, {0}, {10}}));
  const Tensor output = row({7}).with(TensorSpec(x.spec()));
  CallOptions options;
  options.outputs = {output};
  point_to_point(x, from, to, options);
  EXPECT_EQ(all(output), (std::vector<Floats>{{7}, {7}, {7}, {10}}));
  EXPECT_EQ(spread(output)->distinct, 2);
  const std::string message =
      message_of([&] { point_to_point(x, MeshCoordinate(0, 0), MeshCoordinate(1, 1)); });
  EXPECT_TRUE(contains(message, "do not lie in one row or column")) << message;
}

TEST_F(Ccl, AnOutputIsOfTheResultsDtype) {
  open(MeshShape(1, 2));
  CallOptions options;
  options.outputs = {tensor({0, 0}, Shape{1, 2}, DataType::BFLOAT16)};
  const Tensor x = numbered(2);
  const std::string message = message_of([&] { all_reduce(x, options); });
  EXPECT_TRUE(contains(message, "the result is DataType::FLOAT32")) << message;
  EXPECT_EQ(read(all_reduce(x)), (Floats{10, 12}));
}

TEST_F(Ccl, WhatAFailedCommandWouldHaveWrittenIsNotGathered) {
  open(MeshShape(1, 2));
  const Tensor gathered = all_gather(throws(numbered(2)), 0);
  EXPECT_TRUE(contains(message_of([&] { read(gathered); }), "gave up"));
  EXPECT_EQ(read(all_gather(numbered(1), 1), 1), (Floats{0, 10}));
}

TEST_F(Ccl, ASocketKeepsProgramOrderWhileWorkIsPending) {
  Stream::instance().set_workers(3);
  open(MeshShape(1, 2));
  MeshDeviceOptions options;
  options.mesh_shape = MeshShape(2, 1);
  options.offset = MeshCoordinate(2, 0);
  const auto other = MeshDevice::open(options);
  const auto [sender, receiver] = create_socket_pair(
      mesh_, other,
      {{MeshCoordinate(0, 0), MeshCoordinate(1, 0)}, {MeshCoordinate(0, 1), MeshCoordinate(0, 0)}});
  EXPECT_EQ(sender.endpoint(), SocketEndpoint::SENDER);
  EXPECT_EQ(receiver.mesh(), other);

  Tensor x = gate(numbered(2));  // not there yet
  send_async(x, sender);
  double_in_place(x);
  send_async(x, sender);
  const Tensor like = allocate(x.spec(), other, Spread::shared(2), Label::replicated({2, 1}),
                               replicated_topology({2, 1}), "test");
  recv_async(like, receiver);
  const Tensor first = scale(like, 1);
  recv_async(like, receiver);
  Gate::open = true;
  EXPECT_EQ(all(first), (std::vector<Floats>{{10, 11}, {0, 1}}));
  EXPECT_EQ(all(like), (std::vector<Floats>{{20, 22}, {0, 2}}));
  EXPECT_TRUE(contains(message_of([&] { recv_async(like, receiver); }), "nothing was sent"));
  other->close();
}

}  // namespace
}  // namespace ttnn::test
