// The kernel of products against its reference, packed weights, labels.
#include "ttnn/ops/matmul.h"

#include <gtest/gtest.h>

#include <random>

#include "ttnn/backends/cpu/gemm.h"
#include "ttnn/core/bfloat16.h"
#include "ttnn/ops/unary_calls.h"
#include "ttnn/runtime/registry.h"
#include "ttnn/runtime/transfer.h"

namespace ttnn {
namespace {

class MatmulOps : public testing::Test {
 protected:
  void SetUp() override {
    MeshDeviceOptions options;
    options.mesh_shape = MeshShape(1, 3);
    mesh_ = MeshDevice::open(options);
  }
  void TearDown() override { mesh_->close(); }

  // Quarters from -1.75 to 1.75, which every dtype of a product holds; sums of them are exact.
  Tensor tensor(const Shape& shape, DataType dtype, bool sharded) {
    const Shape whole = sharded ? shape.with(0, 3 * shape[0]) : shape;
    std::uniform_int_distribution<int> quarters(-7, 7);
    std::vector<float> data(static_cast<size_t>(whole.volume()));
    for (float& x : data) x = static_cast<float>(quarters(random_)) / 4;
    TensorSpec spec;
    spec.shape = shape;
    spec.dtype = dtype;
    spec.layout = Layout::TILE;
    const Distribution plan =
        sharded ? distribute(whole, shard_tensor_to_mesh_mapper(mesh_->shape(), 0), "test")
                : replicate(shape, mesh_->shape());
    return upload(HostArray::dense(data.data(), HostType::float32, whole), spec, plan, mesh_,
                  "test");
  }
  static std::vector<float> read(const Tensor& t, int device) {
    std::vector<float> out(static_cast<size_t>(t.volume()));
    download(t, device, HostArray::dense(out.data(), HostType::float32, t.shape()));
    return out;
  }
  // Without the backend's kernels only the reference is left.
  static Tensor by_reference(const Linear& op, const CallOptions& options) {
    // Commands refer to it until they have run.
    static OpInfo& info = []() -> OpInfo& {
      static OpInfo copy = op_info<Linear>();
      copy.kernels.clear();
      return copy;
    }();
    return dispatch(info, std::make_shared<Linear>(op), options).at(0);
  }

