// The kernels' benchmarks register themselves by hand, once per instruction set that this CPU has.
// All run in one thread on data that the second cache holds, and compare a result with a sum or a
// formula in double before they are timed.
#pragma once
#include <benchmark/benchmark.h>

#include <functional>
#include <string>
#include <vector>

#include "ttnn/backends/cpu/kernels.h"

namespace ttnn::cpu::bench {

inline constexpr int64_t elements = int64_t(32) << 10;

// Raw memory on a cache line's border, filled with whole quarters between -4 and 4 where typed.
class Memory {
 public:
  explicit Memory(int64_t bytes);
  static Memory of(DataType dtype, int64_t n, unsigned seed = 1);

  std::byte* data() { return bytes_.data() + offset_; }
  const std::byte* data() const { return bytes_.data() + offset_; }
  float value(DataType dtype, int64_t i) const;

 private:
  std::vector<std::byte> bytes_;
  size_t offset_;
};

// What is timed: `run` once is so many bytes and floating-point operations, and `wrong` says what
// is wrong with its result, or nothing.
struct Measured {
  std::function<void()> run;
  std::function<std::string()> wrong;
  double bytes = 0, flop = 0;
};

// `make` is called when the benchmark runs, so that those not asked for take no memory.
void add(const std::string& name, Isa isa, std::function<Measured(const Kernels&)> make);

// "" if each of n values is within `ulps` roundings of `dtype` of what is expected there.
std::string compare(DataType dtype, const Memory& got, int64_t n, double ulps,
                    const std::function<double(int64_t)>& expected);

// "relu bfloat16"
std::string title(std::string name, DataType dtype);

void add_elementwise(Isa);
void add_rows(Isa);
void add_movement(Isa);
void add_products(Isa);

}  // namespace ttnn::cpu::bench
