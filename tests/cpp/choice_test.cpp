// Which kernels do what, for CPUs that this one need not be.
#include "ttnn/backends/cpu/choice.h"

#include <gtest/gtest.h>

#include "ttnn/backends/cpu/gemm_library.h"
#include "ttnn/core/error.h"

namespace ttnn::cpu {
namespace {

#ifdef __x86_64__

CpuInfo zen3() {
  CpuInfo cpu;
  cpu.vendor = Vendor::amd, cpu.avx2 = true;
  return cpu;
}
CpuInfo zen4() {
  CpuInfo cpu = zen3();
  cpu.avx512 = cpu.avx512_bf16 = true;
  return cpu;
}
CpuInfo ice_lake() {
  CpuInfo cpu;
  cpu.vendor = Vendor::intel, cpu.avx2 = cpu.avx512 = true;
  return cpu;
}
CpuInfo cooper_lake() {
  CpuInfo cpu = ice_lake();
  cpu.avx512_bf16 = true;
  return cpu;
}
CpuInfo sapphire_rapids() {
  CpuInfo cpu = cooper_lake();
  cpu.amx_bf16 = true;
  return cpu;
}

Multiplier of(const CpuInfo& cpu, Factors factors, int64_t rows = 512, std::string_view isa = "",
              std::string_view gemm = "") {
  return multiplier(choose(cpu, isa, gemm), factors, Arrangement::packed, rows);
}
Multiplier loops(Isa isa) { return {ProductLibrary::loops, isa}; }

TEST(Choice, DotProductsOnlyWhereTheyAreFast) {
  EXPECT_EQ(of(zen4(), Factors::bfloat16), loops(Isa::avx512_bf16));
  EXPECT_EQ(of(cooper_lake(), Factors::bfloat16), loops(Isa::avx512));
  EXPECT_EQ(of(ice_lake(), Factors::bfloat16), loops(Isa::avx512));
  EXPECT_EQ(of(zen3(), Factors::bfloat16), loops(Isa::avx2));
  EXPECT_EQ(of(CpuInfo{}, Factors::bfloat16), loops(Isa::portable));
}

TEST(Choice, ElementWiseLoopsAndProductsAreChosenApart) {
  EXPECT_EQ(choose(zen4(), "", "").elementwise, Isa::avx512_bf16);
  EXPECT_EQ(choose(cooper_lake(), "", "").elementwise, Isa::avx512);
  EXPECT_EQ(of(zen4(), Factors::float32), loops(Isa::avx512_bf16));
  EXPECT_EQ(of(zen4(), Factors::mixed), loops(Isa::avx512_bf16));
  EXPECT_EQ(of(zen4(), Factors::block_float), loops(Isa::avx512_bf16));
}

TEST(Choice, TilesWhereTheCpuAndTheSystemLetThem) {
  CpuInfo cpu = sapphire_rapids();
  EXPECT_NE(of(cpu, Factors::bfloat16).library, ProductLibrary::loops);
  EXPECT_EQ(of(cpu, Factors::float32), loops(Isa::avx512));
  cpu.tiles_refused = "the system refuses them";
  EXPECT_EQ(of(cpu, Factors::bfloat16), loops(Isa::avx512));
}

TEST(Choice, AnUnknownCpuTakesTheNearestByFeatures) {
  CpuInfo cpu = sapphire_rapids();
  cpu.vendor = Vendor::other;
  EXPECT_EQ(&kind_of(cpu), &kind_of(sapphire_rapids()));
  CpuInfo amd = sapphire_rapids();
  amd.vendor = Vendor::amd;
  EXPECT_EQ(&kind_of(amd), &kind_of(sapphire_rapids()));
  CpuInfo dots = zen4();
  dots.vendor = Vendor::other;
  EXPECT_EQ(of(dots, Factors::bfloat16), loops(Isa::avx512));
}

TEST(Choice, RowsDecideWhereARuleSaysSo) {
  const CpuKind& kind = kind_of(sapphire_rapids());
  for (const ProductRule& rule : kind.products) {
    EXPECT_EQ(of(sapphire_rapids(), rule.factors, rule.least_rows), rule.by);
    if (rule.least_rows == 0) continue;
    EXPECT_EQ(of(sapphire_rapids(), rule.factors, rule.least_rows - 1), loops(Isa::avx512));
  }
}

TEST(Choice, EveryKindHasItsOwnCpus) {
  // The kinds are in order of preference: none stands behind one that takes all of its CPUs.
  const auto kinds = cpu_kinds();
  for (size_t i = 0; i < kinds.size(); ++i)
    for (size_t j = 0; j < i; ++j) {
      const bool covers = (!kinds[j].vendor || kinds[j].vendor == kinds[i].vendor) &&
                          kinds[j].elementwise <= kinds[i].elementwise &&
                          kinds[j].dot_products <= kinds[i].dot_products &&
                          kinds[j].tiles <= kinds[i].tiles;
      const bool without_onednn = kinds[i].name.find("no oneDNN") != std::string_view::npos;
      EXPECT_TRUE(!covers || without_onednn) << kinds[j].name << " takes all of " << kinds[i].name;
    }
}

TEST(Choice, TheEnvironmentForces) {
  EXPECT_EQ(of(zen4(), Factors::bfloat16, 512, "avx2"), loops(Isa::avx2));
  EXPECT_EQ(of(zen4(), Factors::bfloat16, 512, "avx512"), loops(Isa::avx512));
  EXPECT_EQ(of(cooper_lake(), Factors::bfloat16, 512, "avx512_bf16"), loops(Isa::avx512_bf16));
  EXPECT_EQ(of(sapphire_rapids(), Factors::bfloat16, 512, "avx2"), loops(Isa::avx2));
  EXPECT_EQ(of(sapphire_rapids(), Factors::bfloat16, 512, "", "loops"), loops(Isa::avx512));
  EXPECT_EQ(of(zen4(), Factors::bfloat16, 512, "", "loops"), loops(Isa::avx512_bf16));
  const Multiplier amx{ProductLibrary::amx, Isa::avx512};
  EXPECT_EQ(of(sapphire_rapids(), Factors::bfloat16, 1, "", "amx"), amx);
  EXPECT_EQ(of(sapphire_rapids(), Factors::block_float, 1, "", "amx"), amx);
  EXPECT_EQ(of(sapphire_rapids(), Factors::float32, 1, "", "amx"), loops(Isa::avx512));
  if (onednn_gemm()) {  // held to plain AVX-512 it would emulate bfloat16
    const Multiplier onednn{ProductLibrary::onednn, Isa::avx512};
    const Multiplier by_dot_products{ProductLibrary::onednn, Isa::avx512_bf16};
    EXPECT_EQ(of(zen4(), Factors::bfloat16, 512, "", "onednn"), by_dot_products);
    EXPECT_EQ(of(zen4(), Factors::bfloat16, 512, "avx512", "onednn"), loops(Isa::avx512));
    EXPECT_EQ(of(zen4(), Factors::float32, 512, "avx512", "onednn"), onednn);
    EXPECT_EQ(of(ice_lake(), Factors::bfloat16, 512, "", "onednn"), loops(Isa::avx512));
  }
  const Multiplier emulated{ProductLibrary::amx_emulated, Isa::avx2};
  EXPECT_EQ(of(zen3(), Factors::bfloat16, 1, "", "amx_emulated"), emulated);
  EXPECT_EQ(of(zen4(), Factors::bfloat16, 1, "avx2", "amx_emulated"), emulated);
}

void expect_refusal(const CpuInfo& cpu, std::string_view isa, std::string_view gemm,
                    const std::string& phrase) {
  try {
    choose(cpu, isa, gemm);
    ADD_FAILURE() << isa << " " << gemm << " was accepted";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find(phrase), std::string::npos) << error.what();
  }
}

TEST(Choice, WhatTheCpuLacksIsRefused) {
  expect_refusal(zen3(), "avx512", "", "TTNN_ISA=avx512: this CPU or this build lacks it");
  expect_refusal(zen3(), "sse9", "", "TTNN_ISA=sse9: not an instruction set");
  expect_refusal(zen3(), "", "mkl", "TTNN_GEMM=mkl: not a library for products; use loops");
  expect_refusal(zen4(), "", "amx", "TTNN_GEMM=amx: this CPU has no tiles (AMX)");
  CpuInfo refused = sapphire_rapids();
  refused.tiles_refused = "the system refuses them: no";
  expect_refusal(refused, "", "amx", "TTNN_GEMM=amx: tiles cannot be used: the system refuses");
  expect_refusal(CpuInfo{}, "", "amx_emulated", "needs fused multiply-adds");
  expect_refusal(zen4(), "portable", "amx_emulated", "needs fused multiply-adds");
  expect_refusal(zen3(), "", "onednn", "TTNN_GEMM=onednn: ");
}

#endif

TEST(Choice, OfThisCpuIsSupported) {
  EXPECT_TRUE(supported(choice().elementwise));
  for (int f = 0; f < factors_count; ++f)
    for (int64_t rows : {1, 15, 16, 512})
      EXPECT_TRUE(supported(multiplier(choice(), Factors(f), Arrangement::plain, rows).isa));
}

}  // namespace
}  // namespace ttnn::cpu
