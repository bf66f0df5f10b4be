#pragma once
// What a tensor is, without its bytes: the first of the three parts of a Tensor. Copied once per
// op, so everything in it is inline or shared.
#include <string_view>

#include "ttnn/core/data_type.h"
#include "ttnn/core/memory_config.h"
#include "ttnn/core/shape.h"

namespace ttnn {

struct Tile {
  int height = 32, width = 32;
  bool transpose_within_face = false, transpose_of_faces = false;

  Tile() = default;
  Tile(int height, int width, bool transpose = false);  // refuses sizes that cards do not have

  int face_height() const { return height < 16 ? height : 16; }
  int face_width() const { return 16; }
  int num_faces() const { return height * width / (face_height() * face_width()); }
  int64_t bytes(DataType) const;  // 1088 for bfloat8_b, 576 for bfloat4_b
  bool operator==(const Tile&) const = default;
};

struct TensorSpec {
  Shape shape;  // logical
  DataType dtype = DataType::BFLOAT16;
  Layout layout = Layout::ROW_MAJOR;
  MemoryConfig memory_config;
  Tile tile;
  float pad_value = 0;  // what padding, which is not stored, reads as

  Shape padded_shape() const;
  int64_t volume() const { return shape.volume(); }
  int64_t storage_bytes() const { return ttnn::storage_bytes(shape, dtype); }
  // What a card would hold: whole tiles, or rows of elements.
  int64_t device_bytes() const;

  // Refuses negative sizes, missing dtypes and block floats outside tiles, in the op's name.
  void check(std::string_view op) const;

  // TT-NN's equality, to which the contents of padding do not belong.
  bool operator==(const TensorSpec&) const;

  // The same tensor, sharded over cores.
  TensorSpec sharded_across_dims(std::span<const int64_t> dims, const CoreRangeSet& grid,
                                 ShardOrientation = ShardOrientation::ROW_MAJOR) const;
  TensorSpec sharded_across_dims_except(std::span<const int64_t> dims, const CoreRangeSet& grid,
                                        ShardOrientation = ShardOrientation::ROW_MAJOR) const;
  TensorSpec height_sharded(const CoreRangeSet& grid,
                            ShardOrientation = ShardOrientation::ROW_MAJOR) const;
  TensorSpec width_sharded(const CoreRangeSet& grid,
                           ShardOrientation = ShardOrientation::ROW_MAJOR) const;
  TensorSpec block_sharded(const CoreRange& grid,
                           ShardOrientation = ShardOrientation::ROW_MAJOR) const;
  TensorSpec sharded(NdShardSpec, ShardShapeAlignment = ShardShapeAlignment::RECOMMENDED) const;
};

std::ostream& operator<<(std::ostream&, const Tile&);
std::ostream& operator<<(std::ostream&, const TensorSpec&);

}  // namespace ttnn
