#include "ttnn/core/tensor_spec.h"

#include <algorithm>
#include <array>
#include <ostream>
#include <utility>

#include "ttnn/core/error.h"

namespace ttnn {

namespace {

constexpr int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }
constexpr int64_t round_up(int64_t a, int64_t b) { return ceil_div(a, b) * b; }

constexpr std::array<std::pair<int, int>, 12> tile_sizes{{
    {32, 32},
    {16, 32},
    {8, 32},
    {4, 32},
    {2, 32},
    {1, 32},
    {32, 16},
    {16, 16},
    {8, 16},
    {4, 16},
    {2, 16},
    {1, 16},
}};

// Rows and columns of the tensor as a matrix, padded: what 2-D sharding divides.
struct Matrix {
  int64_t height, width;
};
Matrix matrix_of(const TensorSpec& spec) {
  const Shape padded = spec.padded_shape();
  return {padded.rows(), padded.width()};
}

// The smallest part, on the tile grid, of which `parts` cover `size`.
int64_t part_of(int64_t size, int64_t parts, int64_t alignment) {
  return std::max(round_up(ceil_div(size, parts), alignment), alignment);
}

TensorSpec sharded_2d(TensorSpec spec, TensorMemoryLayout layout, const CoreRangeSet& grid,
                      int64_t rows, int64_t columns, ShardOrientation orientation) {
  const Matrix matrix = matrix_of(spec);
  const bool tiled = spec.layout == Layout::TILE;
  auto shard = std::make_shared<ShardSpec>();
  shard->grid = grid;
  shard->height = part_of(matrix.height, rows, tiled ? spec.tile.height : 1);
  shard->width = part_of(matrix.width, columns, tiled ? spec.tile.width : 1);
  shard->orientation = orientation;
  spec.memory_config.memory_layout = layout;
  spec.memory_config.shard_spec = std::move(shard);
  spec.memory_config.nd_shard_spec = nullptr;
  spec.memory_config.created_with_nd_shard_spec = false;
  return spec;
}

}  // namespace

Tile::Tile(int height, int width, bool transpose)
    : height(height),
      width(width),
      transpose_within_face(transpose),
      transpose_of_faces(transpose) {
  expect(
      std::find(tile_sizes.begin(), tile_sizes.end(), std::pair(height, width)) != tile_sizes.end(),
      "Tile size is not valid for our hardware: (", height, ", ", width,
      "). Heights are 1, 2, 4, 8, 16, 32 and widths 16, 32.");
}

int64_t Tile::bytes(DataType dtype) const {
  const int64_t elements = int64_t{height} * width;
  if (!is_block_float(dtype)) return elements * item_bytes(dtype);
  constexpr int64_t alignment = 16;
  const int64_t exponents = round_up(int64_t{face_height()} * num_faces(), alignment);
  return (dtype == DataType::BFLOAT8_B ? elements : elements / 2) + exponents;
}

Shape TensorSpec::padded_shape() const {
  if (layout == Layout::TILE) {
    Shape padded = shape.rank() < 2 ? shape.to_rank(2) : shape;
    padded.at(-1) = round_up(padded[-1], tile.width);
    padded.at(-2) = round_up(padded[-2], tile.height);
    return padded;
  }
  if (memory_config.shard_spec && shape.rank() > 0 && memory_config.shard_spec->width > 0)
    return shape.with(-1, round_up(shape[-1], memory_config.shard_spec->width));
  return shape;
}

int64_t TensorSpec::device_bytes() const {
  const int64_t elements = padded_shape().volume();
  if (layout != Layout::TILE && !is_block_float(dtype)) return elements * item_bytes(dtype);
  return ceil_div(elements, int64_t{tile.height} * tile.width) * tile.bytes(dtype);
}

void TensorSpec::check(std::string_view op) const {
  expect(dtype != DataType::INVALID, op,
         ": the dtype is DataType::INVALID. Give dtype=ttnn.bfloat16.");
  expect(layout != Layout::INVALID, op,
         ": the layout is Layout::INVALID. Give layout=ttnn.TILE_LAYOUT.");
  for (int64_t size : shape)
    expect(size >= 0, op, ": ", shape, " has a negative size. Sizes are zero or more.");
  expect(!is_block_float(dtype) || layout == Layout::TILE, op,
         ": Layout must be Layout::TILE for bfloat8_b or bfloat4_b! Found ", dtype, " in ", layout,
         " for ", shape, ". Give layout=ttnn.TILE_LAYOUT or another dtype.");
}

