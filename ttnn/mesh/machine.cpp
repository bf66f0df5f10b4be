#include "ttnn/mesh/machine.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>
#include <vector>

#include "ttnn/core/error.h"

namespace ttnn {
namespace {

constexpr int64_t GiB = int64_t{1} << 30;

// 16 Ethernet links of 100 Gb/s per direction on a Wormhole chip (its vendor's Ethernet guide; the
// collective bandwidth report counts 12.5 GB/s per link and direction). "200 Gb/s" in the tutorial
// is both directions together.
constexpr double wormhole_link = 12.5e9;
// 12 GB GDDR6 in 12 banks of 1 GiB, 288 GB/s (vendor's Wormhole specification).
constexpr int64_t wormhole_dram = 12 * GiB;
constexpr double wormhole_dram_rate = 288e9;
constexpr int wormhole_banks = 12;

// One row of the table; what all Wormhole chips share stands here.
MachineModel wormhole(std::string name, std::string title, std::string cluster, std::string board,
                      MeshShape shape, Boards boards, int links, int usable, int grid_y) {
  return {.name = std::move(name),
          .title = std::move(title),
          .cluster = std::move(cluster),
          .board = std::move(board),
          .shape = shape,
          .arch = Arch::WORMHOLE_B0,
          .boards = boards,
          .links_per_pair = links,
          .usable_links = usable,
          .link_bytes_per_second = wormhole_link,
          .dram_bytes = wormhole_dram,
          .dram_bytes_per_second = wormhole_dram_rate,
          .grid_x = 8,
          .grid_y = grid_y,
          .dram_banks = wormhole_banks};
}

// Links per neighbour pair: the mesh graph descriptors of each system (n300 ch 2, t3k ch 2,
// single_galaxy ch 4). Usable links: on N300 and T3000 one of the two carries the dispatch of the
// remote chip; Galaxy chips all have PCIe, so all four are usable. Worker cores visible to
// programs: 8x8 on n150 and n300 boards, 72 = 8x9 on a Galaxy (vendor's performance tools).
std::span<const MachineModel> presets() {
  constexpr auto one = Boards::one_chip, pairs = Boards::left_right_pairs;
  // clang-format off
  static const std::array table{
      //        name      title     cluster   board     shape   boards  links  usable  rows of cores
      wormhole("n150",   "N150",   "N150",   "n150",   {1, 1}, one,    0,     0,      8),
      wormhole("n300",   "N300",   "N300",   "n300",   {1, 2}, pairs,  2,     1,      8),
      wormhole("t3000",  "T3000",  "T3K",    "n300",   {2, 4}, pairs,  2,     1,      8),
      wormhole("galaxy", "Galaxy", "GALAXY", "galaxy", {8, 4}, one,    4,     4,      9),
  };
  // clang-format on
  return table;
}

// CPU devices have no links of their own; one Wormhole link between neighbours is what pictures and
// estimates assume for them.
MachineModel cpu_grid(const MeshShape& shape, std::string name) {
  MachineModel model;
  model.title = name + " CPU devices";
  model.name = std::move(name);
  model.cluster = "CUSTOM";
  model.board = "cpu";
  model.shape = shape;
  model.links_per_pair = model.usable_links = shape.mesh_size() > 1 ? 1 : 0;
  model.link_bytes_per_second = wormhole_link;
  return model;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return std::tolower(c); });
  return result;
}

// "4x4" or "2x2x2"; empty if it is not a grid.
std::vector<int64_t> parse_grid(std::string_view text) {
  std::vector<int64_t> sizes;
  while (true) {
    int64_t size = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (error != std::errc{} || size < 1) return {};
    sizes.push_back(size);
    text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
    if (text.empty()) return sizes;
    if (text.front() != 'x') return {};
    text.remove_prefix(1);
  }
}

constexpr int64_t most_devices = 65536;  // a typing error should not become gigabytes of devices

bool is_reasonable(const std::vector<int64_t>& sizes) {
  if (sizes.empty() || sizes.size() > MeshTuple::max_dims) return false;
  int64_t product = 1;
  for (int64_t size : sizes) {
    if (size > most_devices / product) return false;
    product *= size;
  }
  return true;
}

}  // namespace

std::string_view name(Arch arch) {
  switch (arch) {
    case Arch::WORMHOLE_B0:
      return "wormhole_b0";
    case Arch::BLACKHOLE:
      return "blackhole";
    case Arch::QUASAR:
      return "quasar";
  }
  return "unknown";
}

std::span<const MachineModel> machine_presets() { return presets(); }

MachineModel machine_model(std::string_view given) {
  const std::string name = lower(given);
  if (name.empty()) return cpu_grid({8, 4}, "8x4");
  for (const MachineModel& preset : presets())
    if (preset.name == name || (preset.name == "t3000" && name == "t3k")) return preset;
  const std::vector<int64_t> sizes = parse_grid(name);
  if (is_reasonable(sizes)) return cpu_grid(MeshShape(std::span<const int64_t>(sizes)), name);
  fail_as<ErrorKind::value>(
      "system \"", given, "\" is not known. There are the presets n150, n300, ",
      "t3000 and galaxy, and any grid of CPU devices with up to ", most_devices,
      " devices, written for example 2x4. Set TTNN_SYSTEM to one of them, or ",
      "unset it for 8x4 CPU devices.");
}

ChipPlace chip_place(const MachineModel& model, int chip) {
  if (model.boards == Boards::one_chip) return {chip, false, '\0'};
  // In TT-NN's numbering the chips with PCIe come first; the n-th of them shares a board with the
  // n-th chip of the other half.
  const int half = static_cast<int>(model.chips() / 2);
  return {chip % half, chip >= half, chip < half ? 'L' : 'R'};
}

}  // namespace ttnn
