// Eight registers of 16 rows of 64 bytes, as a type with two implementations that give the same
// bits: AMX's, and loops of this set. While an object lives the registers are in use; its end gives
// them back, so that the system saves and restores nothing for a thread that no longer multiplies.
#pragma once
#include "ttnn/backends/cpu/kernels/amx_product.h"
#include "ttnn/backends/cpu/kernels/tile.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

constexpr int amx_registers = 8;
constexpr int64_t amx_row_bytes = 64;

#ifdef __AMX_BF16__

class AmxTiles {
 public:
  AmxTiles() {
    struct alignas(64) {
      uint8_t palette = 1, start_row = 0, reserved[14] = {};
      uint16_t bytes_per_row[16] = {};
      uint8_t rows[16] = {};
    } config;
    for (int i = 0; i < amx_registers; ++i)
      config.bytes_per_row[i] = amx_row_bytes, config.rows[i] = amx_tile_rows;
    __asm__ volatile("ldtilecfg %0" ::"m"(config) : "memory");
  }
  ~AmxTiles() { __asm__ volatile("tilerelease" ::: "memory"); }
  AmxTiles(const AmxTiles&) = delete;
  AmxTiles& operator=(const AmxTiles&) = delete;

  // In assembly, because the compiler's intrinsics want the number of a register spelled out.
  template <int t>
  void zero() {
    __asm__ volatile("tilezero %%tmm%c0" ::"i"(t));
  }
  template <int t>
  void load(const void* from, int64_t pitch) {
    __asm__ volatile("tileloadd (%0,%1,1), %%tmm%c2" ::"r"(from), "r"(pitch), "i"(t) : "memory");
  }
  template <int t>
  void store(void* to, int64_t pitch) {
    __asm__ volatile("tilestored %%tmm%c2, (%0,%1,1)" ::"r"(to), "r"(pitch), "i"(t) : "memory");
  }
  template <int sum, int a, int b>
  void multiply_add() {
    __asm__ volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" ::"i"(sum), "i"(a), "i"(b));
  }
};

#elif defined(__FMA__)

// Denormals are zero while it lives. What is computed under it must come from memory and go there,
// since the compiler knows nothing of the setting.
class ZeroDenormals {
 public:
  ZeroDenormals() : before_(_mm_getcsr()) {
    constexpr unsigned flush_results = 0x8000, zero_operands = 0x40, masks = 0x1f80;
    _mm_setcsr(masks | flush_results | zero_operands);
    __asm__ volatile("" ::: "memory");
  }
  ~ZeroDenormals() {
    __asm__ volatile("" ::: "memory");
    _mm_setcsr(before_);
  }

 private:
  unsigned before_;
};

class AmxTiles {
 public:
  template <int t>
  void zero() {
    std::memset(tiles_[t], 0, sizeof tiles_[t]);
  }
  template <int t>
  void load(const void* from, int64_t pitch) {
    for (int64_t row = 0; row < amx_tile_rows; ++row)
      std::memcpy(tiles_[t][row], advance(from, row * pitch), amx_row_bytes);
  }
  template <int t>
  void store(void* to, int64_t pitch) {
    for (int64_t row = 0; row < amx_tile_rows; ++row)
      std::memcpy(static_cast<std::byte*>(to) + row * pitch, tiles_[t][row], amx_row_bytes);
  }
  template <int sum, int a, int b>
  void multiply_add() {
    multiply_add(tiles_[sum], tiles_[a], tiles_[b]);
  }

 private:
  using Register = float[amx_tile_rows][amx_tile_columns];  // or pairs of bfloat16, as their bits
  static constexpr int vectors = static_cast<int>(amx_tile_columns) / lanes;

  [[gnu::noinline]] static void multiply_add(Register& sum, const Register& a, const Register& b) {
    const ZeroDenormals setting;
    for (int64_t row = 0; row < amx_tile_rows; ++row) {
      Floats even[vectors] = {}, odd[vectors] = {};
      for (int64_t unit = 0; unit < amx_tile_k / 2; ++unit) {
        const Ints pair = (Ints)broadcast_bits(&a[row][unit]);
        each<vectors>([&](auto v) {
          const Ints by = (Ints)cpu::TTNN_ISA_NAMESPACE::load(&b[unit][v * lanes]);
          even[v] =
              cpu::TTNN_ISA_NAMESPACE::multiply_add(even[v], widened_even(pair), widened_even(by));
          odd[v] =
              cpu::TTNN_ISA_NAMESPACE::multiply_add(odd[v], widened_odd(pair), widened_odd(by));
        });
      }
      each<vectors>([&](auto v) {
        float* to = &sum[row][v * lanes];
        cpu::TTNN_ISA_NAMESPACE::store(to, cpu::TTNN_ISA_NAMESPACE::load(to) + (even[v] + odd[v]));
      });
    }
  }
  static Ints broadcast_bits(const float* bits) {  // no arithmetic: they are no number
    int32_t pair;
    std::memcpy(&pair, bits, sizeof pair);
    return pair - Ints{};
  }

  alignas(64) Register tiles_[amx_registers];
};

#endif

}  // namespace
}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