bool TensorSpec::operator==(const TensorSpec& other) const {
  return shape == other.shape && dtype == other.dtype && layout == other.layout &&
         tile == other.tile && memory_config == other.memory_config;
}

TensorSpec TensorSpec::sharded_across_dims(std::span<const int64_t> dims, const CoreRangeSet& grid,
                                           ShardOrientation orientation) const {
  NdShardSpec nd{padded_shape(), grid, orientation, ShardDistributionStrategy::ROUND_ROBIN_1D};
  const int rank = nd.shard_shape.rank();
  for (int64_t dim : dims) {
    const int d = normalized_dim("sharded_across_dims", dim, rank);
    const bool tiled = layout == Layout::TILE && d >= rank - 2;
    nd.shard_shape.at(d) = tiled ? (d == rank - 1 ? tile.width : tile.height) : 1;
  }
  return sharded(std::move(nd), ShardShapeAlignment::REQUIRED);
}

TensorSpec TensorSpec::sharded_across_dims_except(std::span<const int64_t> dims,
                                                  const CoreRangeSet& grid,
                                                  ShardOrientation orientation) const {
  const int rank = padded_shape().rank();
  std::array<bool, Shape::max_rank> kept{};
  for (int64_t dim : dims) kept[normalized_dim("sharded_across_dims_except", dim, rank)] = true;
  std::array<int64_t, Shape::max_rank> others{};
  size_t count = 0;
  for (int d = 0; d < rank; ++d)
    if (!kept[d]) others[count++] = d;
  return sharded_across_dims(std::span(others).first(count), grid, orientation);
}

TensorSpec TensorSpec::height_sharded(const CoreRangeSet& grid,
                                      ShardOrientation orientation) const {
  expect(!grid.empty(), "height_sharded: the grid has no cores.");
  return sharded_2d(*this, TensorMemoryLayout::HEIGHT_SHARDED, grid, grid.num_cores(), 1,
                    orientation);
}

TensorSpec TensorSpec::width_sharded(const CoreRangeSet& grid, ShardOrientation orientation) const {
  expect(!grid.empty(), "width_sharded: the grid has no cores.");
  return sharded_2d(*this, TensorMemoryLayout::WIDTH_SHARDED, grid, 1, grid.num_cores(),
                    orientation);
}

TensorSpec TensorSpec::block_sharded(const CoreRange& grid, ShardOrientation orientation) const {
  const CoreCoord size = grid.grid_size();
  const bool row_major = orientation == ShardOrientation::ROW_MAJOR;
  return sharded_2d(*this, TensorMemoryLayout::BLOCK_SHARDED, CoreRangeSet(grid),
                    row_major ? size.y : size.x, row_major ? size.x : size.y, orientation);
}

TensorSpec TensorSpec::sharded(NdShardSpec nd, ShardShapeAlignment alignment) const {
  if (layout == Layout::TILE && alignment != ShardShapeAlignment::NONE &&
      nd.shard_shape.rank() >= 2) {
    nd.shard_shape.at(-1) = round_up(nd.shard_shape[-1], tile.width);
    nd.shard_shape.at(-2) = round_up(nd.shard_shape[-2], tile.height);
  }
  TensorSpec spec = *this;
  spec.memory_config.memory_layout = TensorMemoryLayout::ND_SHARDED;
  spec.memory_config.shard_spec = nullptr;
  spec.memory_config.nd_shard_spec = std::make_shared<const NdShardSpec>(std::move(nd));
  spec.memory_config.created_with_nd_shard_spec = true;
  return spec;
}

std::ostream& operator<<(std::ostream& out, const Tile& tile) {
  return out << "Tile with shape: [" << tile.height << ", " << tile.width << "]";
}

std::ostream& operator<<(std::ostream& out, const TensorSpec& spec) {
  return out << "TensorSpec(shape=" << spec.shape << ", dtype=" << spec.dtype
             << ", layout=" << spec.layout << ", memory_config=" << spec.memory_config << ")";
}

}  // namespace ttnn
