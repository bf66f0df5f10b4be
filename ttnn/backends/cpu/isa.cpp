// The tables of kernels by instruction set, and the one that the process uses.
#include "ttnn/backends/cpu/choice.h"
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
const Kernels& make_table(const Kernels& avx512);
}
#endif

namespace {
constexpr std::string_view names[isa_count] = {"portable", "avx2", "avx512", "avx512_bf16"};
}

bool supported([[maybe_unused]] const CpuInfo& cpu, Isa isa) {
#ifdef TTNN_X86_KERNELS
  if (isa == Isa::avx2) return cpu.avx2;
  if (isa == Isa::avx512) return cpu.avx512;
  if (isa == Isa::avx512_bf16) return cpu.avx512_bf16;
#endif
  return isa == Isa::portable;
}

bool supported(Isa isa) { return supported(cpu_info(), isa); }

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
      static const Kernels& table = avx512_bf16::make_table(kernels(Isa::avx512));
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
  static const Kernels& table = kernels(choice().elementwise);
  return table;
}

std::string_view name(Isa isa) { return names[int(isa)]; }

}  // namespace ttnn::cpu
