// Which instruction sets this CPU has, and the table of kernels that the process uses.
#include <cstdlib>
#include <string_view>

#include "ttnn/backends/cpu/kernels.h"
#include "ttnn/core/error.h"

namespace ttnn::cpu {

namespace portable {
const Kernels& make_table(Isa);
}
#ifdef TTNN_X86_KERNELS
namespace avx2 {
const Kernels& make_table(Isa);
}
namespace avx512 {
const Kernels& make_table(Isa);
}
namespace avx512_bf16 {
const Kernels& make_table(Isa);
}
#endif

namespace {

constexpr std::string_view names[isa_count] = {"portable", "avx2", "avx512", "avx512_bf16"};

Isa best() {
  for (int i = isa_count; --i;)
    if (supported(Isa(i))) return Isa(i);
  return Isa::portable;
}

Isa chosen() {
  const char* wanted = std::getenv("TTNN_ISA");
  if (!wanted || !*wanted) return best();
  for (int i = 0; i < isa_count; ++i) {
    if (names[i] != wanted) continue;
    expect(supported(Isa(i)), "TTNN_ISA=", wanted,
           ": this CPU or this build lacks it; the best here is ", names[int(best())], ".");
    return Isa(i);
  }
  fail("TTNN_ISA=", wanted, ": not an instruction set; use portable, avx2, avx512 or avx512_bf16.");
}

}  // namespace

bool supported(Isa isa) {
#ifdef TTNN_X86_KERNELS
  const bool avx2 = __builtin_cpu_supports("x86-64-v3") > 0;
  const bool avx512 = avx2 && __builtin_cpu_supports("x86-64-v4") > 0;
  switch (isa) {
    case Isa::portable:
      return true;
    case Isa::avx2:
      return avx2;
    case Isa::avx512:
      return avx512;
    case Isa::avx512_bf16:
      return avx512 && __builtin_cpu_supports("avx512bf16") > 0 &&
             __builtin_cpu_supports("avx512vbmi") > 0;
  }
#endif
  return isa == Isa::portable;
}

const Kernels& kernels(Isa isa) {
  expect(supported(isa), "CPU kernels: this CPU or this build lacks ", name(isa), ".");
  // Each table is made by code of its own ISA, so only on demand.
  switch (isa) {
#ifdef TTNN_X86_KERNELS
    case Isa::avx2: {
      static const Kernels& table = avx2::make_table(isa);
      return table;
    }
    case Isa::avx512: {
      static const Kernels& table = avx512::make_table(isa);
      return table;
    }
    case Isa::avx512_bf16: {
      static const Kernels& table = avx512_bf16::make_table(isa);
      return table;
    }
#endif
    default: {
      static const Kernels& table = portable::make_table(Isa::portable);
      return table;
    }
  }
}

const Kernels& kernels() {
  static const Kernels& table = kernels(chosen());
  return table;
}

std::string_view name(Isa isa) { return names[int(isa)]; }

}  // namespace ttnn::cpu
