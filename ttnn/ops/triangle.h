#pragma once
// tril and triu: one side of the diagonal of each matrix, zeros on the other.
#include "ttnn/runtime/op.h"

namespace ttnn {

// What tril and triu share: which columns of a row stay.
struct Triangle {
  bool lower = true;
  int64_t diagonal = 0;
  // [begin, end) of the columns that row i of a matrix of `width` columns keeps.
  std::pair<int64_t, int64_t> kept(int64_t i, int64_t width) const {
    const int64_t edge = std::clamp<int64_t>(i + diagonal + (lower ? 1 : 0), 0, width);
    return lower ? std::pair{int64_t{0}, edge} : std::pair{edge, width};
  }
};

struct TriL {
  Tensor input;
  int64_t diagonal = 0;

  static constexpr auto name = "tril";
  static constexpr auto doc = "Each matrix (the last two dims) up to a diagonal, zeros above it.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &TriL::input, "rank 2 at least"),
      kw("diagonal", &TriL::diagonal, "which one: 0 the main one, above it positive"),
  };
  Triangle triangle() const { return {true, diagonal}; }
  TensorSpec infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  void reference(Task) const;
  static std::vector<TriL> samples(Sampler&);
};
inline constexpr Call<TriL> tril;

struct TriU {
  Tensor input;
  int64_t diagonal = 0;

  static constexpr auto name = "triu";
  static constexpr auto doc = "Each matrix (the last two dims) from a diagonal on, zeros below it.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &TriU::input, "rank 2 at least"),
      kw("diagonal", &TriU::diagonal, "which one: 0 the main one, above it positive"),
  };
  Triangle triangle() const { return {false, diagonal}; }
  TensorSpec infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  void reference(Task) const;
  static std::vector<TriU> samples(Sampler&);
};
inline constexpr Call<TriU> triu;

}  // namespace ttnn
