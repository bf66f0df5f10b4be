#include "ttnn/mesh/mesh_device.h"

#include <gtest/gtest.h>

#include <thread>

#include "ttnn/core/error.h"
#include "ttnn/mesh/compat.h"
#include "ttnn/mesh/executor.h"

namespace ttnn {
namespace {

std::shared_ptr<MeshDevice> open(MeshShape shape) {
  return MeshDevice::open({.mesh_shape = shape});
}

std::string message_of(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(MeshDevice, OpensAndCloses) {
  const auto mesh = open({2, 4});
  EXPECT_TRUE(mesh->is_open());
  EXPECT_EQ(mesh->num_devices(), 8);
  EXPECT_EQ(mesh->device_ids(), (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(mesh->device(5).coordinate, MeshCoordinate(1, 1));
  EXPECT_THROW(mesh->device(8), Error);
  mesh->close();
  mesh->close();
  EXPECT_FALSE(mesh->is_open());
  EXPECT_TRUE(contains(message_of([&] { mesh->expect_open("add"); }), "is closed"));
  EXPECT_EQ(SystemMesh::instance().open_meshes(), 0);
}

TEST(MeshDevice, TextFollowsTheSetting) {
  const auto mesh = open({1, 2});
  EXPECT_EQ(mesh->text(), "<MeshDevice: 1x2 grid, 2 devices>");
  set_compat(Compat::v081);
  EXPECT_EQ(mesh->text(), "MeshDevice(1x2 grid, 2 devices)");
  set_compat(Compat::seed);
}

TEST(MeshDevice, TakesTheDevicesThatAreNamed) {
  const auto mesh =
      MeshDevice::open({.mesh_shape = MeshShape(1, 2), .physical_device_ids = {7, 3}});
  EXPECT_EQ(mesh->device_ids(), (std::vector<int>{7, 3}));
  const auto wrong = [](std::vector<int> ids) {
    return message_of(
        [&] { MeshDevice::open({.mesh_shape = MeshShape(1, 2), .physical_device_ids = ids}); });
  };
  EXPECT_TRUE(contains(wrong({1}), "names 1 devices"));
  EXPECT_TRUE(contains(wrong({1, 1}), "appears twice"));
  EXPECT_TRUE(contains(wrong({1, 32}), "device 32 does not exist"));
}

TEST(MeshDevice, RefusesWrongOptionsAndStaysUsable) {
  EXPECT_THROW(MeshDevice::open({.num_command_queues = 3}), Error);
  EXPECT_THROW(MeshDevice::open({.trace_region_size = -1}), Error);
  EXPECT_THROW(open({9, 4}), Error);
  EXPECT_EQ(SystemMesh::instance().open_meshes(), 0);
  EXPECT_TRUE(open({8, 4})->is_open());
  EXPECT_EQ(SystemMesh::instance().open_meshes(), 0);  // dropped without close
}

TEST(MeshDevice, AccountsBytesPerDevice) {
  const auto mesh = open({1, 4});
  mesh->reserve(100, "a");
  mesh->reserve(50, "b");
  mesh->release(100);
  EXPECT_EQ(mesh->device(3).used_bytes, 50);
  EXPECT_EQ(mesh->device(3).peak_bytes, 150);
  const auto other = open({1, 1});
  other->reserve(7, "c");
  EXPECT_EQ(mesh->device(0).used_bytes, 57);  // the same device
  other->release(7);
  mesh->release(50);
}

TEST(MeshDevice, OutOfMemoryNamesTensorAndDevice) {
  SystemMesh::select("t3000");
  {
    const auto mesh = open({2, 4});
    const int64_t capacity = int64_t{12} << 30;
    mesh->device(5).try_reserve(1024);
    const std::string message = message_of(
        [&] { mesh->reserve(capacity, [] { return std::string("weight [4, 4] BFLOAT16"); }); });
    EXPECT_TRUE(
        contains(message, "Out of Memory: Not enough space to allocate 12884901888 B DRAM buffer"));
    EXPECT_TRUE(contains(message, "weight [4, 4] BFLOAT16"));
    EXPECT_TRUE(contains(message, "device 5 at MeshCoordinate([1, 1])"));
    EXPECT_TRUE(contains(message, "1024 B of 12884901888 B are in use"));
    EXPECT_EQ(mesh->device(0).used_bytes, 0);  // nothing kept of what failed
    mesh->device(5).release(1024);
    mesh->reserve(capacity, "all of it");
    mesh->release(capacity);
  }
  SystemMesh::select("");
}

TEST(MeshDevice, LimitHoldsBetweenThreads) {
  PhysicalDevice device;
  device.capacity_bytes = 1000;
  std::atomic<int> granted{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) granted += device.try_reserve(3);
      });
  }
  EXPECT_EQ(granted, 333);
  EXPECT_EQ(device.used_bytes, 999);
}

TEST(MeshDevice, OpensLargeGrids) {
  SystemMesh::select("32x32");
  EXPECT_EQ(open({32, 32})->num_devices(), 1024);
}

TEST(ProgramCache, CountsDistinctSignatures) {
  ProgramCache cache;
  cache.note(1, "add");
  cache.note(1, "add");
  cache.note(2, "add");
  EXPECT_EQ(cache.entries(), 2);
  cache.set_misses_allowed(false);
  EXPECT_NO_THROW(cache.note(2, "add"));
  EXPECT_THROW(cache.note(3, "add"), Error);
  cache.set_misses_allowed(true);
  cache.disable_and_clear();
  cache.note(4, "add");
  EXPECT_EQ(cache.entries(), 0);
  cache.enable();
  cache.note(4, "add");
  EXPECT_EQ(cache.entries(), 1);
}

// The executor sees each mesh opened, drained and closed once; an error of the drain arrives after
// the mesh is closed.
struct Recorder : Executor {
  std::string log;
  bool fails = false;
  void opened(MeshDevice&) override { log += "opened "; }
  void drain(MeshDevice&) override {
    log += "drain ";
    if (fails) throw Error("work failed");
  }
  void settle(MeshDevice&) noexcept override { log += "settle "; }
  void closed(MeshDevice& mesh) override {
    log += mesh.is_open() ? "closed while open" : "closed ";
  }
};

TEST(MeshDevice, TellsTheExecutor) {
  Executor& before = executor();
  Recorder recorder;
  install_executor(recorder);
  const auto mesh = open({1, 2});
  recorder.fails = true;
  EXPECT_EQ(message_of([&] { mesh->close(); }), "work failed");
  EXPECT_FALSE(mesh->is_open());
  mesh->close();
  EXPECT_EQ(recorder.log, "opened drain closed ");
  recorder.log.clear();
  open({1, 2}).reset();
  EXPECT_EQ(recorder.log, "opened settle closed ");
  install_executor(before);
}

}  // namespace
}  // namespace ttnn
