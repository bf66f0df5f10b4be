#pragma once
// Ops that change what a tensor promises (layout, memory config) and perhaps its dtype. Storage is
// dense in either layout and padding is not stored, so where the dtype stays no byte moves.
#include "ttnn/runtime/moves.h"

namespace ttnn {

struct ToLayout {
  Tensor input;
  Layout layout = Layout::ROW_MAJOR;
  std::optional<DataType> dtype;
  std::optional<MemoryConfig> memory_config;
  double pad_value = 0;

  static constexpr auto name = "to_layout";
  static constexpr auto doc =
      "The tensor in another layout: TILE pads the last two dims to tiles, ROW_MAJOR removes the "
      "padding. The tensor itself where nothing changes.";
  static constexpr auto fields = std::tuple{
      arg("tensor", &ToLayout::input, "any shape, on the host or on devices"),
      arg("layout", &ToLayout::layout, "ttnn.TILE_LAYOUT or ttnn.ROW_MAJOR_LAYOUT").must(),
      arg("dtype", &ToLayout::dtype,
          "of the result; block floats leave tiles as bfloat16 where none is given"),
      arg("memory_config", &ToLayout::memory_config, "of the result; the input's by default"),
      kw("pad_value", &ToLayout::pad_value, "what the tile padding reads as"),
  };
  static constexpr bool on_host = true;

  TensorSpec infer(const CallOptions&) const;
  LabelPtr label(std::span<const LabelPtr* const> inputs) const { return *inputs[0]; }
  std::optional<Tensor> shortcut(const CallOptions&) const;
  Moves moves() const { return moves_in_order(input.volume()); }
  void reference(Task task) const { move_elements(moves(), task); }
  static std::vector<ToLayout> samples(Sampler&);
};
inline constexpr Call<ToLayout> to_layout;

struct ToMemoryConfig {
  Tensor input;
  std::optional<MemoryConfig> memory_config;
  std::optional<DataType> dtype;

  static constexpr auto name = "to_memory_config";
  static constexpr auto doc =
      "The tensor under another memory config, and perhaps in another dtype. The tensor itself "
      "where nothing changes.";
  static constexpr auto fields = std::tuple{
      arg("tensor", &ToMemoryConfig::input, "any shape and layout"),
      arg("memory_config", &ToMemoryConfig::memory_config, "of the result").must(),
      arg("dtype", &ToMemoryConfig::dtype, "of the result"),
  };
  static constexpr bool on_host = true;

  TensorSpec infer(const CallOptions&) const;
  LabelPtr label(std::span<const LabelPtr* const> inputs) const { return *inputs[0]; }
  std::optional<Tensor> shortcut(const CallOptions&) const;
  Moves moves() const { return moves_in_order(input.volume()); }
  void reference(Task task) const { move_elements(moves(), task); }
  static std::vector<ToMemoryConfig> samples(Sampler&);
};
inline constexpr Call<ToMemoryConfig> to_memory_config;

// TT-NN's explicit steps between the layouts.
struct Tilize {
  Tensor input;
  std::optional<DataType> dtype = {};

  static constexpr auto name = "tilize";
  static constexpr auto doc = "A row-major tensor of whole tiles in TILE layout.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &Tilize::input, "row-major; the last two dims are multiples of a tile's"),
      kw("dtype", &Tilize::dtype, "of the result; the input's by default"),
  };
  Outputs compose(const CallOptions&) const;
  static std::vector<Tilize> samples(Sampler&);
};
inline constexpr Call<Tilize> tilize;

struct TilizeWithValPadding {
  Tensor input;
  Shape output_tensor_shape;
  double pad_value = 0;
  std::optional<DataType> dtype = {};

  static constexpr auto name = "tilize_with_val_padding";
  static constexpr auto doc = "A row-major tensor in TILE layout, whose padding reads as a value.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &TilizeWithValPadding::input, "row-major, any shape"),
      arg("output_tensor_shape", &TilizeWithValPadding::output_tensor_shape,
          "the padded shape: the last two dims rounded up to tiles")
          .must(),
      arg("pad_value", &TilizeWithValPadding::pad_value, "what the padding reads as").must(),
      kw("dtype", &TilizeWithValPadding::dtype, "of the result; the input's by default"),
  };
  Outputs compose(const CallOptions&) const;
  static std::vector<TilizeWithValPadding> samples(Sampler&);
};
inline constexpr Call<TilizeWithValPadding> tilize_with_val_padding;

