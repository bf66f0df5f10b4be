#pragma once
// The reductions: sum, mean, max and their like along some dims or all. One op per line of
// reduce_table.h.
#include <array>
#include <cmath>

#include "ttnn/runtime/op.h"

namespace ttnn {

enum class Reduction : uint8_t {
#define TTNN_REDUCTION(name, ...) name,
#include "ttnn/ops/reduce_table.h"
  count
};

using Dims = std::variant<int64_t, std::vector<int64_t>>;

struct ReduceDims {
  Tensor input;
  std::optional<Dims> dim;
  bool keepdim = false;
  double scalar = 1;
  bool correction = true;
  std::optional<Layout> output_layout;
  Reduction op = Reduction::sum;

  static constexpr auto name = "reduce";
  static constexpr auto doc = "One op of the reductions.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &ReduceDims::input, "any shape and dtype"),
      arg("dim", &ReduceDims::dim, "a dim or several, may be negative; all without one"),
      arg("keepdim", &ReduceDims::keepdim, "keep reduced dims, with size 1"),
      kw("scalar", &ReduceDims::scalar, "the result is multiplied by it"),
      kw("correction", &ReduceDims::correction, "divide by n - 1 rather than by n"),
      kw("output_layout", &ReduceDims::output_layout, "of the result"),
  };

  TensorSpec infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  void reference(Task) const;
  std::vector<ReduceDims> samples(Sampler&) const;

  std::array<bool, Shape::max_rank> reduced() const;  // per dim of the input
  int64_t count() const;                              // how many elements make one of the result
  bool computes_integers() const;                     // in int64 rather than in float32

  // What becomes of a total (a sum, an extreme, a sum of squared distances).
  struct Finish {
    double divisor = 1, scalar = 1;
    bool root = false;
    bool is_identity() const { return divisor == 1 && scalar == 1 && !root; }
    double operator()(double total) const {
      total /= divisor;
      return (root ? std::sqrt(total) : total) * scalar;
    }
  };
  Finish finish() const;
};

// The description of one row.
OpInfo& op_info(Reduction op);
std::string_view name(Reduction op);

}  // namespace ttnn
