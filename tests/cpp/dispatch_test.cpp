// The one funnel: what kinds of op there are, where results are written, what is computed once, how
// weights are packed, and that an error leaves everything as it was.
#include "ttnn/runtime/dispatch.h"

#include <random>

#include "tests/cpp/runtime_ops.h"
#include "ttnn/backends/cpu/cpu_backend.h"
#include "ttnn/ops/binary_calls.h"
#include "ttnn/runtime/backend.h"
#include "ttnn/runtime/registry.h"

namespace ttnn::test {
namespace {

class Dispatches : public OnMesh {};

// ---- The op model

TEST_F(Dispatches, OpsReturnOneAListOrATuple) {
  open({1, 2});
  const Tensor x = tensor({1, 2, 3, 4, 5, 6}, {3, 2});
  const std::vector<Tensor> parts = rows(x);
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(read(parts[2], 1), (Floats{5, 6}));
  const auto [low, high] = extremes(x);
  EXPECT_EQ(read(low), Floats{1});
  EXPECT_EQ(read(high, 1), Floats{6});
  EXPECT_EQ(read(sum_of(parts)), (Floats{9, 12}));
}

TEST_F(Dispatches, ArgumentsOfCallsAreChecked) {
  open({1, 1});
  const Tensor x = row({1});
  EXPECT_TRUE(
      contains(message_of([&] { scale(x, std::string("two")); }), "test_scale: argument 2"));
  EXPECT_TRUE(contains(message_of([&] { scale(x, 1.0, 2.0, 3.0); }), "more arguments than the 3"));
}

// ---- Identical shards

TEST_F(Dispatches, IdenticalShardsAreComputedOnce) {
  open({2, 4});
  const Tensor same = row({1, 2});
  const Tensor result = scale(same, 2.0);
  EXPECT_EQ(read(result, 7), (Floats{2, 4}));
  EXPECT_EQ(Scale::shards, 1);
  EXPECT_TRUE(spread(result)->is_shared());
  EXPECT_EQ(result.buffers()->block()->bytes(), 8);

  Scale::shards = 0;
  const Tensor differing = sharded({1, 2, 3, 4, 5, 6, 7, 8}, {8, 1});
  EXPECT_EQ(read(scale(differing, 2.0), 7), Floats{16});
  EXPECT_EQ(Scale::shards, 8);
}

TEST_F(Dispatches, OnlyWhatDiffersIsComputedApart) {
  open({2, 2});
  // Rows over one mesh axis: two distinct shards on four devices.
  TensorSpec spec;
  const MeshMapper rows_only =
      create_mesh_mapper({2, 2}, {{PlacementShard{0}, PlacementReplicate{}}, {}, {}});
  Floats data{1, 2};
  const Tensor halves = upload(HostArray::dense(data.data(), HostType::float32, {2, 1}), spec,
                               distribute({2, 1}, rows_only, "test"), mesh_, "test");
  ASSERT_EQ(spread(halves)->distinct, 2);
  const Tensor result = scale(halves, 3.0);
  EXPECT_EQ(spread(result)->distinct, 2);
  EXPECT_EQ(read(result, 1), Floats{3});
  EXPECT_EQ(Scale::shards, 2);
  EXPECT_EQ(read(result, 2), Floats{6});
}

TEST_F(Dispatches, PerDeviceOpsAreNot) {
  open({1, 3});
  const Tensor result = device_number(row({0, 0}));
  EXPECT_EQ(read(result, 2), (Floats{2, 2}));
  EXPECT_EQ(spread(result)->distinct, 3);
  EXPECT_EQ(result.placement(1).kind, Placement::local);
}

// ---- Writing existing tensors

TEST_F(Dispatches, OutputTensorsAreWrittenInPlace) {
  open({1, 2});
  const Tensor x = row({1, 2}), out = row({0, 0});
  const Block* before = out.buffers()->block().get();
  CallOptions into;
  into.outputs = {out};
  const Tensor returned = scale(x, 3.0, into);
  EXPECT_EQ(read(out, 1), (Floats{3, 6}));
  EXPECT_EQ(returned.buffers(), out.buffers());
  EXPECT_EQ(out.buffers()->block().get(), before);
}

TEST_F(Dispatches, AnOutputThatIsAnInputGoesThroughATemporary) {
  open({1, 2});
  const Tensor x = row({1, 2, 3});
  CallOptions into;
  into.outputs = {x};
  reverse(x, into);
  EXPECT_EQ(read(x), (Floats{3, 2, 1}));
}

TEST_F(Dispatches, ElementwiseOpsWriteOverTheirInput) {
  open({1, 2});
  const Tensor x = row({1, 2});
  const Block* before = x.buffers()->block().get();
  double_in_place(x);
  EXPECT_EQ(x.buffers()->block().get(), before);
  EXPECT_EQ(read(x, 1), (Floats{2, 4}));
}

TEST_F(Dispatches, ReadersBeforeAWriteSeeTheOldBytes) {
  open({1, 2});
  set_task_delay(300);
  const Tensor x = sharded({1, 2, 3, 4}, {2, 2});
  const Tensor before = scale(x, 1.0);
  double_in_place(x);
  const Tensor after = scale(x, 1.0);
  EXPECT_EQ(read(before, 1), (Floats{3, 4}));
  EXPECT_EQ(read(after, 1), (Floats{6, 8}));
}

TEST_F(Dispatches, SharersKeepTheirBytesWhenOneIsWritten) {
  open({1, 2});
  const Tensor x = row({1, 2, 3, 4});
  TensorSpec square = x.spec();
  square.shape = {2, 2};
  const Tensor view = share(x, square);
  EXPECT_EQ(view.buffers()->block(), x.buffers()->block());
  double_in_place(x);
  EXPECT_EQ(read(view), (Floats{1, 2, 3, 4}));
  EXPECT_EQ(read(x), (Floats{2, 4, 6, 8}));
  put(view, row({9}), 3);
  EXPECT_EQ(read(view), (Floats{1, 2, 3, 9}));
  EXPECT_EQ(read(x), (Floats{2, 4, 6, 8}));
}

TEST_F(Dispatches, PartialWritesKeepTheRest) {
  open({1, 3});
  const Tensor cache = row({0, 0, 0});        // one block for all devices
  put(cache, sharded({1, 2, 3}, {3, 1}), 1);  // becomes different on each
  EXPECT_EQ(read(cache, 0), (Floats{0, 1, 0}));
  EXPECT_EQ(read(cache, 2), (Floats{0, 3, 0}));
  put(cache, row({7}), 2);
  EXPECT_EQ(read(cache, 2), (Floats{0, 3, 7}));
}

TEST_F(Dispatches, WritingTellsTheTruthAfterwards) {
  open({1, 2});
  const Tensor cache = row({0, 0}), copy = cache;
  EXPECT_TRUE(cache.label()->is_replicated());
  put(cache, sharded({1, 2}, {2, 1}), 0);
  EXPECT_FALSE(cache.label()->is_replicated());
  EXPECT_EQ(*copy.label(), *cache.label());
  const Tensor next = scale(cache, 1.0);
  EXPECT_FALSE(next.label()->is_replicated());
}

TEST_F(Dispatches, AnOutputTensorTellsTheTruthAfterwards) {
  open({1, 2});
  const Tensor out = row({0, 0});
  CallOptions into;
  into.outputs = {out};
  const Tensor returned = scale(sharded({1, 2, 3, 4}, {2, 2}), 1.0, into);
  EXPECT_FALSE(out.label()->is_replicated());
  EXPECT_EQ(*out.label(), *returned.label());
}

TEST_F(Dispatches, TwoOutputsThatLieApartAreWrittenOnceEach) {
  open({1, 2});
  const Tensor x = tensor({4, 1, 3}, {3});
  const Tensor low = sharded({0, 0}, {2, 1}), high = row({0});
  CallOptions into;
  into.outputs = {high, share(low, high.spec())};
  extremes(x, into);
  EXPECT_EQ(read(into.outputs[0], 1), Floats{1});
  EXPECT_EQ(read(into.outputs[1], 1), Floats{4});
}

// ---- Errors leave everything as it was

// No kernel at all: refused when it is dispatched, after its output is known.
struct Hopeless {
  Tensor input;
  static constexpr auto name = "test_hopeless";
  static constexpr auto doc = "Nobody can do it.";
  static constexpr auto fields = std::tuple{arg("input_tensor", &Hopeless::input, "")};
  TensorSpec infer(const CallOptions&) const { return input.spec(); }
};

TEST_F(Dispatches, ARefusedOpLeavesItsOutputAlone) {
  open({1, 2});
  const Tensor x = row({1, 2}), out = row({3, 4});
  const Tensor view = share(out, out.spec());
  CallOptions into;
  into.outputs = {out};
  for (int i = 0; i < 3; ++i) {
    const std::string error = message_of([&] { run(Hopeless{x}, into); });
    EXPECT_EQ(error,
              "test_hopeless: the cpu backend has no kernel for Shape([2]) "
              "DataType::FLOAT32 Layout::ROW_MAJOR.");
  }
  EXPECT_EQ(read(out), (Floats{3, 4}));
  EXPECT_EQ(read(scale(x, 2.0)), (Floats{2, 4}));
  EXPECT_EQ(message_of([&] { synchronize(mesh_); }), "no error");
}

TEST_F(Dispatches, OutputsOfAnotherPlaceAreRefused) {
  open({1, 2});
  const Tensor x = row({1, 2});
  CallOptions into;
  into.outputs = {get_device_tensors(row({0, 0}))[0]};
  EXPECT_TRUE(contains(message_of([&] { scale(x, 1.0, into); }), "output_tensor is on"));
  into.outputs = {row({0, 0, 0})};
  EXPECT_TRUE(contains(message_of([&] { scale(x, 1.0, into); }),
                       "Shape of Output tensor Shape([3]) provided does not match"));
  const auto other = MeshDevice::open({.mesh_shape = MeshShape(1, 2)});
  into.outputs = {to_device(to_host(row({0, 0}), true), other, {})};
  EXPECT_TRUE(contains(message_of([&] { scale(x, 1.0, into); }), "Allocate it there"));
  EXPECT_TRUE(contains(message_of([&] { sum(x, into.outputs[0]); }), "on the same device"));
  other->close();
}

TEST_F(Dispatches, UseAfterTheEndIsRefused) {
  open({1, 2});
  const Tensor x = row({1, 2}), y = row({1, 2});
  deallocate(y, true);
  EXPECT_FALSE(y.is_allocated());
  const std::string error = message_of([&] { sum(x, y); });
  EXPECT_TRUE(contains(error, "test_sum: Tensor is not allocated: y Shape([2])")) << error;
  EXPECT_TRUE(contains(message_of([&] { read(y); }), "not allocated"));
  mesh_->close();
  EXPECT_TRUE(contains(message_of([&] { scale(x, 1.0); }), "is closed"));
  EXPECT_TRUE(contains(message_of([&] { row({1}); }), "is closed"));
}

TEST_F(Dispatches, DeallocatingLeavesPendingWorkAlone) {
  open({1, 2});
  const Tensor x = gate(sharded({1, 2}, {2, 1}));
  const Tensor y = scale(x, 2.0);
  deallocate(x, true);
  Gate::open = true;
  EXPECT_EQ(read(y, 1), Floats{4});
}

// ---- Observers

struct Counter : Observer {
  std::vector<std::string> seen;
  size_t inputs = 0, outputs = 0;
  bool objects = false;
  void dispatched(const Command& command, std::span<const Tensor> in,
                  std::span<const Tensor> out) override {
    seen.push_back(command.op->name);
    inputs += in.size();
    outputs += out.size();
    for (const Tensor& t : in) EXPECT_TRUE(t.is_allocated());
    if (objects) throw Error("seen enough.");
  }
};

TEST_F(Dispatches, ObserversSeeCommandsInOrder) {
  open({1, 2});
  const Tensor x = tensor({1, 2, 3, 4}, {2, 2});
  Counter counter;
  add_observer(counter);
  const auto parts = rows(scale(x, 2.0));
  sum(parts[0], parts[1]);
  remove_observer(counter);
  scale(x, 2.0);
  EXPECT_EQ(counter.seen, (std::vector<std::string>{"test_scale", "test_rows", "test_sum"}));
  EXPECT_EQ(counter.inputs, 4U);
  EXPECT_EQ(counter.outputs, 4U);
}

TEST_F(Dispatches, AnObserversErrorStopsNothing) {
  open({1, 2});
  const Tensor x = row({1, 2});
  Counter counter;
  counter.objects = true;
  add_observer(counter);
  EXPECT_EQ(message_of([&] { double_in_place(x); }), "seen enough.");
  remove_observer(counter);
  EXPECT_EQ(read(x), (Floats{2, 4}));
}

// ---- Packed weights

// x [M, K] times w [K, N]: its fast kernel wants w packed.
struct Times {
  Tensor x, w;
  static constexpr auto name = "test_times";
  static constexpr auto doc = "x w.";
  static constexpr auto fields = std::tuple{arg("x", &Times::x, ""), arg("w", &Times::w, "")};
  static inline std::atomic<int> packed_runs{0};
  TensorSpec infer(const CallOptions&) const {
    TensorSpec spec = x.spec();
    spec.shape = {x.shape()[0], w.shape()[1]};
    return spec;
  }
  void reference(Task task) const {
    const Floats a = task.floats(x), b = task.floats(w);
    const auto M = static_cast<size_t>(x.shape()[0]), K = static_cast<size_t>(x.shape()[1]),
               N = static_cast<size_t>(w.shape()[1]);
    Floats c(M * N);
    for (size_t m = 0; m < M; ++m)
      for (size_t k = 0; k < K; ++k)
        for (size_t n = 0; n < N; ++n) c[m * N + n] += a[m * K + k] * b[k * N + n];
    task.write(c);
  }
};

const Kernel packed_times = {
    .work = [](const void*, const Launch& launch) { return Work{launch.shards(), 1}; },
    .run =
        [](const void* args, const Launch& launch, int64_t begin, int64_t end) {
          const auto& op = detail::as<Times>(args);
          const Operand& w = launch.operand(op.w);
          Times::packed_runs += w.form != nullptr;
          for (int64_t s = begin; s < end; ++s) {
            const int shard = static_cast<int>(s);
            cpu::Gemm g{};
            g.M = op.x.shape()[0];
            g.N = op.w.shape()[1];
            g.K = op.x.shape()[1];
            g.a = {DataType::FLOAT32, launch.input(op.x, shard), g.K, cpu::Arrangement::plain, {}};
            g.b = {DataType::FLOAT32,
                   launch.input(op.w, shard),
                   g.N,
                   w.form ? cpu::Arrangement::packed : cpu::Arrangement::plain,
                   {}};
            g.c_dtype = DataType::FLOAT32;
            g.c = launch.output(shard);
            g.ldc = g.N;
            g.by = cpu::multiplier(DataType::FLOAT32, DataType::FLOAT32, g.b.arrangement, g.M);
            cpu::gemm(g);
          }
        },
    .wants = [](const void* args, const Launch&, int n) -> std::shared_ptr<const PackedForm> {
      const auto& op = detail::as<Times>(args);
      if (n != 1) return nullptr;
      return std::make_shared<cpu::PackedWeight>(
          cpu::packed_format(DataType::FLOAT32, op.w.shape()[0], op.w.shape()[1]), false);
    },
    .uses_openmp = true};

inline constexpr Call<Times> times;

class PackedWeights : public OnMesh {
 protected:
  void SetUp() override {
    OnMesh::SetUp();
    registry();
    op_info<Times>().kernels = {&packed_times};
    Times::packed_runs = 0;
  }
  void fill(Shape shape, uint32_t seed, Floats& data) {
    std::minstd_rand random(seed);
    data.resize(static_cast<size_t>(shape.volume()));
    for (float& v : data) v = static_cast<float>(random() % 17) - 8;
  }
  // 70 columns: a packed form of other size than the plain one.
  Tensor weight(Floats& data) {
    fill({24, 70}, 5, data);
    return tensor(data, {24, 70});
  }
  Floats product(const Floats& a, const Floats& b) {
    Floats c(70);
    for (size_t k = 0; k < 24; ++k)
      for (size_t n = 0; n < 70; ++n) c[n] += a[k] * b[k * 70 + n];
    return c;
  }
  Tensor input(Floats& data) {
    fill({1, 24}, 9, data);
    return tensor(data, {1, 24});
  }
};

TEST_F(PackedWeights, ArePackedOnceAndOthersDecode) {
  open({1, 4});
  Floats a, b;
  const Tensor w = weight(b), x = input(a);
  EXPECT_EQ(read(times(x, w), 3), product(a, b));
  const auto packed = w.buffers()->block()->packed;
  ASSERT_TRUE(packed);
  EXPECT_EQ(w.buffers()->block()->bytes(), packed->bytes());
  EXPECT_EQ(read(times(x, w), 1), product(a, b));
  EXPECT_EQ(w.buffers()->block()->packed, packed) << "packed again";
  EXPECT_EQ(Times::packed_runs, 2);
  EXPECT_EQ(read(w, 2), b);
  EXPECT_EQ(read(scale(w, 2.0))[5], 2 * b[5]);
}

TEST_F(PackedWeights, AreDecodedThroughViewsAndAliases) {
  open({1, 4});
  Floats a, b;
  const Tensor w = weight(b), x = input(a);
  TensorSpec turned = w.spec();
  turned.shape = {70, 24};
  const Tensor view = share(w, turned);
  const std::vector<Tensor> alone = get_device_tensors(w);
  const Tensor together = combine_device_tensors({alone[3], alone[2], alone[1], alone[0]});
  ASSERT_EQ(read(times(x, w)), product(a, b));
  ASSERT_TRUE(w.buffers()->block()->packed);
  EXPECT_EQ(read(view), b);
  EXPECT_EQ(read(scale(view, 1.0), 2), b);
  EXPECT_EQ(read(alone[1]), b);
  EXPECT_EQ(read(together, 3), b);
  EXPECT_EQ(read(scale(together, 1.0), 3), b);
  EXPECT_EQ(read(times(get_device_tensors(x)[2], alone[2])), product(a, b));
}

TEST_F(PackedWeights, AWriteDropsThePackedForm) {
  open({1, 2});
  Floats a, b;
  const Tensor w = weight(b), x = input(a);
  times(x, w);
  double_in_place(w);
  EXPECT_FALSE(w.buffers()->block()->packed);
  for (float& v : b) v *= 2;
  EXPECT_EQ(read(times(x, w)), product(a, b));
  EXPECT_FALSE(w.buffers()->block()->packed) << "an op's result is not packed";
  const Tensor again = weight(b);
  times(x, again);
  put(again, row({100}), 3);
  b[3] = 100;
  EXPECT_EQ(read(again, 1), b);
  EXPECT_EQ(read(times(x, again), 1), product(a, b));
}

TEST_F(PackedWeights, ResultsAreNotPacked) {
  open({1, 2});
  Floats a, b;
  const Tensor w = scale(weight(b), 1.0), x = input(a);
  EXPECT_EQ(read(times(x, w)), product(a, b));
  EXPECT_FALSE(w.buffers()->block()->packed);
  EXPECT_EQ(Times::packed_runs, 0);
}

// Three weights, one per device.
class PackedShards : public PackedWeights {
 protected:
  void SetUp() override {
    PackedWeights::SetUp();
    open({1, 3});
    x_ = input(a_);
    for (uint32_t d = 0; d < 3; ++d) {
      fill({24, 70}, 20 + d, b_[d]);
      all_.insert(all_.end(), b_[d].begin(), b_[d].end());
    }
    w_ = sharded(all_, {72, 70});
  }
  void expect_products() {
    const Tensor y = times(x_, w_);
    for (int d = 0; d < 3; ++d) EXPECT_EQ(read(y, d), product(a_, b_[d])) << d;
  }
  const PackedForm* packed() const { return w_.buffers()->block()->packed.get(); }

