#pragma once
// The same contents in another tensor: clone, copy, move, reallocate, assign.
#include "ttnn/runtime/moves.h"

namespace ttnn {

// Fresh Buffers on the same bytes: whichever of the two is written first gets bytes of its own.
struct Clone {
  Tensor input;
  std::optional<DataType> dtype = {};

  static constexpr auto name = "clone";
  static constexpr auto doc = "A new tensor of the same contents, perhaps in another dtype.";
  static constexpr auto fields = std::tuple{
      arg("input", &Clone::input, "any shape and layout"),
      kw("dtype", &Clone::dtype, "of the result; the input's by default"),
  };
  static constexpr bool elementwise = true;

  TensorSpec infer(const CallOptions&) const;
  std::optional<Tensor> shortcut(const CallOptions&) const;
  LabelPtr label(std::span<const LabelPtr* const> inputs) const { return *inputs[0]; }
  Moves moves() const { return moves_in_order(input.volume()); }
  void reference(Task task) const { move_elements(moves(), task); }
  static std::vector<Clone> samples(Sampler&);
};
inline constexpr Call<Clone> clone;

struct Copy {
  Tensor input_a, input_b;

  static constexpr auto name = "copy";
  static constexpr auto doc = "Writes the contents of input_a into input_b, and returns input_b.";
  static constexpr auto fields = std::tuple{
      arg("input_a", &Copy::input_a, "any shape and layout"),
      arg("input_b", &Copy::input_b, "of the same shape, dtype and layout"),
  };
  static constexpr auto in_place = &Copy::input_b;
  static constexpr bool elementwise = true;

  TensorSpec infer(const CallOptions&) const;
  LabelPtr label(std::span<const LabelPtr* const> inputs) const { return *inputs[0]; }
  bool settles_terms() const { return true; }  // input_b's are not read
  Moves moves() const { return moves_in_order(input_a.volume()); }
  void reference(Task task) const { move_elements(moves(), task); }
  static std::vector<Copy> samples(Sampler&);
};
inline constexpr Call<Copy> copy;

struct Move {
  Tensor input;

  static constexpr auto name = "move";
  static constexpr auto doc = "The tensor in another place; the old one is deallocated.";
  static constexpr auto fields = std::tuple{arg("input_tensor", &Move::input, "any shape")};
  Outputs compose(const CallOptions&) const;
  static std::vector<Move> samples(Sampler&);
};
inline constexpr Call<Move> move;

struct Reallocate {
  Tensor input;
  std::optional<MemoryConfig> memory_config = {};

  static constexpr auto name = "reallocate";
  static constexpr auto doc =
      "The tensor in a place of its own, against fragmentation; the old one is deallocated.";
  static constexpr auto fields = std::tuple{
      arg("tensor", &Reallocate::input, "any shape"),
      arg("memory_config", &Reallocate::memory_config, "of the result; the input's by default"),
  };
  Outputs compose(const CallOptions&) const;
  static std::vector<Reallocate> samples(Sampler&);
};
inline constexpr Call<Reallocate> reallocate;

// assign(a, b) is copy, assign(a) is clone.
struct AssignInto {
  Tensor input_a, input_b;

  static constexpr auto name = "assign";
  static constexpr auto doc = "Writes the contents of input_a into input_b, and returns input_b.";
  static constexpr auto fields = std::tuple{
      arg("input_a", &AssignInto::input_a, "any shape and layout"),
      arg("input_b", &AssignInto::input_b, "of the same shape, dtype and layout"),
  };
  Outputs compose(const CallOptions&) const;
  static std::vector<AssignInto> samples(Sampler&);
};
struct Assign {
  Tensor input;
  std::optional<DataType> dtype = {};

  static constexpr auto name = "assign";
  static constexpr auto doc = "A new tensor of the same contents, perhaps in another dtype.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &Assign::input, "any shape and layout"),
      kw("dtype", &Assign::dtype, "of the result; the input's by default"),
  };
  Outputs compose(const CallOptions&) const;
};

}  // namespace ttnn
