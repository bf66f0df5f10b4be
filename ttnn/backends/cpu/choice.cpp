#include "ttnn/backends/cpu/choice.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "ttnn/backends/cpu/gemm_library.h"
#include "ttnn/core/error.h"

namespace ttnn::cpu {

namespace {

constexpr Multiplier loops(Isa isa) { return {ProductLibrary::loops, isa}; }

// -- The table. A rule says what was measured, or that nothing was.

constexpr Multiplier by_onednn = {ProductLibrary::onednn, Isa::avx512};

// Intel's Sapphire and Emerald Rapids. A tile product does 16 times the work of a float32
// multiply-add, a dot product half of it. On an Emerald Rapids oneDNN took 0.81, 0.76 and 0.78 of
// torch's time at 1, 8 and 32 rows and 1.39 at 512, where its tasks were cut for our loops; those
// took 11 times torch's. Our own tiles are not chosen before somebody measures them there: a
// prototype was faster than oneDNN at 512 rows. Block floats are decoded for oneDNN, which pays
// where rows are many; the number is reckoned from rates (170 GFLOP/s of our loops, 4e9 decoded
// values a second a core), not measured.
constexpr ProductRule on_tiles[] = {
    {Factors::bfloat16, {}, 0, by_onednn},
    {Factors::block_float, {}, 16, by_onednn},
};
// A build without oneDNN. Not measured.
constexpr ProductRule on_own_tiles[] = {
    {Factors::bfloat16, {}, 0, {ProductLibrary::amx, Isa::avx512}},
    {Factors::block_float, {}, 16, {ProductLibrary::amx, Isa::avx512}},
};
// AMD's Zen 4 and later: a dot product does twice the work of a float32 multiply-add.
constexpr ProductRule by_dot_products[] = {
    {Factors::bfloat16, {}, 0, loops(Isa::avx512_bf16)},
    {Factors::block_float, {}, 0, loops(Isa::avx512_bf16)},
};

constexpr CpuKind kinds[] = {
    {"tiles (AMX)", {}, Isa::avx512, false, true, on_tiles, ""},
    {"tiles (AMX), no oneDNN", {}, Isa::avx512, false, true, on_own_tiles, ""},
    {"AMD with bfloat16 dot products", Vendor::amd, Isa::avx512_bf16, true, false, by_dot_products,
     "amd-zen4-avx512_bf16.json"},
    // Dot products of other vendors are slower than multiply-adds where they were measured.
    {"AVX-512", {}, Isa::avx512, false, false, {}, ""},
    {"AVX2", {}, Isa::avx2, false, false, {}, "amd-zen3-avx2.json"},
    {"portable", {}, Isa::portable, false, false, {}, ""},
};

// -- Names

constexpr std::string_view library_names[product_library_count] = {"loops", "onednn", "amx",
                                                                   "amx_emulated"};
constexpr std::string_view factors_names[factors_count] = {"float32", "bfloat16", "block floats",
                                                           "float32 and another"};

std::optional<Isa> named_isa(const CpuInfo& cpu, std::string_view wanted) {
  if (wanted.empty()) return {};
  for (int i = 0; i < isa_count; ++i) {
    if (name(Isa(i)) != wanted) continue;
    expect(supported(cpu, Isa(i)), "TTNN_ISA=", wanted,
           ": this CPU or this build lacks it. Unset it, or name one that is there: python -m ttnn "
           "info lists them.");
    return Isa(i);
  }
  fail("TTNN_ISA=", wanted, ": not an instruction set; use portable, avx2, avx512 or avx512_bf16.");
}

std::optional<ProductLibrary> named_library(std::string_view wanted) {
  if (wanted.empty()) return {};
  const auto* found = std::ranges::find(library_names, wanted);
  expect(found != std::end(library_names), "TTNN_GEMM=", wanted,
         ": not a library for products; use ", joined(library_names), ".");
  return ProductLibrary(found - std::begin(library_names));
}

void check_library(const CpuInfo& cpu, ProductLibrary library, Isa panels) {
  switch (library) {
    case ProductLibrary::loops:
      return;
    case ProductLibrary::onednn:
      expect(onednn_gemm() != nullptr, "TTNN_GEMM=onednn: this build has no oneDNN; use loops.");
      expect(panels >= Isa::avx512, "TTNN_GEMM=onednn: it reads weights as AVX-512 has them, and ",
             name(panels), " is in use; use loops.");
      return;
    case ProductLibrary::amx:
      expect(cpu.amx_bf16,
             "TTNN_GEMM=amx: this CPU has no tiles (AMX); use loops, or amx_emulated "
             "for the same bits without them.");
      expect(cpu.tiles(), "TTNN_GEMM=amx: tiles cannot be used: ", cpu.tiles_refused,
             "; use loops.");
      expect(panels >= Isa::avx2,
             "TTNN_GEMM=amx: it needs weights as AVX2 or AVX-512 have them, "
             "and TTNN_ISA=portable is in use; unset TTNN_ISA.");
      return;
    case ProductLibrary::amx_emulated:
      expect(panels >= Isa::avx2,
             "TTNN_GEMM=amx_emulated: it needs fused multiply-adds (AVX2), and ", name(panels),
             " is in use; use loops.");
      return;
  }
}

bool is_built(const ProductRule& rule) {
  return rule.by.library != ProductLibrary::onednn || onednn_gemm();
}

// oneDNN is held to the set that is forced: bfloat16 would be emulated on plain AVX-512.
bool forced_multiplies(const Choice& choice, ProductLibrary library, Factors factors) {
  const bool held = library == ProductLibrary::onednn && choice.forced_isa == Isa::avx512;
  return gemm_library(library).multiplies(choice.cpu, factors) &&
         (!held || factors == Factors::float32);
}

std::string_view environment(const char* variable) {
  const char* value = std::getenv(variable);
  return value ? value : "";
}

}  // namespace

std::string joined(std::span<const std::string_view> names) {
  std::string text;
  for (const std::string_view name : names) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

std::string_view name(ProductLibrary library) { return library_names[int(library)]; }
std::string_view name(Factors factors) { return factors_names[int(factors)]; }
std::span<const CpuKind> cpu_kinds() { return kinds; }

Factors factors(DataType a, DataType b) {
  if (a == b && a == DataType::FLOAT32) return Factors::float32;
  if (a == DataType::FLOAT32 || b == DataType::FLOAT32) return Factors::mixed;
  return is_block_float(b) ? Factors::block_float : Factors::bfloat16;
}

const CpuKind& kind_of(const CpuInfo& cpu) {
  return *std::ranges::find_if(kinds, [&](const CpuKind& kind) {
    return (!kind.vendor || *kind.vendor == cpu.vendor) && supported(cpu, kind.elementwise) &&
           (!kind.dot_products || supported(cpu, Isa::avx512_bf16)) &&
           (!kind.tiles || cpu.tiles()) && std::ranges::all_of(kind.products, is_built);
  });
}

Choice choose(const CpuInfo& cpu, std::string_view isa, std::string_view gemm) {
  const CpuKind& kind = kind_of(cpu);
  const auto forced_isa = named_isa(cpu, isa);
  const auto forced_library = named_library(gemm);
  const Isa elementwise = forced_isa.value_or(kind.elementwise);
  if (forced_library) check_library(cpu, *forced_library, elementwise);
  return {cpu, kind, elementwise, forced_isa, forced_library};
}

Multiplier multiplier(const Choice& choice, Factors factors, Arrangement arrangement,
                      int64_t launch_rows) {
  const auto forced = choice.forced_library;
  if (forced && *forced != ProductLibrary::loops && forced_multiplies(choice, *forced, factors))
    return {*forced, choice.elementwise};
  if (choice.forced_isa) return loops(*choice.forced_isa);
  for (const ProductRule& rule : choice.kind.products)
    if (rule.factors == factors && launch_rows >= rule.least_rows &&
        (!rule.arrangement || *rule.arrangement == arrangement) &&
        (!forced || rule.by.library == ProductLibrary::loops))
      return rule.by;
  return loops(choice.elementwise);
}

const Choice& choice() {
  static const Choice& made =
      *new Choice(choose(cpu_info(), environment("TTNN_ISA"), environment("TTNN_GEMM")));
  return made;
}

Multiplier multiplier(DataType a, DataType b, Arrangement arrangement, int64_t launch_rows) {
  return multiplier(choice(), factors(a, b), arrangement, launch_rows);
}

}  // namespace ttnn::cpu
