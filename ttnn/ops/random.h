#pragma once
// rand and randn: numbers that follow from a seed, the shard and the element's place alone.
#include "ttnn/runtime/op.h"

namespace ttnn {

// The seed of a call that gives none, another one each time.
uint64_t fresh_seed();

struct Rand {
  Shape shape;
  std::shared_ptr<MeshDevice> device;
  DataType dtype = DataType::BFLOAT16;
  Layout layout = Layout::TILE;
  MemoryConfig memory_config;
  double low = 0, high = 1;
  int64_t seed = 0;
  uint64_t fresh = fresh_seed();

  static constexpr auto name = "rand";
  static constexpr auto doc =
      "Numbers spread evenly over [low, high). Block floats, which share exponents, may round up "
      "to `high`.";
  static constexpr auto fields = std::tuple{
      arg("shape", &Rand::shape, "of the tensor, on each device").must(),
      arg("device", &Rand::device, "where it lies").must(),
      kw("dtype", &Rand::dtype, "of the result; not uint8"),
      kw("layout", &Rand::layout, "of the result"),
      kw("memory_config", &Rand::memory_config, "of the result"),
      kw("low", &Rand::low, "the smallest number"),
      kw("high", &Rand::high, "above the largest number"),
      kw("seed", &Rand::seed, "calls of one seed give the same numbers; 0: another one each call"),
  };

  TensorSpec infer(const CallOptions&) const;
  std::shared_ptr<MeshDevice> mesh() const { return device; }
  void reference(Task) const;
  static std::vector<Rand> samples(Sampler&);
};
inline constexpr Call<Rand> rand;

struct RandN {
  Shape shape;
  std::shared_ptr<MeshDevice> device;
  DataType dtype = DataType::BFLOAT16;
  Layout layout = Layout::TILE;
  MemoryConfig memory_config;
  std::optional<int64_t> seed;
  uint64_t fresh = fresh_seed();

  static constexpr auto name = "randn";
  static constexpr auto doc = "Numbers of the standard normal distribution.";
  static constexpr auto fields = std::tuple{
      arg("shape", &RandN::shape, "of the tensor, on each device").must(),
      arg("device", &RandN::device, "where it lies").must(),
      kw("dtype", &RandN::dtype, "a floating dtype"),
      kw("layout", &RandN::layout, "of the result"),
      kw("memory_config", &RandN::memory_config, "of the result"),
      kw("seed", &RandN::seed, "calls of one seed give the same numbers"),
  };

  TensorSpec infer(const CallOptions&) const;
  std::shared_ptr<MeshDevice> mesh() const { return device; }
  void reference(Task) const;
  static std::vector<RandN> samples(Sampler&);
};
inline constexpr Call<RandN> randn;

struct Uniform {
  Tensor input;
  double from = 0, to = 1;
  int64_t seed = 0;
  uint64_t fresh = fresh_seed();

  static constexpr auto name = "uniform";
  static constexpr auto doc = "Fills a tensor with numbers spread evenly over [from, to).";
  static constexpr auto fields = std::tuple{
      arg("input", &Uniform::input, "is written and returned; bfloat16 or float32"),
      arg("from", &Uniform::from, "the smallest number"),
      arg("to", &Uniform::to, "above the largest number"),
      arg("seed", &Uniform::seed, "calls of one seed give the same numbers; 0: another each call"),
  };
  static constexpr auto in_place = &Uniform::input;

  TensorSpec infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  bool settles_terms() const { return true; }
  void reference(Task) const;
  static std::vector<Uniform> samples(Sampler&);
};
inline constexpr Call<Uniform> uniform;

struct Bernoulli {
  Tensor input;
  int64_t seed = 0;
  uint64_t fresh = fresh_seed();

  static constexpr auto name = "bernoulli";
  static constexpr auto doc = "1 with the probability that the element gives, else 0; float32.";
  static constexpr auto fields = std::tuple{
      arg("input", &Bernoulli::input, "probabilities from 0 to 1"),
      arg("seed", &Bernoulli::seed, "calls of one seed give the same; 0: another each call"),
  };
  static constexpr bool elementwise = true;

  TensorSpec infer(const CallOptions&) const;
  void reference(Task) const;
  static std::vector<Bernoulli> samples(Sampler&);
};
inline constexpr Call<Bernoulli> bernoulli;

}  // namespace ttnn
