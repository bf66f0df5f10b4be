#pragma once
// Which kernels do what on this CPU, from one table (choice.cpp) that says why. The set of
// instructions for element-wise loops and the one for products are chosen apart; a product's
// library is chosen by dtypes, arrangement and rows. Nothing is timed when a program runs: the same
// program gives the same bits on the same kind of CPU.
//
// TTNN_ISA=portable|avx2|avx512|avx512_bf16 forces both sets, and our own loops for products.
// TTNN_GEMM=loops|onednn|amx|amx_emulated forces the library of those products that it multiplies.
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ttnn/backends/cpu/cpu_info.h"
#include "ttnn/backends/cpu/kernels.h"

namespace ttnn::cpu {

enum class Arrangement : uint8_t {
  plain,       // row-major, leading dimension ld
  transposed,  // B only: the memory is [N, K] row-major
  packed,      // B only: packed_format(dtype, K, N)
};

enum class ProductLibrary : uint8_t {
  loops,         // our own, on any set
  onednn,        // on tiles where the CPU has them
  amx,           // our own, by tiles
  amx_emulated,  // the same on fused multiply-adds, with the same bits: for tests
};
inline constexpr int product_library_count = 4;
std::string_view name(ProductLibrary);
std::string joined(std::span<const std::string_view> names);  // by commas

// Who multiplies: a library, and the set of instructions of our own loops.
struct Multiplier {
  ProductLibrary library = ProductLibrary::loops;
  Isa isa = Isa::portable;
  bool operator==(const Multiplier&) const = default;
};

// What is multiplied.
enum class Factors : uint8_t {
  float32,      // both
  bfloat16,     // both
  block_float,  // bfloat16 times block floats
  mixed,        // float32 and another
};
inline constexpr int factors_count = 4;
Factors factors(DataType a, DataType b);
std::string_view name(Factors);

// One line of the table: the first whose factors, arrangement and rows fit is taken.
struct ProductRule {
  Factors factors;
  std::optional<Arrangement> arrangement;  // any if none
  int64_t least_rows;                      // of the whole launch: rows of a shard x distinct shards
  Multiplier by;
};

// A kind of CPU. The first that this CPU has the features of is its own, or the nearest.
struct CpuKind {
  std::string_view name;
  std::optional<Vendor> vendor;  // any if none
  Isa elementwise;               // needs what this set needs
  bool dot_products, tiles;      // needs these too
  std::span<const ProductRule> products;
  std::string_view measured;  // figures that say so
};
std::span<const CpuKind> cpu_kinds();
const CpuKind& kind_of(const CpuInfo&);

// What this process uses, from the table and the environment. Throws for a bad environment.
struct Choice {
  const CpuInfo& cpu;
  const CpuKind& kind;
  Isa elementwise;  // whose packed form weights have, too
  std::optional<Isa> forced_isa;
  std::optional<ProductLibrary> forced_library;
};
const Choice& choice();

Multiplier multiplier(DataType a, DataType b, Arrangement, int64_t launch_rows);

// The same for any CPU and environment ("" where a variable is not set), for tests.
Choice choose(const CpuInfo&, std::string_view isa, std::string_view gemm);
Multiplier multiplier(const Choice&, Factors, Arrangement, int64_t launch_rows);

}  // namespace ttnn::cpu
