#pragma once
// Models of machines as one table: chips, links and memory of each preset, and of any RxC grid of
// CPU devices. A model changes limits, ids and pictures, never values.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "ttnn/mesh/mesh_shape.h"

namespace ttnn {

enum class Arch { WORMHOLE_B0 = 2, BLACKHOLE = 3, QUASAR = 4 };
std::string_view name(Arch);

// How chips sit on boards: who shares one, and who has the PCIe link to the host.
enum class Boards {
  one_chip,          // every chip is a board of its own with PCIe
  left_right_pairs,  // n300: two chips; L has PCIe, R is reached through L
};

struct MachineModel {
  std::string name;     // what TTNN_SYSTEM says
  std::string title;    // what pictures say
  std::string cluster;  // TT-NN's ClusterType
  std::string board;    // board type in pictures
  MeshShape shape;
  Arch arch = Arch::WORMHOLE_B0;
  Boards boards = Boards::one_chip;
  int links_per_pair = 0;            // Ethernet links between neighbours
  int usable_links = 0;              // of these, what a program may use (`num_links`)
  double link_bytes_per_second = 0;  // one link, one direction
  int64_t dram_bytes = 0;            // per chip; 0 = without limit
  double dram_bytes_per_second = 0;  // per chip; 0 = not modelled
  int grid_x = 8, grid_y = 8;        // worker cores visible to programs
  int dram_banks = 12;

  int64_t chips() const { return shape.mesh_size(); }
};

std::span<const MachineModel> machine_presets();  // n150 n300 t3000 galaxy

// A preset by name (any case), or a grid such as "4x4" or "2x2x2"; empty means the default, 8x4 CPU
// devices. Anything else is an Error(value) that lists what there is.
MachineModel machine_model(std::string_view name);

struct ChipPlace {
  int board;       // running number of the board
  bool is_remote;  // reached through another chip instead of PCIe
  char side;       // 'L', 'R' or 0
};
ChipPlace chip_place(const MachineModel&, int chip);

}  // namespace ttnn