struct TilizeWithZeroPadding {
  Tensor input;

  static constexpr auto name = "tilize_with_zero_padding";
  static constexpr auto doc = "A row-major tensor in TILE layout, whose padding reads as 0.";
  static constexpr auto fields =
      std::tuple{arg("input_tensor", &TilizeWithZeroPadding::input, "row-major, any shape")};
  Outputs compose(const CallOptions&) const;
  static std::vector<TilizeWithZeroPadding> samples(Sampler&);
};
inline constexpr Call<TilizeWithZeroPadding> tilize_with_zero_padding;

struct Untilize {
  Tensor input;

  static constexpr auto name = "untilize";
  static constexpr auto doc = "A tiled tensor row-major; block floats become bfloat16.";
  static constexpr auto fields =
      std::tuple{arg("input_tensor", &Untilize::input, "in TILE layout")};
  Outputs compose(const CallOptions&) const;
  static std::vector<Untilize> samples(Sampler&);
};
inline constexpr Call<Untilize> untilize;

struct UntilizeWithUnpadding {
  Tensor input;
  Shape output_tensor_end;

  static constexpr auto name = "untilize_with_unpadding";
  static constexpr auto doc =
      "A tiled tensor row-major, from index 0 to output_tensor_end, which belongs to it.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &UntilizeWithUnpadding::input, "in TILE layout"),
      arg("output_tensor_end", &UntilizeWithUnpadding::output_tensor_end,
          "the last index of every dim; it may lie in the padding")
          .must(),
  };
  Outputs compose(const CallOptions&) const;
  static std::vector<UntilizeWithUnpadding> samples(Sampler&);
};
inline constexpr Call<UntilizeWithUnpadding> untilize_with_unpadding;

// TT-NN's explicit steps between memory configs.
struct InterleavedToSharded {
  Tensor input;
  MemoryConfig sharded_memory_config;
  std::optional<DataType> output_dtype = {};

  static constexpr auto name = "interleaved_to_sharded";
  static constexpr auto doc = "The tensor under a sharded memory config.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &InterleavedToSharded::input, "interleaved"),
      arg("sharded_memory_config", &InterleavedToSharded::sharded_memory_config, "of the result")
          .must(),
      arg("output_dtype", &InterleavedToSharded::output_dtype, "the input's by default"),
  };
  Outputs compose(const CallOptions&) const;
  static std::vector<InterleavedToSharded> samples(Sampler&);
};
inline constexpr Call<InterleavedToSharded> interleaved_to_sharded;

struct ShardedToInterleaved {
  Tensor input;
  std::optional<MemoryConfig> memory_config = {};
  std::optional<DataType> output_dtype = {};

  static constexpr auto name = "sharded_to_interleaved";
  static constexpr auto doc = "The tensor under an interleaved memory config.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &ShardedToInterleaved::input, "any memory config"),
      arg("memory_config", &ShardedToInterleaved::memory_config, "of the result; DRAM by default"),
      arg("output_dtype", &ShardedToInterleaved::output_dtype, "the input's by default"),
  };
  Outputs compose(const CallOptions&) const;
  static std::vector<ShardedToInterleaved> samples(Sampler&);
};
inline constexpr Call<ShardedToInterleaved> sharded_to_interleaved;

struct Reshard {
  Tensor input;
  MemoryConfig output_memory_config;

  static constexpr auto name = "reshard";
  static constexpr auto doc = "The tensor under another sharded memory config.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &Reshard::input, "any memory config"),
      arg("output_memory_config", &Reshard::output_memory_config, "of the result").must(),
  };
  Outputs compose(const CallOptions&) const;
  static std::vector<Reshard> samples(Sampler&);
};
inline constexpr Call<Reshard> reshard;

}  // namespace ttnn
