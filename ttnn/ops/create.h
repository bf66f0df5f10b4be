#pragma once
// Tensors from nothing: zeros, ones, full, empty and their _like forms (one line each in
// create_table.h), and arange. On a mesh every device holds the same; without a device they are
// tensors of the host.
#include "ttnn/runtime/op.h"

namespace ttnn {

enum class Create : uint8_t {
#define TTNN_CREATE(name, ...) name,
#include "ttnn/ops/create_table.h"
  count
};

struct Filled {
  Shape shape;
  Scalar fill_value;
  std::optional<DataType> dtype;
  std::optional<Layout> layout;
  std::shared_ptr<MeshDevice> device;
  std::optional<MemoryConfig> memory_config;
  std::optional<Tensor> optional_tensor;
  Create op = Create::full;

  static constexpr auto name = "filled";
  static constexpr auto doc = "One op that makes a tensor of one number.";
  static constexpr auto fields = std::tuple{
      arg("shape", &Filled::shape, "of the tensor, on each device").must(),
      arg("fill_value", &Filled::fill_value, "what every element is").must(),
      arg("dtype", &Filled::dtype, "bfloat16 without one"),
      arg("layout", &Filled::layout, "ROW_MAJOR without one, TILE for block floats"),
      arg("device", &Filled::device, "where it lies; the host without one"),
      arg("memory_config", &Filled::memory_config, "interleaved in DRAM without one"),
      arg("optional_tensor", &Filled::optional_tensor, "a tensor to fill instead"),
  };
  static constexpr bool on_host = true;

  TensorSpec infer(const CallOptions&) const;
  std::shared_ptr<MeshDevice> mesh() const { return device; }
  std::optional<Tensor> shortcut(const CallOptions&) const;
  void reference(Task) const;
  std::vector<Filled> samples(Sampler&) const;
};

struct FilledLike {
  Tensor tensor;
  Scalar fill_value;
  std::optional<DataType> dtype;
  std::optional<Layout> layout;
  std::shared_ptr<MeshDevice> device;
  std::optional<MemoryConfig> memory_config;
  std::optional<Tensor> optional_tensor;
  Create op = Create::full;

  static constexpr auto name = "filled_like";
  static constexpr auto doc = "One op that makes a tensor of one number, shaped like another.";
  static constexpr auto fields = std::tuple{
      arg("tensor", &FilledLike::tensor, "whose shape, dtype, layout, place and memory are taken"),
      arg("fill_value", &FilledLike::fill_value, "what every element is").must(),
      arg("dtype", &FilledLike::dtype, "instead of the tensor's"),
      arg("layout", &FilledLike::layout, "instead of the tensor's"),
      arg("device", &FilledLike::device, "instead of the tensor's"),
      arg("memory_config", &FilledLike::memory_config, "instead of the tensor's"),
      arg("optional_tensor", &FilledLike::optional_tensor, "a tensor to fill instead"),
  };
  static constexpr bool on_host = true;

  TensorSpec infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  bool settles_terms() const { return true; }
  std::optional<Tensor> shortcut(const CallOptions&) const;
  void reference(Task) const;
  std::vector<FilledLike> samples(Sampler&) const;
};

// The description of one row: of `zeros`, or of `zeros_like`.
OpInfo& op_info(Create op);
OpInfo& op_info_like(Create op);

struct Arange {
  int64_t start = 0, end = 0, step = 1;
  DataType dtype = DataType::BFLOAT16;
  std::shared_ptr<MeshDevice> device;
  MemoryConfig memory_config;
  Layout layout = Layout::ROW_MAJOR;

  static constexpr bool from_host = true;
  static constexpr auto name = "arange";
  static constexpr auto doc = "start, start + step, ... below `end` (above it for steps down).";
  static constexpr auto fields = std::tuple{
      arg("start", &Arange::start, "the first number").must(),
      arg("end", &Arange::end, "the first number that is left out").must(),
      arg("step", &Arange::step, "from one number to the next; may be negative"),
      kw("dtype", &Arange::dtype, "of the result"),
      kw("device", &Arange::device, "where it lies; the host without one"),
      kw("memory_config", &Arange::memory_config, "of the result"),
      kw("layout", &Arange::layout, "of the result"),
  };

  TensorSpec infer(const CallOptions&) const;
  std::shared_ptr<MeshDevice> mesh() const { return device; }
  void reference(Task) const;
  static std::vector<Arange> samples(Sampler&);
};
inline constexpr Call<Arange> arange;

struct ArangeTo {
  int64_t end = 0;
  DataType dtype = DataType::BFLOAT16;
  std::shared_ptr<MeshDevice> device;
  MemoryConfig memory_config;
  Layout layout = Layout::ROW_MAJOR;

  static constexpr bool from_host = true;
  static constexpr auto name = "arange";
  static constexpr auto doc = "0, 1, ... below `end`.";
  static constexpr auto fields = std::tuple{
      arg("end", &ArangeTo::end, "the first number that is left out").must(),
      kw("dtype", &ArangeTo::dtype, "of the result"),
      kw("device", &ArangeTo::device, "where it lies; the host without one"),
      kw("memory_config", &ArangeTo::memory_config, "of the result"),
      kw("layout", &ArangeTo::layout, "of the result"),
  };

  Outputs compose(const CallOptions&) const;
  static std::vector<ArangeTo> samples(Sampler&);
};

}  // namespace ttnn
