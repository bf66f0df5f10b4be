// Collectives under stress: random ones on random meshes in random order neither hang nor change a
// bit, however many workers there are and however they are delayed. Their values are tested from
// Python.
#include <bit>
#include <random>

#include "tests/cpp/runtime_ops.h"
#include "ttnn/ccl/all_gather.h"
#include "ttnn/ccl/all_reduce.h"
#include "ttnn/mesh/groups.h"

namespace ttnn::test {
namespace {

constexpr int collectives = 10'000, per_mesh = 500;

class Collectives : public OnMesh {
 protected:
  using Random = std::mt19937;

  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

  Tensor random_tensor() {
    const DataType dtypes[] = {DataType::FLOAT32, DataType::BFLOAT16, DataType::INT32,
                               DataType::BFLOAT8_B};
    TensorSpec spec;
    spec.dtype = dtypes[below(4)];
    if (is_block_float(spec.dtype)) spec.layout = Layout::TILE;
    const bool is_sharded = below(3) > 0;
    const int devices = is_sharded ? mesh_->num_devices() : 1;
    const Shape whole{24 * devices, 24};
    Floats data(static_cast<size_t>(whole.volume()));
    for (float& x : data) x = static_cast<float>(static_cast<int>(random_() % 2001) - 1000) / 16;
    const Distribution plan =
        is_sharded ? distribute(whole, shard_tensor_to_mesh_mapper(mesh_->shape(), 0), "test")
                   : replicate(whole, mesh_->shape());
    return upload(HostArray::dense(data.data(), HostType::float32, whole), spec, plan, mesh_,
                  "test");
  }

  std::optional<int64_t> random_axis() {
    if (below(3) == 0) return {};
    return below(mesh_->shape().dims());
  }

  // One random collective on `x`, now and then into a tensor that others may be reading.
  Tensor step(const Tensor& x, const std::vector<Tensor>& tensors) {
    const std::optional<int64_t> axis = random_axis();
    const int members = Groups("test", mesh_->shape(), axis).size(), dim = below(2);
    const bool may_grow = x.volume() * members <= 24 * 24 * 8;
    const bool may_cut = x.shape()[dim] % members == 0;
    const ReduceType mean = is_floating(x.dtype()) ? ReduceType::Mean : ReduceType::Sum;
    const ReduceType op = below(3) == 0 ? ReduceType::Max : below(2) ? ReduceType::Min : mean;
    CallOptions options;
    const Tensor& other = tensors[static_cast<size_t>(below(static_cast<int>(tensors.size())))];
    const bool reuses = below(4) == 0 && other.spec() == x.spec();
    if (may_grow && below(3) == 0) return all_gather(x, dim, axis);
    if (may_cut && below(2)) return reduce_scatter(x, dim, op, axis);
    if (reuses) options.outputs = {other};
    return all_reduce(x, op, axis, options);
  }

  // A number made of every bit that the program leaves behind.
  uint64_t program(int workers, int delay) {
    random_.seed(20261125);
    uint64_t hash = 0;
    const std::vector<MeshShape> shapes{{1, 2}, {1, 3}, {2, 2}, {3, 2}, {2, 4}, {1, 8}, {4, 4}};
    for (int done = 0; done < collectives; done += per_mesh) {
      Stream::instance().set_workers(workers);
      open(shapes[static_cast<size_t>(below(static_cast<int>(shapes.size())))]);
      set_task_delay(delay);
      std::vector<Tensor> tensors;
      for (int i = 0; i < 8; ++i) tensors.push_back(random_tensor());
      for (int i = 0; i < per_mesh; ++i) {
        Tensor& x = tensors[static_cast<size_t>(below(8))];
        x = step(x, tensors);
      }
      for (const Tensor& t : tensors)
        for (int device = 0; device < t.devices(); ++device)
          for (const float x : read(t, device)) hash = mix(hash, std::bit_cast<uint32_t>(x));
      tensors.clear();
      mesh_->close();
    }
    return hash;
  }

  Random random_;
};

TEST_F(Collectives, NeitherHangNorChangeABit) {
  const uint64_t expected = program(1, 0);
  for (const int workers : {1, 2, 3, 7})
    for (const int delay : {0, 40})
      EXPECT_EQ(program(workers, delay), expected)
          << workers << " workers, delays up to " << delay << " us";
}

TEST_F(Collectives, AGroupSharesOneResult) {
  open({2, 4});
  const Tensor x = sharded(Floats(8 * 6), {8, 6});
  EXPECT_EQ(spread(all_gather(x, 0))->distinct, 1);
  EXPECT_EQ(spread(all_gather(x, 0, 1))->distinct, 2);
  EXPECT_EQ(spread(all_reduce(x, ReduceType::Sum, 0))->distinct, 4);
  EXPECT_EQ(spread(reduce_scatter(x, 1, ReduceType::Sum, 0))->distinct, 8);
  // A sum of replicas is the same for all; its slices are the same along the other axis.
  const Tensor same = row({1, 2, 3, 4});
  EXPECT_EQ(spread(all_reduce(same, ReduceType::Sum, 0))->distinct, 1);
  EXPECT_EQ(spread(reduce_scatter(same, 0, ReduceType::Sum, 1))->distinct, 4);
}

TEST_F(Collectives, AFailureReachesItsReadersAndNoOneElse) {
  open({1, 4});
  const Tensor x = sharded({1, 2, 3, 4}, {4, 1}), bad = throws(x);
  const Tensor sum = all_reduce(bad), gathered = all_gather(x, 0);
  EXPECT_TRUE(contains(message_of([&] { read(sum); }), "the kernel gave up."));
  EXPECT_EQ(read(gathered), (Floats{1, 2, 3, 4}));
  EXPECT_EQ(read(all_reduce(x), 2), (Floats{10}));
}

}  // namespace
}  // namespace ttnn::test
