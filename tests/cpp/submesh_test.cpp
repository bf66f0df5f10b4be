// Submeshes: who closes whom, what the executor sees, and that disjoint ones do not wait for each
// other.
#include "tests/cpp/runtime_ops.h"
#include "ttnn/mesh/mesh_device_view.h"
#include "ttnn/ops/binary_calls.h"

namespace ttnn::test {
namespace {

class Submeshes : public OnMesh {
 protected:
  Tensor row_on(const std::shared_ptr<MeshDevice>& mesh, Floats data) {
    const auto whole = std::exchange(mesh_, mesh);
    Tensor made = row(std::move(data));
    mesh_ = whole;
    return made;
  }
};

TEST_F(Submeshes, AreListedWhileOpenAndHeld) {
  open({2, 4});
  auto parts = mesh_->create_submeshes({1, 4});
  EXPECT_EQ(mesh_->submeshes(), parts);
  EXPECT_EQ(SystemMesh::instance().open_meshes(), 3);
  EXPECT_TRUE(parts[0]->is_within(*mesh_) && parts[0]->is_within(*parts[0]));
  EXPECT_FALSE(parts[0]->is_within(*parts[1]) || mesh_->is_within(*parts[0]));
  parts[0]->close();
  parts[1].reset();
  EXPECT_TRUE(mesh_->submeshes().empty());
  EXPECT_EQ(SystemMesh::instance().open_meshes(), 1);
}

TEST_F(Submeshes, OutliveTheirParentsLastReference) {
  auto part = open({1, 2})->create_submesh({1, 1}, MeshCoordinate(0, 1));
  MeshDevice* const parent = mesh_.get();
  mesh_.reset();
  EXPECT_EQ(part->parent().get(), parent);
  EXPECT_EQ(read(scale(row_on(part, {1, 2}), 2.0)), (Floats{2, 4}));
  part.reset();
  EXPECT_EQ(SystemMesh::instance().open_meshes(), 0);
}

// An executor that fails to close one part still sees all closed, the parent last.
struct Recorder : Executor {
  std::string log;
  int failing = 0;
  static std::string id(const MeshDevice& mesh) {
    return mesh.parent() ? std::to_string(mesh.id() - mesh.parent()->id()) : "parent";
  }
  void opened(MeshDevice& mesh) override {
    if (mesh.parent() && failing > 0 && --failing == 0) throw Error("cannot open");
    log += "+" + id(mesh) + " ";
  }
  void drain(MeshDevice& mesh) override {
    if (!mesh.parent()) throw Error("work failed");
  }
  void settle(MeshDevice&) noexcept override {}
  void closed(MeshDevice& mesh) override { log += "-" + id(mesh) + " "; }
};

TEST_F(Submeshes, AreClosedBeforeTheirParentAndOpenedAllOrNone) {
  Executor& before = executor();
  Recorder recorder;
  install_executor(recorder);
  {
    const auto mesh = MeshDevice::open({.mesh_shape = MeshShape(2, 4)});
    const auto parts = mesh->create_submeshes({1, 4});
    EXPECT_EQ(message_of([&] { mesh->close(); }), "work failed");
    EXPECT_EQ(recorder.log, "+parent +1 +2 -1 -2 -parent ");
    EXPECT_TRUE(contains(message_of([&] { parts[0]->create_submesh({1, 1}); }), "as its parent"));
  }
  recorder.log.clear();
  recorder.failing = 2;
  {
    const auto mesh = MeshDevice::open({.mesh_shape = MeshShape(2, 4)});
    EXPECT_EQ(message_of([&] { mesh->create_submeshes({1, 4}); }), "cannot open");
    EXPECT_TRUE(mesh->submeshes().empty());
    EXPECT_EQ(recorder.log, "+parent +1 -1 ");
  }
  EXPECT_EQ(SystemMesh::instance().open_meshes(), 0);
  install_executor(before);
}

// A gate that tells when it has been reached.
struct ToldGate {
  Tensor input;
  static constexpr auto name = "test_told_gate";
  static constexpr auto doc = "The input, once the gate is open.";
  static constexpr auto fields = std::tuple{arg("input_tensor", &ToldGate::input, "")};
  static inline std::atomic<bool> reached{false};
  TensorSpec infer(const CallOptions&) const { return input.spec(); }
  void reference(Task task) const {
    reached = true;
    Gate{input}.reference(task);
  }
};
inline constexpr Call<ToldGate> told_gate;

// A command of one part is held at the gate, in the thread that called it; what the other part
// does is done meanwhile.
TEST_F(Submeshes, WorkOfDisjointOnesOverlapsInTime) {
  Stream::instance().set_workers(2);
  open({1, 4});
  const auto parts = mesh_->create_submeshes({1, 2});
  const Tensor a = row_on(parts[0], {1, 2, 3});
  Tensor b = row_on(parts[1], {1, 2});
  std::atomic<bool> is_through{false};
  ToldGate::reached = false;
  std::thread other([&] {
    EXPECT_EQ(read(scale(told_gate(a), 10.0)), (Floats{10, 20, 30}));
    is_through = true;
  });
  while (!ToldGate::reached) std::this_thread::yield();
  for (int i = 0; i < 10; ++i) b = scale(b, 2.0);
  EXPECT_EQ(read(b), (Floats{1024, 2048}));
  EXPECT_FALSE(is_through);
  Gate::open = true;
  other.join();
  EXPECT_TRUE(is_through);
}

TEST_F(Submeshes, AreMadeAndClosedByManyThreads) {
  open({2, 4});
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const auto part = mesh_->create_submesh({1, 1}, MeshCoordinate(t / 2, t % 2));
        mesh_->submeshes();
        if (i % 2) part->close();
      }
    });
  threads.clear();
  EXPECT_TRUE(mesh_->submeshes().empty());
  EXPECT_EQ(SystemMesh::instance().open_meshes(), 1);
}

TEST(MeshDeviceView, TurnsBlocksAndFollowsLines) {
  const MachineModel t3000 = machine_model("t3000"), galaxy = machine_model("galaxy");
  const MeshDeviceView whole({2, 4}, {0, 1, 2, 3, 4, 5, 6, 7});
  const auto ids = [](const MeshDeviceView& view) { return view.device_ids(); };
  EXPECT_EQ(ids(reshaped(whole, {4, 2}, t3000)), (std::vector<int>{0, 4, 1, 5, 2, 6, 3, 7}));
  EXPECT_EQ(ids(reshaped(whole, {1, 8}, t3000)), (std::vector<int>{0, 1, 2, 3, 7, 6, 5, 4}));
  const MeshDeviceView odd({1, 9}, {0, 1, 2, 6, 5, 4, 8, 9, 10});  // a snake of three by three
  const auto nine = reshaped(odd, {3, 3}, galaxy);
  EXPECT_EQ(nine.device_ids(), (std::vector<int>{0, 1, 2, 4, 5, 6, 8, 9, 10}));
  EXPECT_EQ(nine.line().size(), 9u);
  EXPECT_THROW(nine.ring(), Error);
  EXPECT_EQ(nine.find_device(9), MeshCoordinate(2, 1));
  EXPECT_TRUE(
      contains(message_of([&] { reshaped(MeshDeviceView({1, 4}, {0, 1, 2, 7}), {2, 2}, t3000); }),
               "not possible to form a physically connected mesh grid"));
}

}  // namespace
}  // namespace ttnn::test
