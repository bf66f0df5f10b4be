#pragma once
// Element-wise ops of three inputs, written with the binary ones. What lies between two of them is
// float32 for floating dtypes, so that the result is rounded once.
#include "ttnn/runtime/op.h"
#include "ttnn/runtime/sampler.h"

namespace ttnn {

// Where the samples of an op's three inputs lie; special values are tried besides.
struct TernaryRanges {
  struct Range {
    double low, high;
    Tensor operator()(Sampler& s, Shape shape) const { return s.between(shape, low, high); }
  } a, b, c;
};

// Adds calls of special values: all pairs of two inputs', with the third's in turn.
template <class Op>
void add_special(std::vector<Op>& calls, Sampler& s) {
  const int64_t n = s.special_count();
  if (n == 0) return;
  const auto fast = s.special({n, n}), slow = s.special({n, n}, n), other = s.special({n, n}, 7);
  calls.push_back({fast, slow, other});
  calls.push_back({fast, other, slow});
  calls.push_back({other, fast, slow});
}

struct AddCMul {
  Tensor a, b, c;
  double value = 1;

  static constexpr auto name = "addcmul";
  static constexpr auto doc = "a + value * b * c.";
  static constexpr TernaryRanges ranges = {{-4, 4}, {-4, 4}, {-4, 4}};
  static constexpr auto fields = std::tuple{
      arg("input_a", &AddCMul::a, "whose dtype the result has"),
      arg("input_b", &AddCMul::b, "a factor"),
      arg("input_c", &AddCMul::c, "the other factor"),
      kw("value", &AddCMul::value, "a number"),
  };
  Outputs compose(const CallOptions&) const;
  static std::vector<AddCMul> samples(Sampler&);
};
inline constexpr Call<AddCMul> addcmul;

struct AddCDiv {
  Tensor a, b, c;
  double value = 1;

  static constexpr auto name = "addcdiv";
  static constexpr auto doc = "a + value * b / c.";
  static constexpr TernaryRanges ranges = {{-4, 4}, {-4, 4}, {0.1, 4}};
  static constexpr auto fields = std::tuple{
      arg("input_a", &AddCDiv::a, "whose dtype the result has; floating"),
      arg("input_b", &AddCDiv::b, "what is divided"),
      arg("input_c", &AddCDiv::c, "what it is divided by"),
      kw("value", &AddCDiv::value, "a number"),
  };
  Outputs compose(const CallOptions&) const;
  static std::vector<AddCDiv> samples(Sampler&);
};
inline constexpr Call<AddCDiv> addcdiv;

struct Lerp {
  Tensor input, end;
  TensorOrScalar weight;

  static constexpr auto name = "lerp";
  static constexpr auto doc = "input + weight * (end - input).";
  static constexpr TernaryRanges ranges = {{-4, 4}, {-4, 4}, {-1, 2}};
  static constexpr auto fields = std::tuple{
      arg("input", &Lerp::input, "where weight is 0; floating"),
      arg("end", &Lerp::end, "where weight is 1"),
      arg("weight", &Lerp::weight, "a tensor or a number"),
  };
  Outputs compose(const CallOptions&) const;
  static std::vector<Lerp> samples(Sampler&);
};
inline constexpr Call<Lerp> lerp;

struct MultiplyAdd {
  Tensor a;
  TensorOrScalar b, c;

  static constexpr auto name = "mac";
  static constexpr auto doc = "a * b + c.";
  static constexpr TernaryRanges ranges = {{-4, 4}, {-4, 4}, {-4, 4}};
  static constexpr auto fields = std::tuple{
      arg("input_tensor_a", &MultiplyAdd::a, "whose dtype the result has"),
      arg("input_tensor_b", &MultiplyAdd::b, "a tensor or a number"),
      arg("input_tensor_c", &MultiplyAdd::c, "a tensor or a number"),
  };
  Outputs compose(const CallOptions&) const;
  static std::vector<MultiplyAdd> samples(Sampler&);
};
inline constexpr Call<MultiplyAdd> mac;

// The overload of clamp (and clip) whose bounds are tensors.
struct ClampBetween {
  Tensor input;
  std::optional<Tensor> min, max;

  static constexpr auto name = "clamp";
  static constexpr auto doc = "x, element by element at least `min` and at most `max`.";
  static constexpr TernaryRanges ranges = {{-4, 4}, {-3, 1}, {-1, 3}};
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &ClampBetween::input, "any shape and dtype"),
      arg("min", &ClampBetween::min, "the lower bounds"),
      arg("max", &ClampBetween::max, "the upper bounds"),
  };
  Outputs compose(const CallOptions&) const;
  static std::vector<ClampBetween> samples(Sampler&);
};

}  // namespace ttnn
