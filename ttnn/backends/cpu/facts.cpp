// What was chosen for this CPU, for people: python -m ttnn info.
#include "ttnn/backends/cpu/cpu_backend.h"
#include "ttnn/backends/cpu/gemm_library.h"

namespace ttnn::cpu {

namespace {

using Facts = std::vector<Backend::Fact>;

std::string sets_of(const CpuInfo& cpu) {
  std::vector<std::string_view> sets;
  for (int i = 0; i < isa_count; ++i)
    if (supported(cpu, Isa(i))) sets.push_back(name(Isa(i)));
  return joined(sets);
}

std::string why_no_tiles(const Choice& choice) {
  const CpuInfo& cpu = choice.cpu;
  if (!cpu.amx_bf16) return "not used: this CPU has none";
  if (!cpu.tiles()) return "not used: " + cpu.tiles_refused;
  const Multiplier by = multiplier(choice, Factors::bfloat16, Arrangement::packed, 512);
  if (by.library == ProductLibrary::amx) return "used";
  if (by.library == ProductLibrary::onednn && !choice.forced_isa) return "used";
  return "not used: TTNN_ISA or TTNN_GEMM forces something else";
}

std::string text(const Multiplier& by) {
  return std::string(name(by.library)) + ", " + std::string(name(by.isa));
}

// From how many rows on who multiplies, as the table and the environment have it.
void add_products(const Choice& choice, Facts& facts) {
  for (int f = 0; f < factors_count; ++f) {
    const Factors factors{static_cast<uint8_t>(f)};
    std::vector<int64_t> from = {1};
    for (const ProductRule& rule : choice.kind.products)
      if (rule.factors == factors && rule.least_rows > 1) from.push_back(rule.least_rows);
    std::string rows;
    for (const int64_t least : from) {
      const std::string by = text(multiplier(choice, factors, Arrangement::packed, least));
      rows += (rows.empty() ? "" : "; from " + std::to_string(least) + " rows on ") + by;
    }
    facts.push_back({"products", std::string(name(factors)), rows});
  }
}

}  // namespace

std::vector<Backend::Fact> CpuBackend::facts() const {
  const Choice& chosen = choice();
  Facts facts;
  facts.push_back({"kernels", "row of the table", std::string(chosen.kind.name)});
  facts.push_back({"kernels", "measured", std::string(chosen.kind.measured)});
  facts.push_back({"kernels", "instruction sets of this CPU", sets_of(chosen.cpu)});
  facts.push_back({"kernels", "instruction set", std::string(cpu::name(chosen.elementwise))});
  facts.push_back({"kernels", "tiles (AMX)", why_no_tiles(chosen)});
  add_products(chosen, facts);
  facts.push_back({"versions", "oneDNN", onednn_gemm() ? onednn_version() : "not in this build"});
  return facts;
}

}  // namespace ttnn::cpu
