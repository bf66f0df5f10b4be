#include "ttnn/backends/cpu/cpu_info.h"

#include <cerrno>
#include <cstring>

#if defined(__x86_64__)
#include <cpuid.h>
#endif
#if defined(__linux__) && defined(__x86_64__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace ttnn::cpu {

#if defined(__x86_64__)
namespace {

struct Leaf {
  unsigned a = 0, b = 0, c = 0, d = 0;
  explicit Leaf(unsigned leaf, unsigned sub = 0) { __get_cpuid_count(leaf, sub, &a, &b, &c, &d); }
};

bool bit(unsigned word, int n) { return word >> n & 1; }

void append(std::string& text, std::initializer_list<unsigned> words) {
  for (unsigned word : words) text.append(reinterpret_cast<const char*>(&word), sizeof word);
}

void name(CpuInfo& cpu) {
  const Leaf vendor(0), version(1);
  append(cpu.vendor_name, {vendor.b, vendor.d, vendor.c});
  if (cpu.vendor_name == "AuthenticAMD") cpu.vendor = Vendor::amd;
  if (cpu.vendor_name == "GenuineIntel") cpu.vendor = Vendor::intel;
  const unsigned family = version.a >> 8 & 0xf, model = version.a >> 4 & 0xf;
  cpu.family = static_cast<int>(family == 0xf ? family + (version.a >> 20 & 0xff) : family);
  cpu.model =
      static_cast<int>(family == 0xf || family == 6 ? (version.a >> 12 & 0xf0) + model : model);
  cpu.stepping = static_cast<int>(version.a & 0xf);
  if (__get_cpuid_max(0x80000000, nullptr) < 0x80000004) return;
  for (unsigned leaf : {0x80000002u, 0x80000003u, 0x80000004u}) {
    const Leaf part(leaf);
    append(cpu.model_name, {part.a, part.b, part.c, part.d});
  }
  cpu.model_name = cpu.model_name.c_str();  // up to the first zero
}

// Linux lets a process use the 8 KiB of tiles when it asks (Documentation/arch/x86/xstate.rst);
// other systems have no such call here.
std::string ask_for_tiles() {
#if defined(__linux__)
  constexpr int request_permission = 0x1023, tile_data = 18;
  if (syscall(SYS_arch_prctl, request_permission, tile_data) == 0) return "";
  if (errno == ENOSPC)
    return "the alternate signal stack of a thread is too small for tiles (a crash handler such as "
           "Python's faulthandler set it up)";
  return std::string("the system refuses them: ") + std::strerror(errno);
#else
  return "this system has no permission to ask for";
#endif
}

}  // namespace

const CpuInfo& cpu_info() {
  static const CpuInfo& info = *new CpuInfo([] {
    CpuInfo cpu;
    name(cpu);
    cpu.avx2 = __builtin_cpu_supports("x86-64-v3") > 0;
    cpu.avx512 = cpu.avx2 && __builtin_cpu_supports("x86-64-v4") > 0;
    cpu.avx512_bf16 = cpu.avx512 && __builtin_cpu_supports("avx512bf16") > 0 &&
                      __builtin_cpu_supports("avx512vbmi") > 0;
    const Leaf features(7);
    cpu.amx_bf16 = cpu.avx512 && bit(features.d, 22) && bit(features.d, 24);
    if (cpu.amx_bf16) cpu.tiles_refused = ask_for_tiles();
    return cpu;
  }());
  return info;
}

#else

const CpuInfo& cpu_info() {
  static const CpuInfo info;
  return info;
}

#endif

}  // namespace ttnn::cpu
