#pragma once
// What CPU this is, as far as kernels are chosen by it (choice.h): vendor, and features that both
// the CPU and the system let a program use.
#include <cstdint>
#include <string>

namespace ttnn::cpu {

enum class Vendor : uint8_t { other, amd, intel };

struct CpuInfo {
  Vendor vendor = Vendor::other;
  std::string vendor_name, model_name;  // as the CPU says; empty where it says nothing
  int family = 0, model = 0, stepping = 0;
  bool avx2 = false;         // x86-64-v3: fused multiply-adds too
  bool avx512 = false;       // x86-64-v4
  bool avx512_bf16 = false;  // dot products of bfloat16 pairs; permutations of bytes (VBMI) too
  bool amx_bf16 = false;     // the CPU has tiles and their bfloat16 product
  // Why tiles are not used though the CPU has them; empty where they are, or where it has none.
  std::string tiles_refused;

  bool tiles() const { return amx_bf16 && tiles_refused.empty(); }
};

// Asks the CPU once per process, and where it has tiles the system for the permission to use them.
// Call it before threads start: the system refuses where a thread's alternate signal stack is too
// small for tiles.
const CpuInfo& cpu_info();

}  // namespace ttnn::cpu
