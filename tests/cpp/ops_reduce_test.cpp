// Reductions, argmax, topk, sort and running totals against expectations written down by hand:
// shapes, dtypes, labels, the same bits whatever the number of workers, errors.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "ttnn/ops/argmax.h"
#include "ttnn/ops/cumprod.h"
#include "ttnn/ops/cumsum.h"
#include "ttnn/ops/reduce_calls.h"
#include "ttnn/ops/topk.h"
#include "ttnn/runtime/stream.h"
#include "ttnn/runtime/transfer.h"

namespace ttnn {
namespace {

using Floats = std::vector<float>;
using List = std::vector<int64_t>;

class ReduceOps : public testing::Test {
 protected:
  std::shared_ptr<MeshDevice> open(int devices) {
    Stream::instance();
    MeshDeviceOptions options;
    options.mesh_shape = MeshShape(1, devices);
    return mesh_ = MeshDevice::open(options);
  }
  void close() {
    if (mesh_) mesh_->close();
    mesh_.reset();
  }
  void TearDown() override {
    close();
    Stream::instance().set_workers(0);
  }
  // The same on every device.
  Tensor tensor(Floats data, Shape shape, DataType dtype = DataType::FLOAT32) {
    TensorSpec spec;
    spec.shape = shape;
    spec.dtype = dtype;
    if (is_block_float(dtype)) spec.layout = Layout::TILE;
    return upload(HostArray::dense(data.data(), HostType::float32, shape), spec,
                  replicate(shape, mesh_->shape()), mesh_, "test");
  }
  // One slice along `dim` per device.
  Tensor sharded(Floats data, Shape whole, int dim, DataType dtype = DataType::FLOAT32) {
    TensorSpec spec;
    const Distribution plan =
        distribute(whole, shard_tensor_to_mesh_mapper(mesh_->shape(), dim), "test");
    spec.shape = plan.shard_shape;
    spec.dtype = dtype;
    return upload(HostArray::dense(data.data(), HostType::float32, whole), spec, plan, mesh_,
                  "test");
  }
  static Floats read(const Tensor& t, int device = 0) {
    Floats out(static_cast<size_t>(t.volume()));
    download(t, device, HostArray::dense(out.data(), HostType::float32, t.shape()));
    return out;
  }
  static Floats random(int64_t n) {
    std::mt19937 engine(7);
    std::uniform_real_distribution<float> values(-1, 1);
    Floats out(static_cast<size_t>(n));
    for (float& x : out) x = values(engine);
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
  std::shared_ptr<MeshDevice> mesh_;
};

constexpr Placement replicated{};
constexpr Placement partial{Placement::partial};
constexpr Placement local{Placement::local};
constexpr Placement shard(int dim) { return {Placement::shard, dim}; }

TEST_F(ReduceOps, ReduceAlongDims) {
  open(1);
  const Tensor x = tensor({1, 2, 3, 4, 5, 7}, {2, 3});
  EXPECT_EQ(read(sum(x, -1)), (Floats{6, 16}));
  EXPECT_EQ(read(sum(x, 0)), (Floats{5, 7, 10}));
  EXPECT_EQ(read(mean(x, 1)), (Floats{2, 16.0f / 3}));
  EXPECT_EQ(read(max(x)), (Floats{7}));
  EXPECT_EQ(read(min(x, 0)), (Floats{1, 2, 3}));
  EXPECT_EQ(read(prod(x, 1)), (Floats{6, 140}));
  EXPECT_EQ(read(var(x, 0)), (Floats{4.5, 4.5, 8}));
  EXPECT_EQ(read(std(tensor({1, 3}, {2}))), (Floats{std::sqrt(2.0f)}));
}

TEST_F(ReduceOps, ShapesFollowKeepdim) {
  open(1);
  const Tensor x = tensor(random(24), {2, 3, 4});
  EXPECT_EQ(sum(x).shape(), Shape{});
  EXPECT_EQ(sum(x, {}, true).shape(), (Shape{1, 1, 1}));
  EXPECT_EQ(sum(x, List{0, -1}).shape(), (Shape{3}));
  EXPECT_EQ(sum(x, List{0, -1}, true).shape(), (Shape{1, 3, 1}));
  EXPECT_EQ(argmax(x).shape(), Shape{});
  EXPECT_EQ(argmax(x, 1, true).shape(), (Shape{2, 1, 4}));
  EXPECT_EQ(topk(x, 2, 1)[0].shape(), (Shape{2, 2, 4}));
}

TEST_F(ReduceOps, ResultsAreTiledInTheInputsDtype) {
  open(1);
  const Tensor x = tensor(random(24), {1, 2, 3, 4}, DataType::BFLOAT16);
  EXPECT_EQ(max(x, -1).layout(), Layout::TILE);
  EXPECT_EQ(sum(x, 1).layout(), Layout::TILE);
  EXPECT_EQ(sum(x, -1).layout(), Layout::ROW_MAJOR) << "within the matrices of a 4-D tensor";
  EXPECT_EQ(sum(x, -1).dtype(), DataType::BFLOAT16);
  EXPECT_EQ(argmax(x, -1).dtype(), DataType::UINT32);
  EXPECT_EQ(argmax(x, -1).layout(), Layout::ROW_MAJOR);
  EXPECT_EQ(topk(x, 2)[1].dtype(), DataType::UINT16);
  EXPECT_EQ(topk(tensor({1, 2}, {2}), 1)[1].dtype(), DataType::UINT32);
}

TEST_F(ReduceOps, SumsAreRoundedOnce) {
  open(1);
  // In bfloat16 257 is no number and 256 + 1 + 1 would stay 256.
  const Tensor x = tensor({256, 1, 1, 1, 1}, {5}, DataType::BFLOAT16);
  EXPECT_EQ(read(sum(x, 0)), (Floats{260}));
  EXPECT_EQ(read(mean(tensor(Floats(4096, 257), {4096}), 0)), (Floats{257}));
}

TEST_F(ReduceOps, IntegersStayWhole) {
  open(1);
  const Tensor x = tensor({16777216, 1, 1, -3}, {4}, DataType::INT32);
  EXPECT_EQ(read(sum(x, 0)), (Floats{16777215}));
  EXPECT_EQ(read(max(x, 0)), (Floats{16777216}));
  EXPECT_EQ(read(mean(tensor({1, 2, 4}, {3}, DataType::INT32), 0)), (Floats{2}));
}

TEST_F(ReduceOps, NansComeThrough) {
  open(1);
  const float nan = std::nanf("");
  EXPECT_TRUE(std::isnan(read(max(tensor({1, nan, 2}, {3})))[0]));
  EXPECT_TRUE(std::isnan(read(min(tensor({1, nan, 2}, {3, 1}), 0))[0]));
  EXPECT_EQ(read(argmax(tensor({1, nan, 2, nan}, {4}))), (Floats{1}));
  const auto best = topk(tensor({1, nan, 2}, {3}), 2);
  EXPECT_EQ(read(best[1]), (Floats{1, 2}));
}

TEST_F(ReduceOps, NothingHasASumButNoMaximum) {
  open(1);
  const Tensor x = tensor({}, {0, 3});
  EXPECT_EQ(read(sum(x, 0)), (Floats{0, 0, 0}));
  EXPECT_EQ(read(prod(x, 0)), (Floats{1, 1, 1}));
  EXPECT_EQ(read(sum(x)), (Floats{0}));
  EXPECT_EQ(max(x, 1).shape(), Shape{0});
  EXPECT_NE(error_of([&] { max(x, 0); }).find("max: input_tensor"), std::string::npos);
  EXPECT_NE(error_of([&] { argmax(x, 0); }).find("argmax: input_tensor"), std::string::npos);
}

TEST_F(ReduceOps, TopkTakesTheFirstOfEquals) {
  open(1);
  const Tensor x = tensor({3, 5, 5, -1, 3}, {5});
  const auto most = topk(x, 3), least = topk(x, 2, -1, false);
  EXPECT_EQ(read(most[0]), (Floats{5, 5, 3}));
  EXPECT_EQ(read(most[1]), (Floats{1, 2, 0}));
  EXPECT_EQ(read(least[0]), (Floats{-1, 3}));
  EXPECT_EQ(read(least[1]), (Floats{3, 0}));
  const auto sorted = sort(x);
  EXPECT_EQ(read(sorted[0]), (Floats{-1, 3, 3, 5, 5}));
  EXPECT_EQ(read(sorted[1]), (Floats{3, 0, 4, 1, 2}));
}

TEST_F(ReduceOps, TopkFindsTheLargestOfMany) {
  open(1);
  const int64_t n = 70000;
  Floats data = random(n);
  const Tensor x = tensor(data, {n});
  const auto best = topk(x, 100);
  std::sort(data.begin(), data.end(), std::greater<float>());
  data.resize(100);
  EXPECT_EQ(read(best[0]), data);
}

TEST_F(ReduceOps, RunningTotals) {
  open(1);
  const Tensor x = tensor({1, 2, 3, 4, 5, 6}, {2, 3});
  EXPECT_EQ(read(cumsum(x, 1)), (Floats{1, 3, 6, 4, 9, 15}));
  EXPECT_EQ(read(cumsum(x, 0)), (Floats{1, 2, 3, 5, 7, 9}));
  EXPECT_EQ(read(cumsum(x, -1, true)), (Floats{6, 5, 3, 15, 11, 6}));
  EXPECT_EQ(read(cumprod(x, 1)), (Floats{1, 2, 6, 4, 20, 120}));
}

TEST_F(ReduceOps, LabelsTellTheTruth) {
  open(2);
  const Tensor x = sharded(random(24), {4, 3, 2}, 0), y = sharded(random(24), {3, 4, 2}, 1);
  EXPECT_EQ(sum(x, 0).placement(1), partial) << "terms of the sum";
  EXPECT_EQ(mean(x, 0).placement(1), local) << "means of slices add up to nothing";
  EXPECT_EQ(max(x, 0).placement(1), local);
  EXPECT_EQ(sum(x, -1).placement(1), shard(0));
  EXPECT_EQ(sum(y, 0).placement(1), shard(0)) << "the dim in front is gone";
  EXPECT_EQ(sum(y, 0, true).placement(1), shard(1));
  EXPECT_EQ(argmax(y, 0).placement(1), shard(0));
  EXPECT_EQ(argmax(y, 1).placement(1), local);
  EXPECT_EQ(argmax(y).placement(1), local);
  EXPECT_EQ(topk(x, 1, 1)[0].placement(1), shard(0));
  EXPECT_EQ(topk(x, 1, 0)[1].placement(1), local);
  EXPECT_EQ(cumsum(x, 1).placement(1), shard(0));
  EXPECT_EQ(cumsum(x, 0).placement(1), local);
  EXPECT_EQ(sum(tensor({1, 2}, {2})).placement(1), replicated);

  const Tensor terms = sum(x, 0);
  EXPECT_EQ(sum(terms, 0).placement(1), partial) << "a sum of terms is a term";
  EXPECT_EQ(mean(terms, 0).placement(1), partial);
  EXPECT_EQ(max(terms, 0).placement(1), local);
  EXPECT_EQ(cumsum(terms, 0).placement(1), partial);
  EXPECT_EQ(cumprod(terms, 0).placement(1), local);

  const Tensor whole = sharded({1, 2, 3, 4}, {4}, 0, DataType::INT32);
  EXPECT_EQ(sum(whole, 0).placement(1), partial);
  EXPECT_EQ(read(sum(whole, 0), 1), (Floats{7}));
}

TEST_F(ReduceOps, SameBitsWithAnyNumberOfWorkers) {
  const int64_t rows = 300, columns = 700;
  std::vector<Floats> first;
  for (int workers : {1, 2, 3}) {
    Stream::instance().set_workers(workers);
    open(2);
    std::vector<Floats> results;
    for (DataType dtype : {DataType::FLOAT32, DataType::BFLOAT8_B}) {
      const Tensor x = tensor(random(rows * columns), {rows, columns}, dtype);
      for (const std::optional<Dims>& dim : {std::optional<Dims>{}, {0}, {1}}) {
        results.push_back(read(sum(x, dim)));
        results.push_back(read(var(x, dim)));
        results.push_back(read(max(x, dim)));
      }
      results.push_back(read(cumsum(x, 0)));
      results.push_back(read(cumsum(x, 1)));
      results.push_back(read(topk(x, 9, 0)[0]));
    }
    if (first.empty()) first = results;
    EXPECT_EQ(results, first) << workers << " workers";
    close();
  }
}

TEST_F(ReduceOps, RefusesWhatHasNoMeaning) {
  open(1);
  const Tensor x = tensor(random(6), {2, 3});
  EXPECT_NE(error_of([&] { sum(x, 2); }).find("sum: Dimension out of range"), std::string::npos);
  EXPECT_NE(error_of([&] { sum(x, List{0, -2}); }).find("appears multiple times"),
            std::string::npos);
  EXPECT_NE(error_of([&] {
              std(tensor({1}, {1}));
            }).find("Reduction is performed on too few elements, yielding divisor of 0"),
            std::string::npos);
  EXPECT_NE(error_of([&] { topk(x, 4); }).find("k=4 is not between 0 and the 3 elements"),
            std::string::npos);
}

}  // namespace
}  // namespace ttnn