  Floats a_, all_;
  std::array<Floats, 3> b_;
  Tensor x_, w_;
};

TEST_F(PackedShards, ArePackedOnceAndOthersDecode) {
  expect_products();
  ASSERT_TRUE(packed());
  EXPECT_EQ(w_.buffers()->block()->bytes(), 3 * packed()->bytes());
  const PackedForm* once = packed();
  expect_products();
  EXPECT_EQ(packed(), once) << "packed again";
  EXPECT_EQ(Times::packed_runs, 2 * 3) << "a task per shard";
  const Tensor same = scale(w_, 1.0);
  for (int d = 0; d < 3; ++d) {
    EXPECT_EQ(read(w_, d), b_[d]);
    EXPECT_EQ(read(same, d), b_[d]);
  }
  expect_products();
}

TEST_F(PackedShards, ViewsOfOneDeviceAreReadAndMultipliedAsTheyAre) {
  TensorSpec turned = w_.spec();
  turned.shape = {70, 24};
  const Tensor view = share(w_, turned);
  const std::vector<Tensor> alone = get_device_tensors(w_);
  const Tensor other_way = combine_device_tensors({alone[2], alone[0], alone[1]});
  expect_products();
  ASSERT_TRUE(packed());
  for (int d = 0; d < 3; ++d) {
    EXPECT_EQ(read(alone[d]), b_[d]);
    EXPECT_EQ(read(other_way, d), b_[d]);
    EXPECT_EQ(read(view, d), b_[d]);
    EXPECT_EQ(read(scale(alone[d], 2.0))[7], 2 * b_[d][7]);
    EXPECT_EQ(read(times(get_device_tensors(x_)[d], alone[d])), product(a_, b_[d]));
  }
  const Tensor y = times(x_, other_way);
  for (int d = 0; d < 3; ++d) EXPECT_EQ(read(y, d), product(a_, b_[d]));
  EXPECT_EQ(Times::packed_runs, 3 + 3 + 3) << "a view was decoded for its product";
}

TEST_F(PackedShards, AWriteToOneDeviceLeavesTheOthersAsTheyWere) {
  expect_products();
  ASSERT_TRUE(packed());
  double_in_place(get_device_tensors(w_)[1]);
  for (float& v : b_[1]) v *= 2;
  for (int d = 0; d < 3; ++d) EXPECT_EQ(read(w_, d), b_[d]) << d;
  expect_products();
  double_in_place(w_);
  for (Floats& b : b_)
    for (float& v : b) v *= 2;
  for (int d = 0; d < 3; ++d) EXPECT_EQ(read(w_, d), b_[d]) << d;
  expect_products();
}

TEST_F(PackedShards, AWriteToAllDropsThePackedForm) {
  expect_products();
  put(w_, sharded({1, 2, 3}, {3, 1}), 3);
  for (int d = 0; d < 3; ++d) b_[d][3] = static_cast<float>(d + 1);
  EXPECT_FALSE(packed());
  for (int d = 0; d < 3; ++d) EXPECT_EQ(read(w_, d), b_[d]);
  expect_products();
}

}  // namespace
}  // namespace ttnn::test
