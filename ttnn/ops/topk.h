#pragma once
// topk and sort: the elements along one dim in order, with the indices that they had. Equal ones
// keep their order; a NaN is larger than all.
#include "ttnn/ops/along.h"
#include "ttnn/runtime/op.h"

namespace ttnn {

struct TopK {
  Tensor input;
  int64_t k = 32, dim = -1;
  bool largest = true, sorted = true, stable = false;

  static constexpr auto name = "topk";
  static constexpr auto doc =
      "The k largest elements along `dim`, the largest first, and their indices (uint32 for "
      "float32 "
      "inputs and dims above 65536, else uint16). TILE.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &TopK::input, "rank 1 at least"),
      arg("k", &TopK::k, "at most the size of `dim`"),
      arg("dim", &TopK::dim, "may be negative"),
      arg("largest", &TopK::largest, "or else the smallest, the smallest first"),
      arg("sorted", &TopK::sorted, "accepted: results always are"),
      kw("stable", &TopK::stable, "accepted: equal elements always keep their order"),
  };

  std::vector<TensorSpec> infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  void reference(Task) const;
  static std::vector<TopK> samples(Sampler&);
};
inline constexpr Call<TopK> topk;

struct Sort {
  Tensor input;
  int64_t dim = -1;
  bool descending = false, stable = false;

  static constexpr auto name = "sort";
  static constexpr auto doc =
      "The elements along `dim` in order, and the indices that they had (uint16; uint32 for dims "
      "above 65536). TILE.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &Sort::input, "rank 1 at least"),
      arg("dim", &Sort::dim, "may be negative"),
      arg("descending", &Sort::descending, "the largest first"),
      arg("stable", &Sort::stable, "accepted: equal elements always keep their order"),
  };

  std::vector<TensorSpec> infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  void reference(Task) const;
  static std::vector<Sort> samples(Sampler&);
};
inline constexpr Call<Sort> sort;

}  // namespace ttnn