  std::shared_ptr<MeshDevice> mesh_;
  std::mt19937 random_{1};
};

TEST_F(MatmulOps, KernelGivesTheReferencesValues) {
  registry();
  CallOptions wide;
  wide.dtype = DataType::FLOAT32;
  const DataType dtypes[] = {DataType::FLOAT32, DataType::BFLOAT16, DataType::BFLOAT8_B};
  for (const DataType a : dtypes)
    for (const DataType b : dtypes)
      for (const bool shared_weight : {true, false})
        for (const bool transposed : {true, false})
          for (const Shape& size : {Shape{1, 40, 33}, Shape{50, 70, 130}, Shape{7, 300, 200}}) {
            const int64_t M = size[0], K = size[1], N = size[2];
            Linear op;
            op.a = tensor({2, M, K}, a, true);
            op.b = tensor(transposed ? Shape{N, K} : Shape{K, N}, b, !shared_weight);
            op.bias = tensor({1, N}, DataType::BFLOAT16, false);
            op.transpose_b = transposed;
            const Tensor expected = by_reference(op, wide), found = run(op, wide);
            for (int device = 0; device < 3; ++device)
              ASSERT_EQ(read(found, device), read(expected, device))
                  << a << " x " << b << " " << size << (transposed ? " transposed" : "")
                  << (shared_weight ? " shared" : "");
          }
}

TEST_F(MatmulOps, AddendsAndBlockFloatResultsGiveTheReferencesValues) {
  for (const DataType to : {DataType::BFLOAT8_B, DataType::BFLOAT16})
    for (const Shape& addend : {Shape{1, 150}, Shape{2, 1, 150}, Shape{2, 9, 1}, Shape{9, 150}}) {
      CallOptions options;
      options.dtype = to;
      Linear op;
      op.a = tensor({2, 9, 64}, DataType::BFLOAT8_B, true);
      op.b = tensor({64, 150}, DataType::BFLOAT16, false);
      op.bias = tensor(addend, DataType::FLOAT32, false);
      op.activation = step(Unary::relu);
      const Tensor expected = by_reference(op, options), found = run(op, options);
      for (int device = 0; device < 3; ++device)
        ASSERT_EQ(read(found, device), read(expected, device)) << to << " " << addend;
    }
}

// The library is chosen by the rows of the whole launch; on both sides of every number of rows at
// which it changes a product has the same bits as one block of rows, as shards that lie apart, and
// where only a part of it is multiplied.
TEST_F(MatmulOps, BitsDependOnTheLaunchAlone) {
  constexpr int64_t K = 700, N = 300;
  std::normal_distribution<float> normal;
  const auto bits = [&](int64_t n) {
    std::vector<float> x(static_cast<size_t>(n));
    for (float& v : x) v = bfloat16(normal(random_));
    return x;
  };
  const auto upload_bits = [&](std::vector<float> x, const Shape& shape, DataType dtype,
                               const Distribution& plan) {
    TensorSpec spec;
    spec.shape = shape;
    spec.dtype = dtype;
    spec.layout = Layout::TILE;
    return upload(HostArray::dense(x.data(), HostType::float32, shape), spec, plan, mesh_, "test");
  };
  const std::vector<float> weight = bits(K * N);
  std::vector<int64_t> rows = {1, 2, 20, 60};
  for (const cpu::CpuKind& kind : cpu::cpu_kinds())
    for (const cpu::ProductRule& rule : kind.products)
      if (rule.least_rows > 3)
        rows.insert(rows.end(), {(rule.least_rows - 1) / 3, rule.least_rows / 3 + 1});
  CallOptions wide;
  wide.dtype = DataType::FLOAT32;
  for (const int64_t M : rows)
    for (const DataType dtype : {DataType::BFLOAT16, DataType::BFLOAT8_B}) {
      const Shape whole{3 * M, K};
      const std::vector<float> x = bits(3 * M * K);
      const Tensor w = upload_bits(weight, {K, N}, dtype, replicate({K, N}, mesh_->shape()));
      const Tensor slab =
          upload_bits(x, whole, DataType::BFLOAT16,
                      distribute(whole, shard_tensor_to_mesh_mapper(mesh_->shape(), 0), "test"));
      std::vector<Tensor> apart;
      for (const Tensor& part : get_device_tensors(slab)) apart.push_back(neg(neg(part)));
      const Tensor y = run(Linear{slab, w}, wide);
      const Tensor of_slots = run(Linear{combine_device_tensors(apart), w}, wide);
      for (int device = 0; device < 3; ++device)
        ASSERT_EQ(read(y, device), read(of_slots, device)) << dtype << " rows " << M;

      const std::vector<float> stored = read(w, 0);  // as bfloat16 holds it
      std::vector<bfloat16> a(x.begin(), x.end()), b(stored.begin(), stored.end());
      std::vector<float> c(static_cast<size_t>(3 * M * N));
      const cpu::Multiplier by =
          cpu::multiplier(DataType::BFLOAT16, dtype, cpu::Arrangement::plain, 3 * M);
      const cpu::Gemm g{3 * M,
                        N,
                        K,
                        {DataType::BFLOAT16, a.data(), K},
                        {DataType::BFLOAT16, b.data(), N},
                        DataType::FLOAT32,
                        c.data(),
                        N,
                        {},
                        by};
      cpu::gemm(g, {M, 2 * M}, {0, N});
      const std::vector<float> part(c.begin() + M * N, c.begin() + 2 * M * N);
      ASSERT_EQ(part, read(y, 1)) << dtype << " rows " << M;
    }
}

TEST_F(MatmulOps, AWeightIsPackedOnceAndStaysWhatItWas) {
  for (const DataType dtype : {DataType::BFLOAT16, DataType::BFLOAT8_B, DataType::BFLOAT4_B}) {
    const Tensor x = tensor({4, 512}, DataType::BFLOAT16, true);
    const Tensor w = tensor({512, 272}, dtype, false);
    const std::vector<float> before = read(w, 0);
    const Tensor y = matmul(x, w);
    const auto form = w.buffers()->block()->packed;
    ASSERT_NE(form, nullptr);
    EXPECT_LE(form->bytes(), w.spec().storage_bytes() * 5 / 4);
    const Tensor again = matmul(x, w);
    EXPECT_EQ(w.buffers()->block()->packed, form);
    EXPECT_EQ(read(again, 2), read(y, 2));
    EXPECT_EQ(read(w, 1), before);
  }
  // A result of an op is no weight; neither is one that is the other operand too.
  const Tensor square = tensor({256, 256}, DataType::BFLOAT16, false);
  const Tensor made = matmul(square, square);
  EXPECT_EQ(square.buffers()->block()->packed, nullptr);
  matmul(square, made);
  EXPECT_EQ(made.buffers()->block()->packed, nullptr);
}

TEST_F(MatmulOps, ShardsOfAWeightArePackedEachAndStayWhatTheyWere) {
  const Tensor x = tensor({4, 256}, DataType::BFLOAT16, false);
  const Tensor w = tensor({256, 192}, DataType::BFLOAT16, true);
  const std::vector<float> before = read(w, 2);
  CallOptions wide;
  wide.dtype = DataType::FLOAT32;
  const Tensor y = run(Linear{x, w}, wide);
  const auto form = w.buffers()->block()->packed;
  ASSERT_NE(form, nullptr);
  EXPECT_EQ(w.buffers()->block()->bytes(), 3 * form->bytes());
  const Tensor expected = by_reference(Linear{x, w}, wide);
  for (int device = 0; device < 3; ++device) EXPECT_EQ(read(y, device), read(expected, device));
  EXPECT_EQ(read(w, 2), before);
  // A view of a device's shard is no weight while the whole is the other operand's.
  const Tensor square = tensor({256, 256}, DataType::BFLOAT16, true);
  const Tensor one = get_device_tensors(square)[1];
  const Tensor twice = run(Linear{one, one}, wide), plain = by_reference(Linear{one, one}, wide);
  EXPECT_EQ(square.buffers()->block()->packed, nullptr);
  EXPECT_EQ(read(twice, 0), read(plain, 0));
}

// Activations sharded along one mesh axis, weights along the other: few rows are joined, many take
// turns.
TEST(MatmulHybrid, KernelGivesTheReferencesValues) {
  MeshDeviceOptions options;
  options.mesh_shape = MeshShape(2, 3);
  const auto mesh = MeshDevice::open(options);
  registry();
  std::mt19937 random(3);
  std::uniform_int_distribution<int> quarters(-7, 7);
  const auto place = [&](const Shape& shape, DataType dtype, std::optional<int> axis) {
    const int cuts = axis ? static_cast<int>(mesh->shape()[*axis]) : 1;
    const Shape whole = shape.with(0, cuts * shape[0]);
    std::vector<float> data(static_cast<size_t>(whole.volume()));
    for (float& x : data) x = static_cast<float>(quarters(random)) / 4;
    TensorSpec spec;
    spec.shape = shape;
    spec.dtype = dtype;
    spec.layout = Layout::TILE;
    MeshMapperConfig config;
    config.placements = {PlacementReplicate{}, PlacementReplicate{}};
    if (axis) config.placements[static_cast<size_t>(*axis)] = PlacementShard{0};
    const MeshMapper mapper = create_mesh_mapper(mesh->shape(), config);
    return upload(HostArray::dense(data.data(), HostType::float32, whole), spec,
                  distribute(whole, mapper, "test"), mesh, "test");
  };
  const auto read = [](const Tensor& t, int device) {
    std::vector<float> out(static_cast<size_t>(t.volume()));
    download(t, device, HostArray::dense(out.data(), HostType::float32, t.shape()));
    return out;
  };
  OpInfo slow = op_info<Linear>();
  slow.kernels.clear();
  CallOptions wide;
  wide.dtype = DataType::FLOAT32;
  for (const DataType a : {DataType::BFLOAT16, DataType::FLOAT32, DataType::BFLOAT8_B})
    for (const int64_t M : {1, 20, 60})
      for (const int weight_axis : {0, 1})
        for (const std::optional<int> bias_axis :
             {std::optional<int>{}, std::optional{0}, std::optional{1}}) {
          Linear op;
          op.a = place({2, M, 130}, a, 1 - weight_axis);
          op.b = place({130, 300}, DataType::BFLOAT16, weight_axis);
          op.bias = place({1, 300}, DataType::FLOAT32, bias_axis);
          const Tensor expected = dispatch(slow, std::make_shared<Linear>(op), wide).at(0);
          const Tensor found = run(op, wide);
          for (int device = 0; device < 6; ++device)
            ASSERT_EQ(read(found, device), read(expected, device))
                << a << " M=" << M << " weight axis " << weight_axis << " device " << device;
        }
  mesh->close();
}

TEST_F(MatmulOps, LabelsTellTheTruth) {
  const Tensor rows = tensor({4, 12}, DataType::BFLOAT16, true);
  const Tensor whole = tensor({12, 8}, DataType::BFLOAT16, false);
  const Tensor terms = tensor({4, 8}, DataType::BFLOAT16, true);
  const auto on_line = [](const Tensor& t) { return t.label()->placements().back(); };
  EXPECT_EQ(on_line(matmul(rows, whole)), (Placement{Placement::shard, 0}));
  // Columns of the first, as rows when transposed, with rows of the second: terms of a sum.
  EXPECT_EQ(on_line(matmul(rows, terms, true)), (Placement{Placement::partial}));
  Matmul activated{rows, terms, true};
  activated.activation = step(Unary::relu);
  EXPECT_EQ(on_line(run(activated)), (Placement{Placement::local}));
  EXPECT_EQ(on_line(matmul(whole, whole, true)), (Placement{Placement::replicate}));
}

}  // namespace
}  // namespace ttnn
