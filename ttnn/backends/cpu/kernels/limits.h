// Loops that do nothing but keep one unit of this ISA busy; measured by backends/cpu/limits.cpp.
#pragma once
#include <cstddef>
#include <cstdint>

namespace ttnn::cpu {

inline constexpr int limit_variants = 3;

struct LimitLoops {
  // Each runs `rounds` rounds of independent operations in registers and returns how many floating
  // point operations that was. Null where the ISA has no such instruction.
  double (*bfloat16[limit_variants])(int64_t rounds);
  double (*float32[limit_variants])(int64_t rounds);
  // Reads every byte; the result keeps the loop alive.
  int64_t (*read[limit_variants])(const std::byte* p, int64_t bytes);
};

}  // namespace ttnn::cpu
