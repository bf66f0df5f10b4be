#include "ttnn/mesh/system_mesh.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "ttnn/core/error.h"
#include "ttnn/mesh/line_path.h"
#include "ttnn/mesh/mesh_device.h"

namespace ttnn {
namespace {

using Ids = std::vector<int>;

Ids line(std::string_view system, int length, std::optional<MeshCoordinate> offset = {}) {
  return devices_for(machine_model(system), MeshShape(1, length), offset);
}

std::string message_of(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Machine, PresetsCarryTheirFigures) {
  const MachineModel t3000 = machine_model("T3000");
  EXPECT_EQ(t3000.shape, MeshShape(2, 4));
  EXPECT_EQ(t3000.links_per_pair, 2);
  EXPECT_EQ(t3000.usable_links, 1);
  EXPECT_EQ(t3000.link_bytes_per_second, 12.5e9);
  EXPECT_EQ(t3000.dram_bytes, int64_t{12} << 30);
  EXPECT_EQ(machine_model("n150").shape, MeshShape(1, 1));
  EXPECT_EQ(machine_model("n300").shape, MeshShape(1, 2));
  EXPECT_EQ(machine_model("galaxy").shape, MeshShape(8, 4));
  EXPECT_EQ(machine_model("galaxy").usable_links, 4);
}

TEST(Machine, AnyGridOfCpuDevices) {
  EXPECT_EQ(machine_model("").shape, MeshShape(8, 4));
  EXPECT_EQ(machine_model("").dram_bytes, 0);
  EXPECT_EQ(machine_model("32x32").chips(), 1024);
  EXPECT_EQ(machine_model("2x2x2").shape, MeshShape(2, 2, 2));
  for (const char* wrong : {"0x4", "4x", "x4", "4x4y", "-1x4", "big", "4 x 4", "99999x99999"})
    EXPECT_NE(message_of([&] { machine_model(wrong); }).find("is not known"), std::string::npos)
        << wrong;
}

TEST(Machine, PairsChipsOfATwoChipBoard) {
  const MachineModel t3000 = machine_model("t3000");
  EXPECT_EQ(chip_place(t3000, 1).board, chip_place(t3000, 5).board);
  EXPECT_EQ(chip_place(t3000, 1).side, 'L');
  EXPECT_EQ(chip_place(t3000, 5).side, 'R');
  EXPECT_TRUE(chip_place(t3000, 5).is_remote);
}

TEST(DevicesFor, ABlockIsRowMajor) {
  const MachineModel system = machine_model("8x4");
  EXPECT_EQ(devices_for(system, {2, 2}, {}), (Ids{0, 1, 4, 5}));
  EXPECT_EQ(devices_for(system, {2, 2}, MeshCoordinate(1, 2)), (Ids{6, 7, 10, 11}));
}

TEST(DevicesFor, ABlockThatOnlyFitsTurnedIsTransposed) {
  EXPECT_EQ(devices_for(machine_model("t3000"), {4, 2}, {}), (Ids{0, 4, 1, 5, 2, 6, 3, 7}));
}

TEST(DevicesFor, ALineFollowsTheRingOfATwoByFour) {
  EXPECT_EQ(line("t3000", 8), (Ids{0, 1, 2, 3, 7, 6, 5, 4}));
  EXPECT_EQ(line("t3000", 4), (Ids{0, 1, 2, 3}));
  EXPECT_EQ(line("t3000", 4, MeshCoordinate(1, 0)), (Ids{4, 0, 1, 2}));
}

TEST(DevicesFor, ALineClosesIntoARingWhereItCan) {
  EXPECT_EQ(line("8x4", 2), (Ids{0, 1}));
  EXPECT_EQ(line("8x4", 3), (Ids{0, 1, 2}));
  EXPECT_EQ(line("8x4", 4), (Ids{0, 1, 5, 4}));
  EXPECT_EQ(line("8x4", 8), (Ids{0, 1, 2, 3, 7, 6, 5, 4}));
  EXPECT_EQ(line("1x8", 8), (Ids{0, 1, 2, 3, 4, 5, 6, 7}));
}

// Every line of every length is connected, uses each device once, closes if its length is even, and
// is found at once: opening a mesh should never be noticed.
TEST(DevicesFor, EveryLineIsConnected) {
  for (const char* name : {"8x4", "4x8", "5x7", "2x9", "16x16", "32x32", "2x3x4", "7x1", "3x3"}) {
    const MachineModel system = machine_model(name);
    for (int64_t length = 1; length <= system.chips(); length += length < 66 ? 1 : 79) {
      const auto begin = std::chrono::steady_clock::now();
      const auto path = line_path(system.shape, MeshCoordinate::zero(system.shape.dims()), length);
      const auto took = std::chrono::steady_clock::now() - begin;
      ASSERT_TRUE(path) << name << " " << length;
      ASSERT_EQ(std::ssize(*path), length);
      ASSERT_EQ(std::ssize(std::set(path->begin(), path->end())), length);
      for (std::size_t i = 1; i < path->size(); ++i)
        ASSERT_TRUE(are_neighbours((*path)[i - 1], (*path)[i])) << name << " " << length;
      const bool wide = *std::min_element(system.shape.begin(), system.shape.end()) > 1;
      if (wide && length > 2 && length % 2 == 0) {
        ASSERT_TRUE(are_neighbours(path->front(), path->back())) << name << " " << length;
      }
      EXPECT_LT(took, std::chrono::milliseconds(500)) << name << " " << length;
    }
  }
}

TEST(DevicesFor, RefusesWithTtnnsPhrases) {
  const MachineModel system = machine_model("8x4");
  const auto refused = [&](MeshShape shape, std::optional<MeshCoordinate> offset = {}) {
    return message_of([&] { devices_for(system, shape, offset); });
  };
  EXPECT_NE(
      refused({8, 8}).find("Requested mesh shape MeshShape([8, 8]) requires 64 devices, but only "
                           "32 devices are available in the system mesh MeshShape([8, 4])."),
      std::string::npos);
  EXPECT_NE(refused({0, 4}).find("Requested mesh shape MeshShape([0, 4]) has zero devices "
                                 "(mesh_size=0)."),
            std::string::npos);
  EXPECT_NE(refused({3, 9}).find("Requested mesh is too big and is not rotatable: "),
            std::string::npos);
  EXPECT_NE(refused({2, 4}, MeshCoordinate(7, 0)).find("not rotatable"), std::string::npos);
  EXPECT_NE(refused({1, 1}, MeshCoordinate(8, 0)).find("offset"), std::string::npos);
  EXPECT_NE(refused({2, 2, 2}).find("dimensions"), std::string::npos);
}

TEST(SystemMesh, IsChosenBeforeOpening) {
  SystemMesh::select("n300");
  EXPECT_EQ(SystemMesh::instance().shape(), MeshShape(1, 2));
  const auto mesh = MeshDevice::open({});
  EXPECT_EQ(mesh->shape(), MeshShape(1, 2));
  EXPECT_NE(message_of([] { SystemMesh::select("4x4"); }).find("are open"), std::string::npos);
  EXPECT_EQ(SystemMesh::instance().shape(), MeshShape(1, 2));
  mesh->close();
  SystemMesh::select("");
  EXPECT_EQ(SystemMesh::instance().shape(), MeshShape(8, 4));
}

TEST(SystemMesh, FabricIsConfiguredBeforeOpening) {
  SystemMesh& system = SystemMesh::instance();
  system.set_fabric_config(FabricConfig::FABRIC_1D);
  const auto mesh = MeshDevice::open({.mesh_shape = MeshShape(1, 2)});
  EXPECT_EQ(system.fabric_config(), FabricConfig::FABRIC_1D);
  EXPECT_THROW(system.set_fabric_config(FabricConfig::FABRIC_2D), Error);
  mesh->close();
  system.set_fabric_config(FabricConfig::DISABLED);
}

}  // namespace
}  // namespace ttnn
