// Traces through C++: what is captured, what a replay finds and leaves, and 100 replays among other
// work, which the thread sanitizer watches.
#include "ttnn/runtime/trace.h"

#include "tests/cpp/runtime_ops.h"
#include "ttnn/ccl/all_gather.h"
#include "ttnn/ops/matmul.h"

namespace ttnn::test {
namespace {

class TraceTest : public OnMesh {
 protected:
  // A result that a replay refreshes.
  template <class Program>
  int capture(Program program) {
    const int id = begin_trace_capture(mesh_);
    program();
    end_trace_capture(mesh_, id);
    return id;
  }
  Tensor host(Floats data, Shape shape, Layout layout = Layout::ROW_MAJOR) {
    TensorSpec spec;
    spec.dtype = DataType::FLOAT32;
    spec.layout = layout;
    return upload(HostArray::dense(data.data(), HostType::float32, shape), spec,
                  replicate(shape, MeshShape(1, 1)), nullptr, "test");
  }
};

TEST_F(TraceTest, RunsNothingUntilItIsReplayed) {
  open({1, 2});
  const Tensor x = row({1, 2, 3});
  scale(x, 2);
  Scale::shards = 0;
  Tensor y;
  const int id = capture([&] { y = scale(x, 2); });
  EXPECT_EQ(Scale::shards, 0);
  execute_trace(mesh_, id);
  EXPECT_EQ(Scale::shards, 1) << "the devices' shards are the same: computed once";
  EXPECT_EQ(read(y), (Floats{2, 4, 6}));
}

TEST_F(TraceTest, FindsInputsWhereTheyLieThen) {
  open({1, 2});
  Tensor x = row({1, 2, 3});
  scale(x, 2);
  Tensor y;
  const int id = capture([&] { y = scale(x, 2); });
  copy_to_device(host({4, 5, 6}, {3}), x);
  execute_trace(mesh_, id, 0, false);
  EXPECT_EQ(read(y), (Floats{8, 10, 12}));
  double_in_place(x);
  execute_trace(mesh_, id, 0, false);
  EXPECT_EQ(read(y), (Floats{16, 20, 24}));
}

TEST_F(TraceTest, InnerMemoryOverlapsOnlyWhereItMay) {
  open({1, 1});
  const Tensor x = row(Floats(1024, 1));
  const auto program = [&] {
    std::vector<Tensor> kept;
    for (int i = 0; i < 8; ++i) kept.push_back(scale(x, 1, i));
    Tensor y = kept[0];
    for (const Tensor& other : kept) y = sum(y, other);
    return y;
  };
  program();
  Tensor y;
  const int id = capture([&] { y = program(); });
  execute_trace(mesh_, id);
  EXPECT_EQ(read(y), Floats(1024, 1 + 8 + 28));
  const TraceDescription trace = describe_trace(mesh_, id);
  EXPECT_EQ(trace.entries.size(), 16u);
  EXPECT_EQ(trace.private_bytes, 15 * 4096);
  EXPECT_LE(trace.arena_bytes, 10 * 4096);
}

TEST_F(TraceTest, AFailureIsThatOfTheCommandAndTheNextReplayIsNew) {
  open({1, 1});
  const Tensor x = row({1, 2});
  message_of([&] {
    throws(x);
    synchronize(mesh_);
  });
  Tensor y;
  current_source() = {"program.py", 7};
  const int id = capture([&] { y = throws(x); });
  current_source() = {};
  for (int i = 0; i < 2; ++i) {
    const std::string message = message_of([&] { execute_trace(mesh_, id); });
    EXPECT_TRUE(contains(message, "test_throws: the kernel gave up.")) << message;
    EXPECT_TRUE(contains(message, "Captured at program.py:7.")) << message;
  }
  EXPECT_TRUE(contains(message_of([&] { read(y); }), "the kernel gave up."));
  EXPECT_EQ(read(scale(x, 3)), (Floats{3, 6}));
}

// Gives another number each time it runs, so that its shadow differs.
struct Count {
  Tensor input;
  static constexpr auto name = "test_count";
  static constexpr auto doc = "How often it has run.";
  static constexpr auto fields = std::tuple{arg("input_tensor", &Count::input, "")};
  static inline std::atomic<int> runs{0};
  TensorSpec infer(const CallOptions&) const { return input.spec(); }
  void reference(Task task) const {
    task.write(Floats(static_cast<size_t>(input.volume()), static_cast<float>(++runs)));
  }
};

TEST_F(TraceTest, AShadowThatDiffersIsAnError) {
  open({1, 1});
  const Tensor x = row({1, 2, 3});
  const Call<Count> count;
  scale(count(x), 2);
  Tensor y, z;
  current_source() = {"program.py", 9};
  const int id = capture([&] { y = scale(count(x), 2); });
  const int same = capture([&] { z = scale(x, 2); });
  current_source() = {};
  set_shadow_traces(true);
  const std::string message = message_of([&] { execute_trace(mesh_, id); });
  execute_trace(mesh_, same);
  set_shadow_traces(false);
  EXPECT_TRUE(contains(message, "last written by test_scale (program.py:9), other bits"))
      << message;
  EXPECT_EQ(read(z), (Floats{2, 4, 6}));
}

TEST_F(TraceTest, ATraceThatIsReleasedMeanwhileIsNotReplayed) {
  open({1, 1});
  const Tensor x = row({1, 2, 3});
  scale(x, 2);
  const int id = capture([&] { scale(scale(x, 2), 2); });
  std::atomic<bool> go{false};
  std::thread other([&] {
    while (!go) std::this_thread::yield();
    release_trace(mesh_, id);
  });
  std::string message = "no error";
  for (int i = 0; message == "no error"; ++i) {
    if (i == 20) go = true;
    message = message_of([&] { execute_trace(mesh_, id, 0, false); });
  }
  other.join();
  EXPECT_TRUE(contains(message, "it was released")) << message;
}

TEST_F(TraceTest, AMeshClosesWithTracesAndWithAnOpenCapture) {
  open({1, 2});
  const Tensor x = row({1, 2});
  scale(x, 2);
  capture([&] { scale(x, 2); });
  begin_trace_capture(mesh_);
  scale(x, 2);
  EXPECT_TRUE(is_trace_capture_active(*mesh_));
  mesh_->close();
  EXPECT_FALSE(is_trace_capture_active(*mesh_));
}

// Replays, refreshed inputs and other work in flight together, with late workers.
TEST_F(TraceTest, AHundredReplaysAmongOtherWork) {
  for (int workers : {1, 2, 3, 7}) {
    Stream::instance().set_workers(workers);
    set_task_delay(workers > 1 ? 20 : 0);
    open({1, 4});
    const auto square = [&](float value) {
      return host(Floats(64 * 64, value), {64, 64}, Layout::TILE);
    };
    Tensor x = to_device(square(1), mesh_, {}), total = to_device(square(0), mesh_, {}), out;
    const Tensor w = to_device(square(0.25F / 64), mesh_, {});
    const auto program = [&] {
      const Tensor product = matmul(x, w);
      const Tensor gathered = all_gather(product, 1);
      put(total, product, int64_t{5});
      std::vector<Tensor> branches;
      for (int i = 0; i < 6; ++i) branches.push_back(scale(product, i, 1));
      branches.push_back(product);
      out = sum_of(branches);
      return gathered;
    };
    program();
    Tensor gathered;
    const int id = capture([&] { gathered = program(); });
    for (int i = 0; i < 100; ++i) {
      const auto value = static_cast<float>(i % 9);
      copy_to_device(square(value), x);
      execute_trace(mesh_, id, 0, i % 10 == 0);
      const Tensor eager = scale(x, 2);
      if (i % 7 != 0) continue;
      const float product = 0.25F * value;
      ASSERT_EQ(read(out)[9], 16 * product + 6);
      ASSERT_EQ(read(total)[5], product);
      ASSERT_EQ(read(total)[6], 0);
      ASSERT_EQ(read(gathered).size(), size_t{64 * 256});
      ASSERT_EQ(read(eager)[3], 2 * value);
    }
    release_trace(mesh_, id);
    mesh_->close();
    set_task_delay(0);
  }
}

}  // namespace
}  // namespace ttnn::test
